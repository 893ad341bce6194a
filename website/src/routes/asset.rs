//! Files of the theme.

use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_platform::http::etag::EntityTag;

use crate::assets::{self, Asset};

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "public, max-age=300";

pub async fn asset(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    match assets::find(&name) {
        Some(asset) if asset.hash == hash => send(asset, &headers, FOR_EVER),
        // A page of the version before, still open or in a cache, asks for its sheet: the present one serves.
        Some(asset) => send(asset, &headers, ASK_AGAIN),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub async fn favicon(headers: HeaderMap) -> Response {
    match assets::find("favicon.svg") {
        Some(asset) => send(asset, &headers, ASK_AGAIN),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn send(asset: &'static Asset, headers: &HeaderMap, cache_control: &'static str) -> Response {
    EntityTag::of([asset.hash.as_bytes()]).answer(headers, || {
        let facts = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, cache_control), (VARY, "accept-encoding")];
        match &asset.gzip {
            Some(gzip) if takes_gzip(headers) => (facts, [(CONTENT_ENCODING, "gzip")], gzip.as_slice()).into_response(),
            _ => (facts, asset.content).into_response(),
        }
    })
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()) == Some(0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_go_out_compressed_to_whom_takes_them_so() {
        let hash = assets::find("shop.css").expect("a sheet").hash.clone();
        for (accepted, encoding) in
            [("gzip, br", Some("gzip")), ("br, GZIP;q=0.5", Some("gzip")), ("gzip;q=0", None), ("br", None)]
        {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, accepted.parse().expect("a value"))]);
            let sent = asset(Path((hash.clone(), "shop.css".to_owned())), headers).await;
            let is = sent.headers().get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
            assert_eq!(
                (is, &sent.headers()[VARY]),
                (encoding, &"accept-encoding".parse().expect("a value")),
                "{accepted}"
            );
        }
    }

    #[tokio::test]
    async fn only_the_named_content_is_kept_for_ever() {
        let hash = assets::find("shop.css").expect("a sheet").hash.clone();
        let get =
            async |hash: &str, name: &str| asset(Path((hash.to_owned(), name.to_owned())), HeaderMap::new()).await;
        let current = get(&hash, "shop.css").await;
        assert_eq!(current.headers()[CACHE_CONTROL], FOR_EVER);
        assert_eq!(current.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(get("older", "shop.css").await.headers()[CACHE_CONTROL], ASK_AGAIN);
        assert_eq!(get(&hash, "../../Cargo.toml").await.status(), StatusCode::NOT_FOUND);
    }
}
