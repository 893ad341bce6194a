//! Which cart, and the right to it.

use axum::http::HeaderMap;
use coheron_core::ids::CartId;
use coheron_platform::http::Problem;

use super::token::{self, TOKEN_HEADER};

/// A cart with the token that was shown at its creation.
#[derive(Clone)]
pub struct CartAccess {
    pub cart_id: CartId,
    pub token: String,
}

impl CartAccess {
    /// With the token of the request's header.
    pub(crate) fn of(cart_id: CartId, headers: &HeaderMap) -> Result<Self, Problem> {
        let token = headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok()).ok_or_else(|| {
            Problem::unauthorized("missing_cart_token", "send the cart's token in the header X-Cart-Token")
        })?;
        Ok(Self { cart_id, token: token.to_owned() })
    }

    /// Comparing hashes tells nothing about the token by its timing.
    pub(crate) fn token_hash(&self) -> [u8; 32] {
        token::hash(&self.token)
    }
}

impl std::fmt::Debug for CartAccess {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "CartAccess({}, token redacted)", self.cart_id)
    }
}
