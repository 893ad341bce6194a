//! What the endpoints work with.

use axum::extract::FromRef;
use coheron_platform::auth::Authenticator;

use crate::storefront::Storefront;

#[derive(Clone)]
pub struct StorefrontApiState {
    pub(crate) storefront: Storefront,
    pub(crate) authenticator: Authenticator,
}

impl StorefrontApiState {
    pub fn new(storefront: Storefront, authenticator: Authenticator) -> Self {
        Self { storefront, authenticator }
    }
}

impl FromRef<StorefrontApiState> for Authenticator {
    fn from_ref(state: &StorefrontApiState) -> Self {
        state.authenticator.clone()
    }
}
