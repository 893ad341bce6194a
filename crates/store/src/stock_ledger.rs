//! What of the ERP's stock can still be sold.
//!
//! available = on hand - what orders took that the ERP's figure does not contain yet - what open checkouts hold.
//!
//! ```text
//! on_hand 10, last_order_number 100004
//! ledger  100004 took 2 (contained), 100005 took 1, 100006 took 3 and gave 3 back
//! open checkouts hold 4
//! available = 10 - (1 + 3 - 3) - 4 = 5
//! ```

use std::collections::HashMap;

use coheron_core::ids::CartId;

use crate::database::SiteTransaction;
use crate::error::StoreError;

// Sorted by the lock's own key, so that two transactions can never wait for each other in a ring.
const LOCK: &str = "SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended('coheron stock ' || $1::text || ' ' || sku, 0) AS key
        FROM UNNEST($2::text[]) AS s (sku) ORDER BY key
    ) AS keys";
// now() is the start of the transaction: a reservation that ended while we waited for a lock counts as held, which is
// the careful side.
const SELECT_AVAILABLE: &str = "SELECT s.sku, s.on_hand
        - CASE WHEN s.last_order_number IS NOT NULL THEN (
            SELECT coalesce(sum(l.quantity), 0)::bigint FROM website_stock_ledger l
            WHERE l.site_id = $1 AND l.sku = s.sku AND l.order_number > s.last_order_number
        ) ELSE (
            SELECT coalesce(sum(l.quantity), 0)::bigint FROM website_stock_ledger l
            WHERE l.site_id = $1 AND l.sku = s.sku AND coalesce(l.acknowledged_at, 'infinity'::timestamptz) > s.erp_time
        ) END
        - (SELECT coalesce(sum(r.quantity), 0)::bigint FROM website_stock_reservations r
            WHERE r.site_id = $1 AND r.sku = s.sku AND r.expires_at > now() AND r.checkout_id NOT IN (
                SELECT c.id FROM website_checkouts c WHERE c.site_id = $1 AND c.cart_id = $3 AND c.state = 'open'
            )) AS available
    FROM website_stock s WHERE s.site_id = $1 AND s.sku = ANY($2) AND s.deleted_at IS NULL";

pub(crate) const STATEMENTS: &[&str] = &[LOCK, SELECT_AVAILABLE];

/// Lets one transaction at a time take from the stock of these SKUs. A statement of its own before the one that reads,
/// so that what is read contains what the last holder of the lock committed. Never held across a call to a gateway.
pub async fn lock(transaction: &mut SiteTransaction, skus: &[&str]) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    sqlx::query(LOCK).bind(site_id.to_string()).bind(skus).execute(transaction.connection()).await?;
    Ok(())
}

/// Pieces that can be sold now, by SKU; may be negative. SKUs whose stock the ERP has not told are missing.
pub async fn available(transaction: &mut SiteTransaction, skus: &[&str]) -> Result<HashMap<String, i64>, StoreError> {
    read_available(transaction, skus, None).await
}

/// The same as the owner of a cart may count on it: what the cart's own open checkout holds is held for them.
pub async fn available_to_cart(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    skus: &[&str],
) -> Result<HashMap<String, i64>, StoreError> {
    read_available(transaction, skus, Some(cart_id)).await
}

async fn read_available(
    transaction: &mut SiteTransaction,
    skus: &[&str],
    cart_id: Option<CartId>,
) -> Result<HashMap<String, i64>, StoreError> {
    if skus.is_empty() {
        return Ok(HashMap::new());
    }
    let site_id = transaction.site_id();
    let select = sqlx::query_as(SELECT_AVAILABLE).bind(site_id.0).bind(skus).bind(cart_id.map(|cart_id| cart_id.0));
    let rows: Vec<(String, i64)> = select.fetch_all(transaction.connection()).await?;
    Ok(rows.into_iter().collect())
}
