//! Files of the theme.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
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
        ([(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, cache_control)], asset.content).into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
