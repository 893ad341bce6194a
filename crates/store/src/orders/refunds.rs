//! Refunds of cancelled orders that the gateway has not confirmed yet.

use coheron_core::ids::{OrderId, SiteId};
use coheron_core::order::{PaymentEvent, PaymentStatus};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::database::SiteTransaction;
use crate::error::StoreError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRefund {
    pub site_id: SiteId,
    pub order_id: OrderId,
    /// Name of the gateway.
    pub gateway: String,
}

// Attempts become rarer, up to every five minutes, and never end: the money is owed.
const CLAIM: &str = "UPDATE website_orders o SET refund_attempts = o.refund_attempts + 1,
        refund_at = now() + make_interval(secs => least(power(2, least(o.refund_attempts, 10)), 300))
    FROM (
        SELECT site_id, id FROM website_orders WHERE payment_status = 'refunding' AND refund_at <= now()
        ORDER BY refund_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ) due
    WHERE o.site_id = due.site_id AND o.id = due.id
    RETURNING o.site_id, o.id, o.payment_gateway";
const MARK_REFUNDED: &str = "UPDATE website_orders SET payment_status = $4, refund_at = NULL,
        version = version + 1, updated_at = now()
    WHERE site_id = $1 AND id = $2 AND payment_status = $3";

pub(super) const STATEMENTS: &[&str] = &[CLAIM, MARK_REFUNDED];

/// Refunds of all sites that are due; none is given to two callers within a second.
pub async fn claim_refunds(connection: &mut PgConnection, limit: i64) -> Result<Vec<DueRefund>, StoreError> {
    let rows: Vec<(Uuid, Uuid, String)> = sqlx::query_as(CLAIM).bind(limit).fetch_all(connection).await?;
    let due = |(site_id, id, gateway)| DueRefund { site_id: SiteId(site_id), order_id: OrderId(id), gateway };
    Ok(rows.into_iter().map(due).collect())
}

pub async fn mark_refunded(transaction: &mut SiteTransaction, order_id: OrderId) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    let (from, to) = (PaymentStatus::Refunding, PaymentStatus::Refunding.apply(PaymentEvent::ConfirmRefund));
    let mark = sqlx::query(MARK_REFUNDED).bind(site_id.0).bind(order_id.0).bind(from.name()).bind(to.name());
    mark.execute(transaction.connection()).await?;
    Ok(())
}
