//! Orders: placed by a checkout, moved on by the ERP's answers or by a cancellation.

mod cancel;
mod erp_answers;
mod place;
mod read;
mod refunds;

use chrono::{DateTime, Utc};
use coheron_core::ids::OrderId;
use coheron_core::order::{OrderStatus, PaymentStatus};
use coheron_core::purchase::Purchase;

pub use cancel::{Cancellation, cancel};
pub use coheron_core::change::OrderAnswer as ErpOrderChange;
pub use erp_answers::{ErpOrderOutcome, apply_erp_change};
pub use place::{NewOrder, PlacedOrder, place};
pub use read::{count, find, list};
pub use refunds::{DueRefund, claim_refunds, mark_refunded};

/// An order with its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub id: OrderId,
    /// Rising without gaps within the site; shown as its digits.
    pub number: i64,
    /// Grows with every change.
    pub version: i64,
    pub status: OrderStatus,
    pub payment_status: PaymentStatus,
    /// SHA-256 of the token of the cart it came from.
    pub token_hash: Vec<u8>,
    pub purchase: Purchase,
    pub payment: OrderPayment,
    pub erp: ErpState,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPayment {
    /// Name of the gateway.
    pub gateway: String,
    /// The gateway's own reference.
    pub reference: String,
}

/// What the ERP has answered so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErpState {
    pub status: Option<String>,
    pub document_number: Option<String>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

// What a cancelled order took goes back, under the same number and time, so that the ERP's figure contains both or
// neither. Repeating it changes nothing.
const RELEASE_STOCK: &str = "INSERT INTO website_stock_ledger
        (site_id, sku, order_id, order_number, quantity, reason, acknowledged_at)
    SELECT l.site_id, l.sku, l.order_id, l.order_number, -l.quantity, 'cancelled', l.acknowledged_at
    FROM website_stock_ledger l JOIN UNNEST($1::uuid[], $2::uuid[]) AS c (site_id, order_id)
        ON l.site_id = c.site_id AND l.order_id = c.order_id
    WHERE l.reason = 'ordered' ON CONFLICT (site_id, order_id, sku, reason) DO NOTHING";

pub(crate) fn statements() -> Vec<&'static str> {
    [
        &[RELEASE_STOCK],
        place::STATEMENTS,
        read::STATEMENTS,
        cancel::STATEMENTS,
        erp_answers::STATEMENTS,
        refunds::STATEMENTS,
    ]
    .concat()
}
