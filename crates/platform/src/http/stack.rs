//! The middleware around all endpoints, in one readable order.

use std::any::Any;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::cors::{open_api_to_other_origins, public_cors};
use super::problem::Problem;
use super::request_context::observe;
use crate::rate_limit::{RateLimiter, limit_rate};

/// Section `http`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// Address and port that website and API answer on. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// A request that takes longer is answered with 503, in milliseconds. Default 10,000.
    pub request_timeout_ms: u64,
    /// The largest request body in bytes, where an endpoint does not set its own. Default 1,048,576.
    pub body_limit_bytes: usize,
    /// How long requests in flight may take to finish after a stop was asked for, in milliseconds. Default 10,000.
    pub shutdown_grace_ms: u64,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            request_timeout_ms: 10_000,
            body_limit_bytes: 1024 * 1024,
            shutdown_grace_ms: 10_000,
        }
    }
}

/// Puts the whole router into the shared middleware. A request passes from the bottom line to the top.
pub fn surround(router: Router, settings: &HttpSettings, rate_limiter: Arc<RateLimiter>) -> Router {
    let timeout = Duration::from_millis(settings.request_timeout_ms);
    router
        .layer(DefaultBodyLimit::max(settings.body_limit_bytes))
        .layer(from_fn_with_state(timeout, time_out))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(rate_limiter, limit_rate))
        // Around all that refuses: a page of another origin reads a refusal only with these headers, and a preflight is
        // no request of its own.
        .layer(from_fn_with_state(public_cors(), open_api_to_other_origins))
        .layer(from_fn(observe))
}

/// Unknown paths and methods answer with problems. For API routers; pages have their own.
pub fn problem_fallbacks<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(async || Problem::not_found("unknown_path", "there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "the path does not know this method")
        })
}

/// Whether a path is this one or lies under it: `/api/v10` does not lie under `/api/v1`.
pub fn is_at_or_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn time_out(State(timeout): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(timeout_ms = timeout.as_millis() as u64, "a request took too long");
            Problem::unavailable("timeout", "the answer took too long", 1).into_response()
        }
    }
}

fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = message, "a handler panicked");
    metrics::counter!("coheron_http_panics_total").increment(1);
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::CONTENT_TYPE;
    use axum::routing::{get, post};
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;
    use crate::http::extract::ApiJson;
    use crate::http::request_context::REQUEST_ID;
    use crate::rate_limit::RateLimitSettings;

    fn app() -> Router {
        let routes = Router::new()
            .route("/ok", get(async || "fine"))
            .route("/panic", get(async || -> &'static str { panic!("secret cause") }))
            .route("/slow", get(async || std::future::pending::<&'static str>().await))
            .route("/body", post(async |ApiJson(body): ApiJson<Value>| body.to_string()));
        let settings = HttpSettings { request_timeout_ms: 20, body_limit_bytes: 64, ..HttpSettings::default() };
        let unlimited = RateLimitSettings { per_ip_per_second: 0, ..RateLimitSettings::default() };
        surround(problem_fallbacks(routes), &settings, Arc::new(RateLimiter::new(&unlimited)))
    }

    async fn call(request: Request) -> (Response, Value) {
        let response = app().oneshot(request).await.expect("a response");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (Response::from_parts(parts, Body::empty()), value)
    }

    fn get_request(path: &str) -> Request {
        Request::get(path).body(Body::empty()).expect("a request")
    }

    #[tokio::test]
    async fn every_failure_is_a_problem_with_the_request_id() {
        for (path, status, code) in [
            ("/nowhere", 404, "unknown_path"),
            ("/body", 405, "method_not_allowed"),
            ("/panic", 500, "internal_error"),
            ("/slow", 503, "timeout"),
        ] {
            let (response, body) = call(get_request(path)).await;
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(body["code"], code, "{path}");
            let request_id = response.headers()[&REQUEST_ID].to_str().expect("text");
            assert_eq!(body["instance"], format!("{path}#{request_id}"));
            assert!(!body.to_string().contains("secret cause"));
        }
    }

    #[tokio::test]
    async fn the_callers_request_id_is_kept_when_it_is_harmless() {
        let with_id = |id: &str| Request::get("/ok").header(REQUEST_ID, id).body(Body::empty()).expect("a request");
        let (response, _) = call(with_id("order-77")).await;
        assert_eq!(response.headers()[&REQUEST_ID], "order-77");
        let (response, _) = call(with_id("a b\"c")).await;
        assert_ne!(response.headers()[&REQUEST_ID], "a b\"c");
    }

    #[tokio::test]
    async fn a_body_above_the_limit_is_413() {
        let body = format!("[\"{}\"]", "x".repeat(100));
        let request =
            Request::post("/body").header(CONTENT_TYPE, "application/json").body(Body::from(body)).expect("a request");
        let (response, body) = call(request).await;
        assert_eq!((response.status(), &body["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &Value::from("body_too_large")));
    }
}
