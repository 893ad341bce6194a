//! A write with its key, as a handler takes it.

use axum::body::Bytes;
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_store::Database;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::MAX_BODY_BYTES;
use super::key::{IdempotencyKey, IdempotencyMode};
use super::run::{IdempotentRun, KeyedRequest};
use super::scope::IdempotencyScope;
use crate::http::extract::{problem_of_body, read_json, require_json};
use crate::http::{ApiResult, Problem, outlive_caller};

/// The body of a write and the key it came with. The last argument of a handler, in the place of `ApiJson`.
#[derive(Debug)]
pub struct IdempotentRequest {
    headers: HeaderMap,
    body: Bytes,
    key: Option<IdempotencyKey>,
    /// SHA-256 of method, path and body.
    fingerprint: [u8; 32],
}

impl<S: Send + Sync> FromRequest<S> for IdempotentRequest {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let key = IdempotencyKey::of(request.headers())?;
        let method = request.method().clone();
        // Nesting cuts the beginning of the path; the caller's own is meant.
        let uri = request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |uri| uri.0.clone());
        let target = uri.path_and_query().map_or_else(|| uri.path().to_owned(), |path| path.as_str().to_owned());
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await.map_err(problem_of_body)?;
        if body.len() > MAX_BODY_BYTES {
            let detail = "the body is larger than accepted here";
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
        }
        let fingerprint = fingerprint(&method, &target, &body);
        Ok(Self { headers, body, key, fingerprint })
    }
}

impl IdempotentRequest {
    /// The JSON body, with the same problems as `ApiJson`.
    pub fn json<T: DeserializeOwned>(&self) -> ApiResult<T> {
        require_json(&self.headers)?;
        read_json(&self.body)
    }

    pub fn key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// Whether an earlier answer may be replayed: the caller's rights must be known before `answer_once`.
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Does the work, or answers as it was answered before. To be called when it is known who asks, and that the
    /// owner in the scope is theirs. The work should have a database transaction of its own and must end within 20
    /// seconds.
    pub async fn answer_once<F, W, R>(
        self,
        database: &Database,
        scope: IdempotencyScope,
        mode: IdempotencyMode,
        work: F,
    ) -> ApiResult<Response>
    where
        F: FnOnce(IdempotentRun) -> W + Send + 'static,
        W: Future<Output = ApiResult<R>> + Send + 'static,
        R: IntoResponse + Send + 'static,
    {
        mode.check(self.key.as_ref())?;
        let Some(key) = self.key else {
            return work(IdempotentRun::unkeyed()).await.map(IntoResponse::into_response);
        };
        let request = KeyedRequest { database: database.clone(), scope, key, fingerprint: self.fingerprint };
        outlive_caller(request.answer(work)).await
    }
}

/// The parts with their lengths, so that no two requests share a text.
fn fingerprint(method: &Method, target: &str, body: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in [method.as_str().as_bytes(), target.as_bytes(), body] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::body::Body;
    use axum::http::header::CONTENT_TYPE;
    use coheron_core::ids::SiteId;
    use coheron_store::DatabaseSettings;
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;
    use crate::http::idempotency::{FIELD, KEY_HEADER};

    fn request(key: Option<&str>, path: &str, body: &'static str) -> Request {
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header(KEY_HEADER, key);
        }
        request.body(Body::from(body)).expect("a request")
    }

    async fn read(request: Request) -> Result<IdempotentRequest, Problem> {
        IdempotentRequest::from_request(request, &()).await
    }

    /// Nothing listens there.
    fn unreachable_database() -> Database {
        let settings = DatabaseSettings { acquire_timeout_ms: 50, ..DatabaseSettings::default() };
        Database::connect("postgres://127.0.0.1:9/none", &settings).expect("pools")
    }

    /// What the request is answered with, and how often the work was done.
    async fn answer(key: Option<&str>, mode: IdempotencyMode) -> (ApiResult<Response>, usize) {
        let done = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&done);
        let scope = IdempotencyScope::new(SiteId(Uuid::from_u128(1)), "add_cart_item", "cart");
        let request = read(request(key, "/cart", "{}")).await.expect("a request");
        let answer = request
            .answer_once(&unreachable_database(), scope, mode, move |_run| async move {
                counter.fetch_add(1, Ordering::SeqCst);
                Ok(StatusCode::NO_CONTENT)
            })
            .await;
        (answer, done.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn without_a_key_the_work_is_done_where_none_is_required() {
        let (response, done) = answer(None, IdempotencyMode::Optional).await;
        assert_eq!((response.expect("an answer").status(), done), (StatusCode::NO_CONTENT, 1));
        let (refused, done) = answer(None, IdempotencyMode::Required).await;
        assert_eq!((refused.expect_err("a problem").code(), done), ("idempotency_key_required", 0));
    }

    #[tokio::test]
    async fn a_key_that_cannot_be_claimed_keeps_the_work_from_being_done() {
        let (refused, done) = answer(Some("key-1"), IdempotencyMode::Optional).await;
        assert_eq!((refused.expect_err("a problem").status(), done), (StatusCode::SERVICE_UNAVAILABLE, 0));
    }

    #[tokio::test]
    async fn the_fingerprint_is_that_of_method_path_and_body() {
        let first = read(request(Some("a"), "/cart/1/items?x=1", "{\"sku\":\"A\"}")).await.expect("a request");
        let same = read(request(Some("b"), "/cart/1/items?x=1", "{\"sku\":\"A\"}")).await.expect("a request");
        assert_eq!(first.fingerprint, same.fingerprint);
        let nested = {
            let mut request = request(None, "/items?x=1", "{\"sku\":\"A\"}");
            request.extensions_mut().insert(OriginalUri("/cart/1/items?x=1".parse().expect("a path")));
            read(request).await.expect("a request")
        };
        assert_eq!(first.fingerprint, nested.fingerprint);
        for (path, body) in [
            ("/cart/2/items?x=1", "{\"sku\":\"A\"}"),
            ("/cart/1/items", "{\"sku\":\"A\"}"),
            ("/cart/1/items?x=1", "{}"),
        ] {
            let other = read(request(None, path, body)).await.expect("a request");
            assert_ne!(first.fingerprint, other.fingerprint, "{path} {body}");
        }
        assert_ne!(fingerprint(&Method::PUT, "/a", b"b"), fingerprint(&Method::POST, "/a", b"b"));
        assert_ne!(fingerprint(&Method::PUT, "/a", b"b"), fingerprint(&Method::PUT, "/ab", b""));
    }

    #[tokio::test]
    async fn the_body_is_read_as_json_and_bounded() {
        let value: Value =
            read(request(None, "/cart", "{\"quantity\":2}")).await.expect("a request").json().expect("json");
        assert_eq!(value["quantity"], 2);
        let problem =
            read(request(None, "/cart", "{")).await.expect("a request").json::<Value>().expect_err("a problem");
        assert_eq!(problem.code(), "invalid_json");
        let too_large = Request::post("/cart").body(Body::from("x".repeat(MAX_BODY_BYTES + 1))).expect("a request");
        assert_eq!(read(too_large).await.expect_err("a problem").status(), StatusCode::PAYLOAD_TOO_LARGE);
        let problem = read(request(Some("a b"), "/cart", "{}")).await.expect_err("a problem");
        assert_eq!(problem.errors()[0].field, FIELD);
    }
}
