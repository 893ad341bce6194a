//! The router with a search that knows no index and a database that does not answer.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::Utc;
use coheron_core::ids::SiteId;
use coheron_core::money::Currency;
use coheron_core::ports::{CatalogueSearch, SearchError, SearchPage, Suggestions};
use coheron_core::product_query::ProductQuery;
use coheron_platform::auth::{CurrentSite, SiteResolver};
use coheron_platform::cache::{CacheSettings, TagGenerations};
use coheron_store::sites::Site;
use coheron_store::{Database, DatabaseSettings};
use indexmap::IndexMap;
use tower::ServiceExt;
use uuid::Uuid;

use crate::state::WebsiteState;

struct EchoingSearch;

#[async_trait]
impl CatalogueSearch for EchoingSearch {
    async fn search(&self, _site_id: SiteId, _query: &ProductQuery) -> Result<SearchPage, SearchError> {
        Ok(SearchPage::default())
    }

    async fn suggest(&self, _site_id: SiteId, typed: &str, _limit: usize) -> Result<Suggestions, SearchError> {
        match typed {
            "broken" => Err(SearchError::Unavailable("secret cause".into())),
            typed => Ok(Suggestions { queries: vec![format!("{typed} <b>")], ..Suggestions::default() }),
        }
    }

    async fn category_counts(&self, _site_id: SiteId) -> Result<IndexMap<String, u64>, SearchError> {
        Ok(IndexMap::new())
    }
}

/// Nothing listens at this address.
fn router() -> Router {
    let settings = DatabaseSettings { acquire_timeout_ms: 200, ..DatabaseSettings::default() };
    let database = Database::connect("postgres://127.0.0.1:9/none", &settings).expect("pools");
    let sites = SiteResolver::new(database.clone());
    let generations = Arc::new(TagGenerations::new());
    let search = Arc::new(EchoingSearch);
    super::router(WebsiteState::new(database, search, sites, generations, &CacheSettings::default(), Utc::now))
}

async fn get(path: &str) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::get(path).header("host", "shop.example").body(Body::empty()).expect("a request");
    request.extensions_mut().insert(CurrentSite(Arc::new(Site {
        id: SiteId(Uuid::from_u128(1)),
        code: "demo".to_owned(),
        name: "Harbour & Field".to_owned(),
        currency: Currency::parse("EUR").expect("a currency"),
        locale: "en".to_owned(),
        settings: serde_json::Value::Null,
    })));
    let response = router().oneshot(request).await.expect("a response");
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).expect("text"))
}

#[tokio::test]
async fn completions_are_an_escaped_fragment() {
    let (status, headers, body) = get("/search/suggest?q=red%20mug").await;
    assert_eq!((status, &headers[CACHE_CONTROL]), (StatusCode::OK, &"private, max-age=5".parse().expect("a header")));
    assert!(body.contains("red mug &#60;b&#62;"), "{body}");
    for nothing in ["/search/suggest", "/search/suggest?q=a", &format!("/search/suggest?q={}", "x".repeat(300))] {
        assert_eq!(get(nothing).await.2, "", "{nothing}");
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_gives_a_page_without_its_cause() {
    for path in ["/", "/search/suggest?q=broken", "/c/mugs/mugs", "/p/A/mug"] {
        let (status, headers, body) = get(path).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(headers.contains_key(RETRY_AFTER));
        assert!(body.contains("Please try again") && !body.contains("secret cause"), "{body}");
    }
}

#[tokio::test]
async fn missing_pages_and_bad_addresses_are_told_in_the_shops_look() {
    let (status, _, body) = get("/nowhere").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.contains("This page is not here") && body.contains("Harbour &#38; Field"));
    let (status, headers, body) = get("/search?sort=best&page=x").await;
    assert_eq!((status, &headers[CACHE_CONTROL]), (StatusCode::BAD_REQUEST, &"no-store".parse().expect("a header")));
    assert!(body.contains("<code>sort</code>") && body.contains("<code>page</code>"), "{body}");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/robots.txt", "/nowhere", "/assets/x/shop.js", "/favicon.svg"] {
        let (_, headers, _) = get(path).await;
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
    let (_, headers, body) = get("/robots.txt").await;
    assert!(headers[CONTENT_TYPE].to_str().expect("text").starts_with("text/plain"));
    assert!(body.contains("Sitemap: http://shop.example/sitemap.xml"));
}
