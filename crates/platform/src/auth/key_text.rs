//! The text of API keys: shown once, stored as a hash.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use coheron_store::api_keys::ApiKeyKind;
use rand::Rng;
use sha2::{Digest, Sha256};

use super::KEY_HEADER;
use crate::config::Redacted;

/// SHA-256 of a key's text. A key holds 256 random bits, so a plain hash cannot be searched for.
pub type KeyHash = [u8; 32];

/// A new key. `text` is the only copy of it.
#[derive(Debug)]
pub struct GeneratedKey {
    pub text: Redacted<String>,
    pub hash: KeyHash,
    /// The first characters, by which people tell their keys apart.
    pub hint: String,
}

const PUBLISHABLE_PREFIX: &str = "pk_";
const SECRET_PREFIX: &str = "sk_";
const HINT_CHARS: usize = 9;
/// Longer texts are no keys and are not worth hashing.
const MAX_KEY_BYTES: usize = 200;

/// `pk_` or `sk_` and 64 hexadecimal digits.
pub fn generate_key(kind: ApiKeyKind) -> GeneratedKey {
    let secret: [u8; 32] = rand::rng().random();
    let prefix = match kind {
        ApiKeyKind::Publishable => PUBLISHABLE_PREFIX,
        ApiKeyKind::Secret => SECRET_PREFIX,
    };
    let text = format!("{prefix}{}", hex::encode(secret));
    GeneratedKey { hash: hash_key(&text), hint: text.chars().take(HINT_CHARS).collect(), text: Redacted::new(text) }
}

pub fn hash_key(text: &str) -> KeyHash {
    Sha256::digest(text).into()
}

/// The key that a request carries, if any.
pub(super) fn presented_key(headers: &HeaderMap) -> Option<&str> {
    let own_header = headers.get(KEY_HEADER).and_then(|value| value.to_str().ok());
    let text = own_header.or_else(|| bearer_token(headers)).map(str::trim)?;
    (!text.is_empty() && text.len() <= MAX_KEY_BYTES).then_some(text)
}

/// Bearer tokens may be of other kinds (customers, staff); those are not for us.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let is_key = token.starts_with(PUBLISHABLE_PREFIX) || token.starts_with(SECRET_PREFIX);
    (scheme.eq_ignore_ascii_case("bearer") && is_key).then_some(token)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn keys_differ_and_hash_to_what_is_stored() {
        let first = generate_key(ApiKeyKind::Secret);
        let second = generate_key(ApiKeyKind::Publishable);
        assert!(first.text.expose().starts_with("sk_") && second.text.expose().starts_with("pk_"));
        assert_eq!(first.text.expose().len(), 67);
        assert_eq!(hash_key(first.text.expose()), first.hash);
        assert_ne!(first.hash, second.hash);
        assert!(first.text.expose().starts_with(&first.hint) && first.hint.len() == 9);
        assert!(!format!("{first:?}").contains(first.text.expose()));
    }

    #[test]
    fn the_own_header_wins_and_foreign_tokens_are_ignored() {
        let headers = |pairs: &[(axum::http::HeaderName, &'static str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
        };
        assert_eq!(presented_key(&headers(&[(KEY_HEADER, "pk_1"), (AUTHORIZATION, "Bearer sk_2")])), Some("pk_1"));
        assert_eq!(presented_key(&headers(&[(AUTHORIZATION, "bearer sk_2")])), Some("sk_2"));
        assert_eq!(presented_key(&headers(&[(AUTHORIZATION, "Bearer eyJhbGci")])), None);
        assert_eq!(presented_key(&headers(&[(AUTHORIZATION, "Basic sk_2")])), None);
        assert_eq!(presented_key(&headers(&[])), None);
    }
}
