//! Cart tokens: shown once, at creation; whoever sends one back may read and change the cart, and later its order.

use axum::http::HeaderName;
use rand::Rng;
use sha2::{Digest, Sha256};

/// Carries the token of a cart.
pub const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-cart-token");

/// A new token with its hash. The text is the only copy.
pub struct NewToken {
    pub text: String,
    pub hash: [u8; 32],
}

impl NewToken {
    /// `ct_` and 64 hexadecimal digits.
    pub fn generate() -> Self {
        let secret: [u8; 32] = rand::rng().random();
        let text = format!("ct_{}", hex::encode(secret));
        Self { hash: hash(&text), text }
    }
}

/// What is stored of a token. It carries 256 random bits, so a slow hash would protect nothing.
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use coheron_core::ids::CartId;
    use uuid::Uuid;

    use super::*;
    use crate::cart::access::CartAccess;

    #[test]
    fn a_presented_token_matches_its_hash_and_no_other() {
        let (own, other) = (NewToken::generate(), NewToken::generate());
        let headers = HeaderMap::from_iter([(TOKEN_HEADER, own.text.parse().expect("a header value"))]);
        let access = CartAccess::of(CartId(Uuid::nil()), &headers).expect("a token");
        assert_eq!(access.token_hash(), own.hash);
        assert_ne!(access.token_hash(), other.hash);
        assert!(!format!("{access:?}").contains(&own.text), "a token is not printed");
        let missing = CartAccess::of(CartId(Uuid::nil()), &HeaderMap::new()).expect_err("a problem");
        assert_eq!(missing.code(), "missing_cart_token");
    }
}
