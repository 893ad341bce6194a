//! Entity tags: a client that has the current answer is told so instead of being sent it again.

use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use twox_hash::xxhash3_128;

/// A weak tag over what an answer is made of. Weak, because the same answer may be sent compressed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The parts in this order; `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        // A tag keeps nothing secret and proves nothing, so its hash only has to be fast: it runs over whole pages.
        let mut hasher = xxhash3_128::Hasher::new();
        for part in parts {
            hasher.write(&(part.len() as u64).to_le_bytes());
            hasher.write(part);
        }
        Self(format!("W/\"{:032x}\"", hasher.finish_128()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 304 without a body where the caller's `If-None-Match` holds this tag, else what `respond` makes.
    pub fn answer(&self, request_headers: &HeaderMap, respond: impl FnOnce() -> Response) -> Response {
        let mut response =
            if self.is_known_to(request_headers) { StatusCode::NOT_MODIFIED.into_response() } else { respond() };
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(ETAG, value);
        }
        response
    }

    fn is_known_to(&self, request_headers: &HeaderMap) -> bool {
        // Weak comparison (RFC 9110, 8.8.3.2): the mark of weakness does not count.
        let opaque = self.0.trim_start_matches("W/");
        request_headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == opaque)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_with(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_str(value).expect("a header"))])
    }

    #[test]
    fn only_the_current_tag_gives_304() {
        let tag = EntityTag::of([b"product".as_slice(), b"7"]);
        let status = |headers: &HeaderMap| tag.answer(headers, || StatusCode::OK.into_response()).status();
        assert_eq!(status(&HeaderMap::new()), StatusCode::OK);
        assert_eq!(status(&asked_with(tag.as_str())), StatusCode::NOT_MODIFIED);
        assert_eq!(
            status(&asked_with(&format!("\"other\", {}", tag.as_str().trim_start_matches("W/")))),
            StatusCode::NOT_MODIFIED
        );
        assert_eq!(status(&asked_with("*")), StatusCode::NOT_MODIFIED);
        assert_eq!(status(&asked_with("\"other\"")), StatusCode::OK);
    }

    #[test]
    fn the_tag_tells_parts_apart() {
        assert_ne!(EntityTag::of([b"ab".as_slice(), b"c"]), EntityTag::of([b"a".as_slice(), b"bc"]));
        assert_eq!(EntityTag::of([b"ab".as_slice()]), EntityTag::of([b"ab".as_slice()]));
    }
}
