//! The router with a search that knows no index and a database that does not answer.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, LOCATION, REFERER, REFERRER_POLICY, RETRY_AFTER,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::Utc;
use coheron_core::address::Address;
use coheron_core::commerce_ports::{ShippingRate, ShippingRates};
use coheron_core::ids::SiteId;
use coheron_core::money::{Currency, Money};
use coheron_core::ports::{CatalogueSearch, SearchError, SearchPage, Suggestions};
use coheron_core::product_query::ProductQuery;
use coheron_platform::auth::{CurrentSite, SiteResolver};
use coheron_platform::cache::{CacheSettings, TagGenerations};
use coheron_store::sites::Site;
use coheron_store::{Database, DatabaseSettings};
use coheron_storefront_api::{CartSettings, CheckoutSettings, Storefront};
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

    async fn product_document(&self, _site_id: SiteId, _sku: &str) -> Result<Option<String>, SearchError> {
        Ok(None)
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

struct OneRate;

#[async_trait]
impl ShippingRates for OneRate {
    async fn rates(&self, subtotal: Money, _destination: Option<&Address>) -> Vec<ShippingRate> {
        let price = Money::new(490, subtotal.currency);
        vec![ShippingRate { method: "standard".to_owned(), label: "Standard".to_owned(), price }]
    }
}

/// Nothing listens at this address.
fn router() -> Router {
    let settings = DatabaseSettings { acquire_timeout_ms: 200, ..DatabaseSettings::default() };
    let database = Database::connect("postgres://127.0.0.1:9/none", &settings).expect("pools");
    let sites = SiteResolver::new(database.clone());
    let generations = Arc::new(TagGenerations::new());
    let search = Arc::new(EchoingSearch);
    let (cart, checkout) = (CartSettings::default(), CheckoutSettings::default());
    let storefront = Storefront::new(database.clone(), cart, checkout, Vec::new(), Arc::new(OneRate), Utc::now);
    let cache = CacheSettings::default();
    super::router(WebsiteState::new(database, search, sites, storefront, generations, &cache, Utc::now))
}

async fn get(path: &str) -> (StatusCode, HeaderMap, String) {
    send(Request::get(path).body(Body::empty()).expect("a request")).await
}

async fn send(mut request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    request.headers_mut().insert("host", "shop.example".parse().expect("a header"));
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
async fn addresses_that_cannot_be_read_are_told_in_the_shops_look_too() {
    for path in ["/p/%ff", "/p/%ff/x", "/p/A/%ff", "/c/%ff", "/c/%ff/x", "/c/mugs/%ff", "/orders/%ff"] {
        let (status, headers, body) = get(path).await;
        assert_eq!((status, &headers[CACHE_CONTROL]), (StatusCode::NOT_FOUND, &"no-store".parse().expect("a header")));
        assert!(body.contains("This page is not here") && body.contains("Harbour &#38; Field"), "{path}: {body}");
    }
    let (status, headers, body) = get("/search/suggest?q=a&q=b").await;
    assert_eq!((status, &headers[CACHE_CONTROL]), (StatusCode::BAD_REQUEST, &"no-store".parse().expect("a header")));
    assert!(body.contains("<code>q</code>") && body.contains("may be given only once"), "{body}");
    assert!(body.contains("Harbour &#38; Field"), "{body}");
}

#[tokio::test]
async fn a_browser_without_a_cart_has_an_empty_one() {
    for path in ["/cart", "/cart/drawer"] {
        let (status, headers, body) = get(path).await;
        assert_eq!((status, &headers[CACHE_CONTROL]), (StatusCode::OK, &"no-store".parse().expect("a header")));
        assert!(body.contains("Your cart is empty"), "{path}: {body}");
    }
    let (status, headers, _) = get("/checkout").await;
    assert_eq!((status, &headers[LOCATION]), (StatusCode::SEE_OTHER, &"/cart".parse().expect("a header")));
}

#[tokio::test]
async fn a_page_whose_address_browsers_keep_back_names_it_to_the_picture_that_counts_it() {
    let (_, headers, body) = get("/cart?key=k3y").await;
    assert_eq!(headers[REFERRER_POLICY], "strict-origin");
    assert!(body.contains("pixel.gif?url=http%3A//shop.example/cart&amp;title=Cart"), "{body}");
    assert!(!body.contains("k3y"));
}

#[tokio::test]
async fn every_page_shows_how_much_is_in_the_cart() {
    let cart = format!("coheron_cart={}.ct_a; coheron_cart_count=3", Uuid::from_u128(7));
    let request = Request::get("/nowhere").header(COOKIE, cart).body(Body::empty()).expect("a request");
    let (_, _, body) = send(request).await;
    assert!(body.contains("data-cart-badge>3<") && body.contains("3 pieces"), "{body}");
    let (_, _, body) = get("/nowhere").await;
    assert!(body.contains("data-cart-badge hidden>0<"), "{body}");
}

#[tokio::test]
async fn forms_that_are_not_ours_are_refused() {
    let post = |path: &str, site: &'static str| {
        let request = Request::post(path)
            .header("sec-fetch-site", site)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(REFERER, "http://shop.example/p/TEE/t-shirt")
            .header(COOKIE, format!("coheron_form={}", "a".repeat(if site == "same-origin" { 0 } else { 32 })));
        send(request.body(Body::from("sku=TEE&csrf=00")).expect("a request"))
    };
    let item = Uuid::from_u128(3);
    for path in ["/cart/items", &format!("/cart/items/{item}"), &format!("/cart/items/{item}/remove"), "/checkout"] {
        for site in ["same-origin", "cross-site", "same-site"] {
            let (status, headers, body) = post(path, site).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} {site}");
            assert!(body.contains("href=\"/p/TEE/t-shirt\">Try again"), "{body}");
            assert!(!headers.contains_key(SET_COOKIE));
        }
    }
}

#[tokio::test]
async fn ids_that_are_none_are_missing_pages() {
    for path in ["/orders/1?key=a", "/orders/1/status", "/checkout/x", "/checkout/x/return"] {
        assert_eq!(get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
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
