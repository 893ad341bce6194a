//! Opening a cart for reading or changing: token, version, expiry.

use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Days, Utc};
use coheron_core::ids::CartId;
use coheron_platform::http::Problem;
use coheron_store::SiteTransaction;
use coheron_store::carts::{self, CartRow};

use super::token::presented_hash;
use crate::state::CartSettings;

/// The cart, if it exists and the request carries its token. A wrong token answers as if the cart did not exist, so
/// that ids cannot be tried out.
pub async fn open(transaction: &mut SiteTransaction, cart_id: CartId, headers: &HeaderMap) -> Result<CartRow, Problem> {
    permitted(carts::find(transaction, cart_id).await?, headers)
}

/// As `open`, for a change: other changes of the cart wait until this transaction ends. A `version` that is not the
/// present one means that the client has not seen somebody else's change.
pub async fn open_for_change(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    headers: &HeaderMap,
    version: Option<i64>,
) -> Result<CartRow, Problem> {
    let cart = permitted(carts::find_locked(transaction, cart_id).await?, headers)?;
    match version {
        Some(version) if version != cart.version => {
            let detail = format!("the cart is at version {}, not {version}; read it and try again", cart.version);
            Err(Problem::new(StatusCode::CONFLICT, "version_conflict", detail.clone()).with_field(
                "version",
                "version_conflict",
                detail,
            ))
        }
        _ => Ok(cart),
    }
}

/// When a cart that is changed now expires.
pub fn expiry(settings: &CartSettings, now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_days(Days::new(settings.lifetime_days.into())).unwrap_or(now)
}

fn permitted(cart: Option<CartRow>, headers: &HeaderMap) -> Result<CartRow, Problem> {
    let presented = presented_hash(headers).ok_or_else(|| {
        Problem::unauthorized("missing_cart_token", "send the cart's token in the header X-Cart-Token")
    })?;
    cart.filter(|cart| cart.token_hash == presented)
        .ok_or_else(|| Problem::not_found("unknown_cart", "there is no such cart, or the token is not its own"))
}
