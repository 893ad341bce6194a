//! Who may see an order: whoever holds the token of the cart it came from, or a secret key with the scope.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use coheron_platform::auth::{Authenticator, SecretKey};
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::orders::Order;

use crate::cart::token::{self, TOKEN_HEADER};
use crate::order::read::unknown_order;

/// What a request shows to get at an order.
pub enum OrderAccess {
    /// The hash of the token.
    CartToken([u8; 32]),
    Key(SecretKey),
}

impl<S> FromRequestParts<S> for OrderAccess
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match parts.headers.get(TOKEN_HEADER).map(|value| value.to_str()) {
            Some(Ok(text)) => Ok(Self::CartToken(token::hash(text))),
            Some(Err(_)) => Err(unknown_order()),
            None => SecretKey::from_request_parts(parts, state).await.map(Self::Key),
        }
    }
}

impl OrderAccess {
    /// Refuses a key without the scope before anything is read.
    pub fn require(&self, scope: &str) -> ApiResult<()> {
        match self {
            Self::CartToken(_) => Ok(()),
            Self::Key(key) => key.require(scope),
        }
    }

    /// The order where it may be seen. Comparing hashes tells nothing about a token by its timing.
    pub fn open(&self, order: Order) -> ApiResult<Order> {
        match self {
            Self::CartToken(hash) if order.token_hash != hash => Err(unknown_order()),
            Self::CartToken(_) | Self::Key(_) => Ok(order),
        }
    }
}
