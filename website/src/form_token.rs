//! Proof that a form comes from a page of the shop: a random value in a cookie, and in the form its signature. Other
//! sites can neither read the cookie nor sign.

use axum::http::{HeaderMap, HeaderName};
use coheron_core::signature::SigningKey;
use rand::Rng;

use crate::cookies::{CookieReaders, NewCookie, cookie_value};

const COOKIE: &str = "coheron_form";
const PURPOSE: &str = "form";
/// The form's field with the signature.
pub const FIELD: &str = "csrf";

const SECRET_CHARACTERS: usize = 32;
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The random value of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSecret(String);

impl FormSecret {
    pub fn generate() -> Self {
        let bytes: [u8; SECRET_CHARACTERS / 2] = rand::rng().random();
        Self(hex::encode(bytes))
    }

    /// The one that the browser has, if it is one of ours.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let value = cookie_value(headers, COOKIE)?;
        let is_ours = value.len() == SECRET_CHARACTERS && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Self(value.to_owned()))
    }

    pub fn cookie(&self) -> NewCookie {
        let value = self.0.clone();
        NewCookie { name: COOKIE, value, max_age_seconds: None, readers: CookieReaders::ServerOnly }
    }

    /// What forms carry.
    pub fn signature(&self, key: &SigningKey) -> String {
        key.sign(PURPOSE, &self.0)
    }

    pub fn is_signed_by(&self, key: &SigningKey, signature: &str) -> bool {
        key.verify(PURPOSE, &self.0, signature)
    }
}

/// Whether the browser says that the request was made by a page of another site. Old browsers say nothing.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get(FETCH_SITE).is_some_and(|value| value != "same-origin" && value != "none")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE as COOKIE_HEADER;

    use super::*;

    fn with_cookie(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE_HEADER, HeaderValue::from_str(value).expect("a header"))])
    }

    #[test]
    fn a_signature_belongs_to_one_browser_and_one_shop() {
        let (key, other) = (SigningKey::new(b"a".to_vec()), SigningKey::new(b"b".to_vec()));
        let secret = FormSecret::generate();
        let signature = secret.signature(&key);
        assert!(secret.is_signed_by(&key, &signature));
        assert!(!secret.is_signed_by(&other, &signature));
        assert!(!FormSecret::generate().is_signed_by(&key, &signature));
        assert!(!secret.is_signed_by(&key, ""));
    }

    #[test]
    fn the_cookie_comes_back_as_it_was_set() {
        let secret = FormSecret::generate();
        assert_eq!(FormSecret::of(&with_cookie(&format!("coheron_form={}", secret.cookie().value))), Some(secret));
        assert_eq!(FormSecret::of(&with_cookie("coheron_form=short")), None);
        assert_eq!(FormSecret::of(&HeaderMap::new()), None);
    }

    #[test]
    fn requests_of_other_sites_are_known() {
        let from = |site: &'static str| {
            is_from_elsewhere(&HeaderMap::from_iter([(FETCH_SITE, HeaderValue::from_static(site))]))
        };
        assert!(from("cross-site") && from("same-site"));
        assert!(!from("same-origin") && !from("none") && !is_from_elsewhere(&HeaderMap::new()));
    }
}
