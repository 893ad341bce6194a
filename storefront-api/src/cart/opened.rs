//! Opening a cart for reading or changing: token, version, expiry.

use axum::http::StatusCode;
use chrono::{DateTime, Days, Utc};
use coheron_platform::http::Problem;
use coheron_store::SiteTransaction;
use coheron_store::carts::{self, CartRow};

use super::access::CartAccess;
use crate::settings::CartSettings;

/// The cart, if it exists and the token is its own. A wrong token answers as if the cart did not exist, so that ids
/// cannot be tried out.
pub async fn open(transaction: &mut SiteTransaction, access: &CartAccess) -> Result<CartRow, Problem> {
    permitted(carts::find(transaction, access.cart_id).await?, access).ok_or_else(unknown_cart)
}

/// As `open`, for a change: other changes of the cart wait until this transaction ends. A `version` that is not the
/// present one means that the client has not seen somebody else's change.
pub async fn open_for_change(
    transaction: &mut SiteTransaction,
    access: &CartAccess,
    version: Option<i64>,
) -> Result<CartRow, Problem> {
    let cart = carts::find_locked(transaction, access.cart_id).await?;
    let cart = permitted(cart, access).ok_or_else(unknown_cart)?;
    check_version(&cart, version)?;
    Ok(cart)
}

pub fn check_version(cart: &CartRow, version: Option<i64>) -> Result<(), Problem> {
    match version {
        Some(version) if version != cart.version => {
            let detail = format!("the cart is at version {}, not {version}; read it and try again", cart.version);
            Err(version_conflict(detail))
        }
        _ => Ok(()),
    }
}

pub fn version_conflict(detail: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, "version_conflict", detail.clone()).with_field(
        "version",
        "version_conflict",
        detail,
    )
}

/// When a cart that is changed now expires.
pub fn expiry(settings: &CartSettings, now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_days(Days::new(settings.lifetime_days.into())).unwrap_or(now)
}

/// The cart where the token is its own.
pub fn permitted(cart: Option<CartRow>, access: &CartAccess) -> Option<CartRow> {
    cart.filter(|cart| cart.token_hash == access.token_hash())
}

pub fn unknown_cart() -> Problem {
    Problem::not_found("unknown_cart", "there is no such cart, or the token is not its own")
}
