//! Cancelling an order for the shopper or the staff.

use coheron_core::ids::OrderId;
use coheron_core::order::{OrderEvent, PaymentEvent, TransitionRefused};

use super::read::find;
use super::{Order, RELEASE_STOCK};
use crate::database::SiteTransaction;
use crate::error::StoreError;

/// What came of it; `None` in its place means that there is no such order.
#[derive(Debug, Clone, PartialEq)]
pub enum Cancellation {
    /// The order was cancelled by this call: stock is given back, the refund is due.
    Cancelled(Order),
    /// It was cancelled before; nothing changed.
    AlreadyCancelled(Order),
    Refused(TransitionRefused),
}

const LOCK: &str = "SELECT id FROM website_orders WHERE site_id = $1 AND id = $2 FOR UPDATE";
const UPDATE: &str = "UPDATE website_orders SET status = $3, payment_status = $4, refund_at = now(),
        version = version + 1, updated_at = now()
    WHERE site_id = $1 AND id = $2";

pub(super) const STATEMENTS: &[&str] = &[LOCK, UPDATE];

pub async fn cancel(transaction: &mut SiteTransaction, order_id: OrderId) -> Result<Option<Cancellation>, StoreError> {
    let site_id = transaction.site_id();
    // A statement of its own: what is read next contains what the last holder of the lock committed.
    sqlx::query(LOCK).bind(site_id.0).bind(order_id.0).execute(transaction.connection()).await?;
    let Some(order) = find(transaction.connection(), site_id, order_id).await? else {
        return Ok(None);
    };
    let status = match order.status.apply(OrderEvent::Cancel) {
        Ok(status) if status == order.status => return Ok(Some(Cancellation::AlreadyCancelled(order))),
        Ok(status) => status,
        Err(refused) => return Ok(Some(Cancellation::Refused(refused))),
    };
    let payment_status = order.payment_status.apply(PaymentEvent::CancelOrder);
    let update = sqlx::query(UPDATE).bind(site_id.0).bind(order_id.0).bind(status.name()).bind(payment_status.name());
    update.execute(transaction.connection()).await?;
    let release = sqlx::query(RELEASE_STOCK).bind(vec![site_id.0]).bind(vec![order_id.0]);
    release.execute(transaction.connection()).await?;
    let version = order.version + 1;
    Ok(Some(Cancellation::Cancelled(Order { status, payment_status, version, ..order })))
}
