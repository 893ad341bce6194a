//! The identity of a request: its id, its trace, its span in the log, its line in the access log and its metrics.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use coheron_core::topics::TRACEPARENT;
use tracing::Instrument;
use uuid::Uuid;

use crate::trace::TraceContext;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_REQUEST_ID_BYTES: usize = 64;

tokio::task_local! {
    static CURRENT: RequestContext;
}

/// Also found in the request's extensions.
#[derive(Debug, Clone)]
pub struct RequestContext {
    pub request_id: String,
    pub trace: TraceContext,
    path: String,
}

/// Outermost middleware. An `x-request-id` and a `traceparent` of the caller are continued, else begun.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id_of(&request).unwrap_or_else(|| Uuid::now_v7().to_string());
    let trace = request
        .headers()
        .get(TRACEPARENT)
        .and_then(|value| TraceContext::parse(value.to_str().ok()?))
        .map_or_else(TraceContext::generate, |caller| caller.child());
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", request_id = %request_id, trace_id = %trace.trace_id(), method, route);
    let context = RequestContext { request_id, trace, path };
    request.extensions_mut().insert(context.clone());

    let response = CURRENT.scope(context.clone(), next.run(request)).instrument(span.clone()).await;

    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| {
        let elapsed_ms = elapsed.as_secs_f64() * 1000.0;
        tracing::info!(target: "coheron::access", path = context.path, status, elapsed_ms, "answered");
    });
    let labels = [("route", route.clone()), ("method", method.to_owned()), ("status", status.to_string())];
    metrics::counter!("coheron_http_requests_total", &labels).increment(1);
    metrics::histogram!("coheron_http_request_seconds", "route" => route).record(elapsed.as_secs_f64());
    with_request_id(response, &context.request_id)
}

/// The same work with the identity of the running request, for work that may outlive the request's own future.
pub(super) fn within_request<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let context = CURRENT.try_with(RequestContext::clone);
    let work = work.in_current_span();
    async move {
        match context {
            Ok(context) => CURRENT.scope(context, work).await,
            Err(_) => work.await,
        }
    }
}

/// The `traceparent` for records that the running request causes; none where no request runs.
pub fn current_traceparent() -> Option<String> {
    CURRENT.try_with(|context| context.trace.to_string()).ok()
}

/// Where a problem happened: the path and, after `#`, the request id.
pub(super) fn current_instance() -> String {
    CURRENT.try_with(|context| format!("{}#{}", context.path, context.request_id)).unwrap_or_default()
}

fn request_id_of(request: &Request) -> Option<String> {
    let text = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let safe = !text.is_empty()
        && text.len() <= MAX_REQUEST_ID_BYTES
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    safe.then(|| text.to_owned())
}

fn with_request_id(mut response: Response, request_id: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A caller may invent methods; the metric has room for the known ones only.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
