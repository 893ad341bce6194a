//! Cart tokens: shown once, at creation; whoever sends one back may read and change the cart.

use axum::http::{HeaderMap, HeaderName};
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

/// The hash of the token that the request carries. Comparing hashes tells nothing about the token by its timing.
pub fn presented_hash(headers: &HeaderMap) -> Option<[u8; 32]> {
    headers.get(TOKEN_HEADER)?.to_str().ok().map(hash)
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presented_token_matches_its_hash_and_no_other() {
        let (own, other) = (NewToken::generate(), NewToken::generate());
        let headers = HeaderMap::from_iter([(TOKEN_HEADER, own.text.parse().expect("a header value"))]);
        assert_eq!(presented_hash(&headers), Some(own.hash));
        assert_ne!(presented_hash(&headers), Some(other.hash));
        assert_eq!(presented_hash(&HeaderMap::new()), None);
    }
}
