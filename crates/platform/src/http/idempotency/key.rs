//! The key of a request, as the caller chose it.

use axum::http::{HeaderMap, StatusCode};
use coheron_core::product_query::ParameterError;

use super::{FIELD, KEY_HEADER, MAX_KEY_BYTES};
use crate::http::Problem;

/// 1 to 200 visible ASCII characters; a UUID is a good one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// Whether a write may come without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdempotencyMode {
    /// Without a key the write is simply done.
    Optional,
    /// Without a key the write is refused.
    Required,
}

impl IdempotencyKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key in the headers, if there is one.
    pub(super) fn of(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut values = headers.get_all(KEY_HEADER).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(invalid("repeated", "must be sent once"));
        }
        let bytes = value.as_bytes();
        let is_key = (1..=MAX_KEY_BYTES).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(text) if is_key => Ok(Some(Self(text.to_owned()))),
            _ => Err(invalid("invalid", "must be 1 to 200 visible ASCII characters without spaces")),
        }
    }
}

impl IdempotencyMode {
    pub(super) fn check(self, key: Option<&IdempotencyKey>) -> Result<(), Problem> {
        if self == Self::Optional || key.is_some() {
            return Ok(());
        }
        let detail = "this request must carry an Idempotency-Key, a value of your own that is new for each intent";
        Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency_key_required", detail).with_field(
            FIELD,
            "required",
            "must be sent",
        ))
    }
}

fn invalid(code: &'static str, message: &str) -> Problem {
    Problem::invalid_parameters(vec![ParameterError::new(FIELD, code, message)])
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let value = |bytes: &&[u8]| HeaderValue::from_bytes(bytes).expect("a header");
        values.iter().map(|bytes| (KEY_HEADER, value(bytes))).collect()
    }

    #[test]
    fn keys_are_1_to_200_visible_characters() {
        assert_eq!(IdempotencyKey::of(&headers(&[])).expect("no key"), None);
        for text in ["a", "018f-~!\"x\"", &"k".repeat(200)] {
            let key = IdempotencyKey::of(&headers(&[text.as_bytes()])).expect("valid").expect("a key");
            assert_eq!(key.as_str(), text);
        }
        let too_long = "k".repeat(201);
        for (values, code) in [
            (vec![b"".as_slice()], "invalid"),
            (vec![b"a b"], "invalid"),
            (vec![b"a\tb"], "invalid"),
            (vec!["schlüssel".as_bytes()], "invalid"),
            (vec![too_long.as_bytes()], "invalid"),
            (vec![b"a", b"a"], "repeated"),
        ] {
            let problem = IdempotencyKey::of(&headers(&values)).expect_err("a problem");
            assert_eq!((problem.status(), problem.code()), (StatusCode::BAD_REQUEST, "invalid_parameters"));
            let error = &problem.errors()[0];
            assert_eq!((error.field.as_str(), error.code.as_str()), ("Idempotency-Key", code), "{values:?}");
        }
    }

    #[test]
    fn a_required_key_must_be_there() {
        let key = IdempotencyKey("a".to_owned());
        assert!(IdempotencyMode::Optional.check(None).is_ok());
        assert!(IdempotencyMode::Required.check(Some(&key)).is_ok());
        let problem = IdempotencyMode::Required.check(None).expect_err("a problem");
        assert_eq!((problem.status(), problem.code()), (StatusCode::BAD_REQUEST, "idempotency_key_required"));
        assert_eq!(problem.errors()[0].field, "Idempotency-Key");
    }
}
