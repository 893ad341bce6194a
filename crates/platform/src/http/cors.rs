//! Who may read answers of the API from a page of another origin: everyone.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderName, Method};
use axum::middleware::Next;
use axum::response::Response;
use coheron_core::topics::TRACEPARENT;
use tower::{Layer, ServiceExt};
use tower_http::cors::{Any as AnyOrigin, CorsLayer};

use super::request_context::REQUEST_ID;
use super::stack::is_at_or_under;
use crate::auth::KEY_HEADER;
use crate::openapi::API_ROOT;

/// Lets any page do what a publishable key may do. No cookies take part, so no origin has to be trusted.
pub(super) fn public_cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            IF_NONE_MATCH,
            KEY_HEADER,
            REQUEST_ID,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static(TRACEPARENT),
            HeaderName::from_static("x-cart-token"),
        ])
        .expose_headers([
            ETAG,
            HeaderName::from_static("idempotent-replayed"),
            RETRY_AFTER,
            REQUEST_ID,
            HeaderName::from_static("ratelimit-limit"),
            HeaderName::from_static("ratelimit-remaining"),
            HeaderName::from_static("ratelimit-reset"),
        ])
        .max_age(Duration::from_secs(3600))
}

/// Middleware for what lies under the root of the API; pages of the website stay closed to other origins. It answers
/// preflights itself.
pub(super) async fn open_api_to_other_origins(State(cors): State<CorsLayer>, request: Request, next: Next) -> Response {
    if !is_at_or_under(request.uri().path(), API_ROOT) {
        return next.run(request).await;
    }
    // The rest of the stack cannot fail.
    let Ok(response) = cors.layer(next).oneshot(request).await;
    response
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;

    use axum::Router;
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::http::StatusCode;
    use axum::http::header::{
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    };
    use axum::routing::get;

    use super::*;
    use crate::http::{HttpSettings, problem_fallbacks, surround};
    use crate::rate_limit::{RateLimitSettings, RateLimiter};

    /// Of one address it answers two requests at once and one more each second.
    fn app() -> Router {
        let api = Router::new()
            .route("/ok", get(async || "fine"))
            .route("/panic", get(async || -> &'static str { panic!("a cause") }))
            .route("/slow", get(async || std::future::pending::<&'static str>().await));
        let routes = Router::new().route("/page", get(async || "a page")).nest(API_ROOT, api);
        let settings = HttpSettings { request_timeout_ms: 20, ..HttpSettings::default() };
        let limits = RateLimitSettings { per_ip_per_second: 1, per_ip_burst: 2, ..RateLimitSettings::default() };
        surround(problem_fallbacks(routes), &settings, Arc::new(RateLimiter::new(&limits)))
    }

    async fn ask(app: &Router, method: Method, path: &str) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(ORIGIN, "https://elsewhere.example")
            .header(ACCESS_CONTROL_REQUEST_METHOD, "GET")
            .body(Body::empty())
            .expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4000))));
        app.clone().oneshot(request).await.expect("a response")
    }

    fn assert_is_readable_elsewhere(response: &Response) {
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let exposed = response.headers()[ACCESS_CONTROL_EXPOSE_HEADERS].to_str().expect("text");
        assert!(exposed.split(',').any(|name| name.trim() == "retry-after"), "{exposed}");
    }

    #[tokio::test]
    async fn a_page_of_another_origin_can_read_why_it_is_refused() {
        let limited = app();
        // One request a second is given back, and these take less than as many seconds.
        let mut refused = None;
        for _ in 0..100 {
            let response = ask(&limited, Method::GET, "/api/v1/ok").await;
            assert_is_readable_elsewhere(&response);
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                refused = Some(response);
                break;
            }
        }
        assert_eq!(refused.expect("a refusal").headers()[RETRY_AFTER], "1");
    }

    #[tokio::test]
    async fn a_page_of_another_origin_can_read_what_failed() {
        for (path, status) in [
            ("/api/v1/panic", StatusCode::INTERNAL_SERVER_ERROR),
            ("/api/v1/slow", StatusCode::SERVICE_UNAVAILABLE),
            ("/api/v1/nowhere", StatusCode::NOT_FOUND),
        ] {
            let response = ask(&app(), Method::GET, path).await;
            assert_eq!(response.status(), status, "{path}");
            assert_is_readable_elsewhere(&response);
        }
    }

    #[tokio::test]
    async fn a_preflight_is_not_counted() {
        let app = app();
        for _ in 0..10 {
            let preflight = ask(&app, Method::OPTIONS, "/api/v1/ok").await;
            assert_eq!(preflight.status(), StatusCode::OK);
            assert_eq!(preflight.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        }
        let response = ask(&app, Method::GET, "/api/v1/ok").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["ratelimit-remaining"], "1", "it is the first that counts");
    }

    #[tokio::test]
    async fn pages_of_the_website_stay_closed_to_other_origins() {
        for (method, path) in [(Method::GET, "/page"), (Method::OPTIONS, "/page"), (Method::GET, "/api/v10/ok")] {
            let response = ask(&app(), method, path).await;
            assert!(!response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN), "{path}");
        }
    }
}
