//! Attempts to buy a cart, with the pieces they hold back.

use std::time::Duration;

use coheron_core::checkout::{CheckoutEvent, CheckoutState, TransitionRefused};
use coheron_core::ids::{CartId, CheckoutId, SiteId};
use coheron_core::purchase::Purchase;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::database::{Database, SiteTransaction};
use crate::error::StoreError;

#[derive(Debug, Clone)]
pub struct NewCheckout<'a> {
    pub id: CheckoutId,
    pub cart_id: CartId,
    pub cart_version: i64,
    pub token_hash: &'a [u8],
    pub request_hash: &'a [u8; 32],
    pub attempt_hash: &'a [u8; 32],
    pub gateway: &'a str,
    pub purchase: &'a Purchase,
    /// How long the pieces are held back.
    pub reserved_for: Duration,
    /// How long nobody else asks the gateway about it.
    pub left_alone_for: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Checkout {
    pub id: CheckoutId,
    pub cart_id: CartId,
    pub cart_version: i64,
    pub token_hash: Vec<u8>,
    pub request_hash: Vec<u8>,
    pub state: CheckoutState,
    pub gateway: String,
    pub purchase: Purchase,
    /// Where the shopper confirms the payment, when the gateway asked for it.
    pub confirmation_url: Option<String>,
    /// What the shopper is told of a payment that was declined.
    pub message: Option<String>,
    /// Its pieces are no longer held back.
    pub is_expired: bool,
    /// The request that began it may still be at work: nobody else asks the gateway yet.
    pub is_left_alone: bool,
}

/// A checkout that somebody has to look after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueCheckout {
    pub site_id: SiteId,
    pub id: CheckoutId,
}

/// What came of moving a checkout on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Closing {
    Closed,
    /// It does not stand where it was read any more: somebody else was faster, nothing changed.
    Late,
    /// The event does not fit the state; nothing changed.
    Refused(TransitionRefused),
}

// One checkout is open per cart: of two that begin at the same time, the second inserts nothing.
const INSERT: &str = "WITH checkout AS (
        INSERT INTO website_checkouts
            (site_id, id, cart_id, cart_version, token_hash, request_hash, attempt_hash, gateway, purchase, expires_at,
                next_look_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(secs => $10), now() + make_interval(secs => $11))
        ON CONFLICT (site_id, cart_id) WHERE state = 'open' DO NOTHING
        RETURNING site_id, id, expires_at
    )
    INSERT INTO website_stock_reservations (site_id, checkout_id, sku, quantity, expires_at)
    SELECT c.site_id, c.id, r.sku, r.quantity, c.expires_at
    FROM checkout c CROSS JOIN UNNEST($12::text[], $13::bigint[]) AS r (sku, quantity)";
const SELECT: &str = "SELECT id, cart_id, cart_version, token_hash, request_hash, state, gateway, purchase,
        confirmation_url, message, expires_at <= now() AS is_expired, next_look_at > now() AND looks = 0 AS is_left_alone
    FROM website_checkouts WHERE site_id = $1 AND id = $2";
const SELECT_LOCKED: &str = "SELECT id, cart_id, cart_version, token_hash, request_hash, state, gateway, purchase,
        confirmation_url, message, expires_at <= now() AS is_expired, next_look_at > now() AND looks = 0 AS is_left_alone
    FROM website_checkouts WHERE site_id = $1 AND id = $2 FOR UPDATE";
const SELECT_OPEN_OF_CART: &str =
    "SELECT id, cart_id, cart_version, token_hash, request_hash, state, gateway, purchase,
        confirmation_url, message, expires_at <= now() AS is_expired, next_look_at > now() AND looks = 0 AS is_left_alone
    FROM website_checkouts WHERE site_id = $1 AND cart_id = $2 AND state = 'open'";
const SELECT_COMPLETED_OF_CART: &str =
    "SELECT id, cart_id, cart_version, token_hash, request_hash, state, gateway, purchase,
        confirmation_url, message, expires_at <= now() AS is_expired, next_look_at > now() AND looks = 0 AS is_left_alone
    FROM website_checkouts WHERE site_id = $1 AND cart_id = $2 AND state = 'completed' ORDER BY updated_at DESC LIMIT 1";
// An attempt is answered once; where it was made again after it failed, by an order if there is one.
const SELECT_ENDED_ATTEMPT: &str =
    "SELECT id, cart_id, cart_version, token_hash, request_hash, state, gateway, purchase,
        confirmation_url, message, expires_at <= now() AS is_expired, next_look_at > now() AND looks = 0 AS is_left_alone
    FROM website_checkouts WHERE site_id = $1 AND cart_id = $2 AND attempt_hash = $3 AND state <> 'open'
    ORDER BY state = 'completed' DESC, updated_at DESC LIMIT 1";
const CLOSE: &str =
    "UPDATE website_checkouts SET state = $4, message = $5, next_look_at = now(), looks = 0, updated_at = now()
    WHERE site_id = $1 AND id = $2 AND state = $3";
const AWAIT_CONFIRMATION: &str = "UPDATE website_checkouts
    SET confirmation_url = $3, next_look_at = now() + make_interval(secs => $4), updated_at = now()
    WHERE site_id = $1 AND id = $2 AND state = 'open'";
const LOOK_NOW: &str =
    "UPDATE website_checkouts SET next_look_at = now() WHERE site_id = $1 AND id = $2 AND state = 'open'";
const RELEASE: &str = "DELETE FROM website_stock_reservations WHERE site_id = $1 AND checkout_id = $2
    RETURNING expires_at > clock_timestamp()";
// Looks at one checkout become rarer, up to every 15 seconds, so that a gateway that is away is not stormed.
const CLAIM_DUE: &str = "UPDATE website_checkouts c SET looks = c.looks + 1,
        next_look_at = now() + make_interval(secs => least(power(2, least(c.looks, 4)), 15))
    FROM (
        SELECT site_id, id FROM website_checkouts WHERE state IN ('open', 'voiding') AND next_look_at <= now()
        ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ) due
    WHERE c.site_id = due.site_id AND c.id = due.id
    RETURNING c.site_id, c.id";
const DELETE_FINISHED: &str = "DELETE FROM website_checkouts WHERE (site_id, id) IN (
        SELECT site_id, id FROM website_checkouts
        WHERE state IN ('completed', 'declined', 'voided') AND updated_at <= now() - make_interval(days => $1)
        ORDER BY updated_at LIMIT $2)";

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    SELECT,
    SELECT_LOCKED,
    SELECT_OPEN_OF_CART,
    SELECT_COMPLETED_OF_CART,
    SELECT_ENDED_ATTEMPT,
    CLOSE,
    AWAIT_CONFIRMATION,
    LOOK_NOW,
    RELEASE,
    CLAIM_DUE,
    DELETE_FINISHED,
];

/// Opens a checkout and holds its pieces back. False where the cart has an open checkout.
pub async fn insert(transaction: &mut SiteTransaction, checkout: &NewCheckout<'_>) -> Result<bool, StoreError> {
    let site_id = transaction.site_id();
    let (skus, quantities): (Vec<&str>, Vec<i64>) = checkout.purchase.pieces().into_iter().unzip();
    let reserved = sqlx::query(INSERT)
        .bind(site_id.0)
        .bind(checkout.id.0)
        .bind(checkout.cart_id.0)
        .bind(checkout.cart_version)
        .bind(checkout.token_hash)
        .bind(checkout.request_hash.as_slice())
        .bind(checkout.attempt_hash.as_slice())
        .bind(checkout.gateway)
        .bind(Json(checkout.purchase))
        .bind(checkout.reserved_for.as_secs_f64())
        .bind(checkout.left_alone_for.as_secs_f64())
        .bind(skus)
        .bind(quantities)
        .execute(transaction.connection())
        .await?;
    Ok(reserved.rows_affected() > 0)
}

pub async fn find(transaction: &mut SiteTransaction, id: CheckoutId) -> Result<Option<Checkout>, StoreError> {
    select(transaction, SELECT, id.0).await
}

/// As `find`, and keeps others who want to end the checkout waiting until the transaction ends.
pub async fn find_locked(transaction: &mut SiteTransaction, id: CheckoutId) -> Result<Option<Checkout>, StoreError> {
    select(transaction, SELECT_LOCKED, id.0).await
}

pub async fn find_open_of_cart(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
) -> Result<Option<Checkout>, StoreError> {
    select(transaction, SELECT_OPEN_OF_CART, cart_id.0).await
}

/// The checkout by which the cart was last bought; the cart itself may be gone.
pub async fn find_completed_of_cart(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
) -> Result<Option<Checkout>, StoreError> {
    select(transaction, SELECT_COMPLETED_OF_CART, cart_id.0).await
}

/// The checkout that this very request began, if it is not open any more.
pub async fn find_ended_attempt(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    attempt_hash: &[u8; 32],
) -> Result<Option<Checkout>, StoreError> {
    let site_id = transaction.site_id();
    let select = sqlx::query_as(SELECT_ENDED_ATTEMPT).bind(site_id.0).bind(cart_id.0).bind(attempt_hash.as_slice());
    let row: Option<CheckoutRow> = select.fetch_optional(transaction.connection()).await?;
    row.map(CheckoutRow::into_checkout).transpose()
}

/// Moves a checkout on from the state in which it was read, if it still stands there. It is looked after at once where
/// its new state needs it.
pub async fn close(
    transaction: &mut SiteTransaction,
    id: CheckoutId,
    from: CheckoutState,
    event: CheckoutEvent,
    message: Option<&str>,
) -> Result<Closing, StoreError> {
    let to = match from.apply(event) {
        Ok(to) => to,
        Err(refused) => return Ok(Closing::Refused(refused)),
    };
    let site_id = transaction.site_id();
    let close = sqlx::query(CLOSE).bind(site_id.0).bind(id.0).bind(from.name()).bind(to.name()).bind(message);
    let closed = close.execute(transaction.connection()).await?;
    Ok(if closed.rows_affected() > 0 { Closing::Closed } else { Closing::Late })
}

/// Keeps the address at which the shopper confirms; the gateway is asked again after the pause.
pub async fn await_confirmation(
    transaction: &mut SiteTransaction,
    id: CheckoutId,
    url: &str,
    pause: Duration,
) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    let keep = sqlx::query(AWAIT_CONFIRMATION).bind(site_id.0).bind(id.0).bind(url).bind(pause.as_secs_f64());
    keep.execute(transaction.connection()).await?;
    Ok(())
}

/// Nobody is at work on it any more: anybody may ask the gateway.
pub async fn look_now(transaction: &mut SiteTransaction, id: CheckoutId) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    sqlx::query(LOOK_NOW).bind(site_id.0).bind(id.0).execute(transaction.connection()).await?;
    Ok(())
}

/// Ends the reservations and tells whether they held until now. Behind the lock of their SKUs this is certain: whoever
/// took the pieces after their end has committed before, whoever comes next waits for this transaction.
pub async fn release(transaction: &mut SiteTransaction, id: CheckoutId) -> Result<bool, StoreError> {
    let site_id = transaction.site_id();
    let held: Vec<bool> =
        sqlx::query_scalar(RELEASE).bind(site_id.0).bind(id.0).fetch_all(transaction.connection()).await?;
    Ok(!held.is_empty() && held.into_iter().all(|held| held))
}

/// Checkouts of all sites that somebody has to look after; none is given to two callers within a second.
pub async fn claim_due(connection: &mut PgConnection, limit: i64) -> Result<Vec<DueCheckout>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(CLAIM_DUE).bind(limit).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(site_id, id)| DueCheckout { site_id: SiteId(site_id), id: CheckoutId(id) }).collect())
}

/// Removes checkouts of all sites that ended so many days ago, since they hold addresses. Orders stay.
pub async fn delete_finished(database: &Database, days: i32, limit: i64) -> Result<u64, StoreError> {
    let delete = sqlx::query(DELETE_FINISHED).bind(days).bind(limit);
    Ok(delete.execute(database.pipeline()).await?.rows_affected())
}

async fn select(
    transaction: &mut SiteTransaction,
    statement: &'static str,
    id: Uuid,
) -> Result<Option<Checkout>, StoreError> {
    let site_id = transaction.site_id();
    let row: Option<CheckoutRow> =
        sqlx::query_as(statement).bind(site_id.0).bind(id).fetch_optional(transaction.connection()).await?;
    row.map(CheckoutRow::into_checkout).transpose()
}

#[derive(FromRow)]
struct CheckoutRow {
    id: Uuid,
    cart_id: Uuid,
    cart_version: i64,
    token_hash: Vec<u8>,
    request_hash: Vec<u8>,
    state: String,
    gateway: String,
    purchase: Json<Purchase>,
    confirmation_url: Option<String>,
    message: Option<String>,
    is_expired: bool,
    is_left_alone: bool,
}

impl CheckoutRow {
    fn into_checkout(self) -> Result<Checkout, StoreError> {
        let state = CheckoutState::parse(&self.state);
        Ok(Checkout {
            id: CheckoutId(self.id),
            cart_id: CartId(self.cart_id),
            cart_version: self.cart_version,
            token_hash: self.token_hash,
            request_hash: self.request_hash,
            state: state.ok_or_else(|| StoreError::unknown_value("website_checkouts.state", &self.state))?,
            gateway: self.gateway,
            purchase: self.purchase.0,
            confirmation_url: self.confirmation_url,
            message: self.message,
            is_expired: self.is_expired,
            is_left_alone: self.is_left_alone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_look_after_a_checkout_until_it_ends_and_remove_it_then() {
        for state in CheckoutState::ALL {
            let quoted = format!("'{}'", state.name());
            assert_eq!(CLAIM_DUE.contains(&quoted), !state.is_final(), "{quoted}");
            assert_eq!(DELETE_FINISHED.contains(&quoted), state.is_final(), "{quoted}");
        }
    }
}
