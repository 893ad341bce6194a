//! The endpoints over an engine that answers what a test wants.

use std::sync::PoisonError;

use axum::extract::{Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_core::analytics_ports::{AnalyticsError, AnswerFormat, SqlAnswer, SqlParameter};
use coheron_platform::auth::SecretKey;
use coheron_platform::http::{ApiJson, ApiResult};
use serde_json::{Value, json};

use super::get_page_report::get_page_report;
use super::run_sql::run_sql;
use crate::shapes::analytics::PageReportRow;
use crate::test_app::{FakeSearch, TestApp};

fn app_that_answers(outcome: Result<SqlAnswer, AnalyticsError>) -> TestApp {
    let app = TestApp::new(FakeSearch::default());
    *app.analytics.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    app
}

fn answer(body: &str) -> SqlAnswer {
    SqlAnswer { body: body.as_bytes().to_vec(), row_count: 2, truncated: true, took_ms: 5 }
}

async fn post(app: &TestApp, key: SecretKey, accept: &'static str, body: Value) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, accept.parse().expect("a header"));
    let request = serde_json::from_value(body).expect("a request");
    run_sql(State(app.state.clone()), key, headers, ApiJson(request)).await.into_response()
}

#[tokio::test]
async fn an_answer_comes_in_the_accepted_format_with_its_size() {
    let app = app_that_answers(Ok(answer("a,b\n")));
    let body = json!({"sql": "SELECT $1", "params": [7, "x", true, null, 1.5]});
    let response = post(&app, TestApp::secret_key(&["analytics:sql"]), "text/csv", body).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(
        (&response.headers()["x-row-count"], &response.headers()["x-truncated"]),
        (&"2".parse().expect("a value"), &"true".parse().expect("a value"))
    );
    let questions = app.analytics.questions.lock().expect("questions");
    assert_eq!(questions[0].format, AnswerFormat::Csv);
    let expected = [
        SqlParameter::Integer(7),
        SqlParameter::Text("x".to_owned()),
        SqlParameter::Boolean(true),
        SqlParameter::Null,
        SqlParameter::Number(1.5),
    ];
    assert_eq!(questions[0].parameters, expected);
}

#[tokio::test]
async fn keys_without_the_scope_and_formats_we_do_not_have_ask_nothing() {
    let app = app_that_answers(Ok(answer("{}")));
    let refused = post(&app, TestApp::secret_key(&["analytics:read"]), "*/*", json!({"sql": "SELECT 1"})).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let refused = post(&app, TestApp::secret_key(&["analytics:*"]), "image/png", json!({"sql": "SELECT 1"})).await;
    assert_eq!(refused.status(), StatusCode::NOT_ACCEPTABLE);
    assert_eq!(app.analytics.questions.lock().expect("questions").len(), 0);
}

#[tokio::test]
async fn every_outcome_has_its_status() {
    let refused = |code| AnalyticsError::Refused { code, message: "because".to_owned() };
    let outcomes = [
        (refused("invalid_sql"), 400, "invalid_sql"),
        (refused("refused_statement"), 422, "refused_statement"),
        (refused("invalid_statement"), 422, "invalid_statement"),
        (AnalyticsError::DeadlineExceeded { limit_ms: 9 }, 504, "deadline_exceeded"),
        (AnalyticsError::OutOfMemory, 413, "out_of_memory"),
        (AnalyticsError::Busy, 429, "analytics_busy"),
        (AnalyticsError::Unavailable("secret cause".into()), 503, "temporarily_unavailable"),
    ];
    for (outcome, status, code) in outcomes {
        let app = app_that_answers(Err(outcome));
        let response = post(&app, TestApp::secret_key(&["*"]), "*/*", json!({"sql": "SELECT 1"})).await;
        assert_eq!(response.status(), status, "{code}");
        assert_eq!(response.headers().contains_key(RETRY_AFTER), [429, 503].contains(&status), "{code}");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let problem: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(problem["code"], code);
        assert!(!problem.to_string().contains("secret cause"));
    }
}

#[tokio::test]
async fn a_report_is_read_from_the_rows_and_a_refused_one_is_our_fault() {
    let body = r#"{"columns": [], "rows": [["/p/A", 5, 3, 1, 9], ["/p/B", 2, 2, 0, 9]], "row_count": 2}"#;
    let app = app_that_answers(Ok(answer(body)));
    let ask = async |parameters: &[(&str, &str)]| -> ApiResult<_> {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        get_page_report(State(app.state.clone()), TestApp::secret_key(&["analytics:read"]), Query(parameters)).await
    };
    let report = ask(&[("from", "2026-03-01"), ("to", "2026-03-02"), ("limit", "2")]).await.expect("a report").0;
    assert_eq!((report.total, report.items.len()), (9, 2));
    assert_eq!(report.items[0], PageReportRow { path: "/p/A".to_owned(), views: 5, visitors: 3, entries: 1 });
    let asked = app.analytics.questions.lock().expect("questions")[0].parameters.clone();
    assert_eq!(asked[0], SqlParameter::Text("2026-03-01T00:00:00.000Z".to_owned()));

    let refusal = AnalyticsError::Refused { code: "invalid_statement", message: "ours".to_owned() };
    *app.analytics.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(Err(refusal));
    assert_eq!(ask(&[]).await.expect_err("a problem").status(), StatusCode::INTERNAL_SERVER_ERROR);
}
