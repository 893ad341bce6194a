//! Whether the process lives, whether it should get traffic, and its metrics.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::{BoxFuture, join_all};
use serde::Serialize;

use crate::telemetry::MetricsHandle;

const LIVE: &str = "/health/live";
const READY: &str = "/health/ready";
const METRICS: &str = "/metrics";

/// A check that does not answer in this time has failed, where no other time is set.
const CHECK_DEADLINE: Duration = Duration::from_secs(2);

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Named checks of what the process cannot do without.
#[derive(Clone)]
pub struct HealthChecks {
    checks: Vec<(&'static str, Check)>,
    deadline: Duration,
}

#[derive(Debug, Serialize)]
struct Report {
    status: &'static str,
    checks: BTreeMap<&'static str, CheckReport>,
}

#[derive(Debug, Serialize)]
struct CheckReport {
    status: &'static str,
    took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

impl HealthChecks {
    pub fn new() -> Self {
        Self { checks: Vec::new(), deadline: CHECK_DEADLINE }
    }

    /// A check that does not answer in this time has failed.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Adds a check. The text of its error is shown to whoever asks: it must not hold secrets.
    pub fn with<F, Fut, E>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let boxed: Check = Arc::new(move || {
            let outcome = check();
            Box::pin(async move { outcome.await.map_err(|error| error.to_string()) })
        });
        self.checks.push((name, boxed));
        self
    }

    async fn run(&self) -> Report {
        let reports = join_all(self.checks.iter().map(|(name, check)| run_check(name, check, self.deadline))).await;
        let all_pass = reports.iter().all(|(_, report)| report.problem.is_none());
        Report { status: status_text(all_pass.then_some(())), checks: reports.into_iter().collect() }
    }
}

impl Default for HealthChecks {
    fn default() -> Self {
        Self::new()
    }
}

/// `/health/live`, `/health/ready` and `/metrics`.
pub fn router(checks: HealthChecks, metrics: MetricsHandle) -> Router {
    Router::new().route(METRICS, get(render_metrics)).with_state(metrics).merge(health_router(checks))
}

/// Whether supervisors and collectors of metrics ask there, rather than callers of the shop.
pub(crate) fn is_for_operations(path: &str) -> bool {
    [LIVE, READY, METRICS].contains(&path)
}

pub(crate) fn health_router(checks: HealthChecks) -> Router {
    Router::new()
        .route(LIVE, get(async || answer(StatusCode::OK, &Report { status: "pass", checks: BTreeMap::new() })))
        .route(READY, get(get_ready))
        .with_state(checks)
}

async fn get_ready(State(checks): State<HealthChecks>) -> Response {
    let report = checks.run().await;
    let status = if report.status == "pass" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer(status, &report)
}

async fn render_metrics(State(metrics): State<MetricsHandle>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response()
}

async fn run_check(name: &'static str, check: &Check, deadline: Duration) -> (&'static str, CheckReport) {
    let started = Instant::now();
    let problem = match tokio::time::timeout(deadline, check()).await {
        Ok(Ok(())) => None,
        Ok(Err(problem)) => Some(problem),
        Err(_) => Some(format!("no answer within {} ms", deadline.as_millis())),
    };
    let took_ms = started.elapsed().as_secs_f64() * 1000.0;
    (name, CheckReport { status: status_text(problem.is_none().then_some(())), took_ms, problem })
}

fn status_text(passed: Option<()>) -> &'static str {
    passed.map_or("fail", |()| "pass")
}

fn answer(status: StatusCode, report: &Report) -> Response {
    let body = serde_json::to_string(report).unwrap_or_default();
    (status, [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn call(checks: HealthChecks, path: &str) -> (StatusCode, serde_json::Value) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = health_router(checks).oneshot(request).await.expect("a response");
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).expect("json"))
    }

    #[tokio::test]
    async fn ready_names_what_fails_and_what_hangs_while_live_stays_up() {
        let checks = HealthChecks::new()
            .with_deadline(Duration::from_millis(20))
            .with("postgres", async || Ok::<(), &str>(()))
            .with("search_index", async || Err("no reader"))
            .with("broker", async || std::future::pending::<Result<(), &str>>().await);
        let (status, body) = call(checks.clone(), "/health/ready").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(body["checks"]["postgres"]["status"], "pass");
        assert_eq!(body["checks"]["search_index"]["problem"], "no reader");
        assert_eq!(body["checks"]["broker"]["problem"], "no answer within 20 ms");
        assert_eq!(call(checks, "/health/live").await.0, StatusCode::OK);
        assert_eq!(call(HealthChecks::new(), "/health/ready").await.0, StatusCode::OK);
    }
}
