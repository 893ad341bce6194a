//! `POST /analytics/sql`

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use coheron_core::analytics_ports::{AnalyticsError, SqlAnswer, SqlQuestion};
use coheron_platform::auth::SecretKey;
use coheron_platform::http::{ApiJson, ApiResult, ProblemBody};
use sha2::{Digest, Sha256};

use super::accept::{accepted_format, media_type};
use super::problems::{QuestionProblems, problem_of};
use crate::shapes::analytics::{SqlFile, SqlRequest, SqlResult};
use crate::state::QueryApiState;

const SCOPE: &str = "analytics:sql";
const ROW_COUNT: HeaderName = HeaderName::from_static("x-row-count");
const TRUNCATED: HeaderName = HeaderName::from_static("x-truncated");

/// Ask in SQL
///
/// Runs one SELECT, WITH or EXPLAIN over `web_events` and `orders` of the key's site; `information_schema.columns`
/// describes both with comments. `Accept` chooses the format: JSON (at most 10,000 rows), CSV, Arrow stream or Parquet
/// (at most 1,000,000 rows). Lists and maps in CSV are JSON texts.
#[utoipa::path(
    post,
    path = "/analytics/sql",
    tag = "Analytics",
    request_body = SqlRequest,
    responses(
        (status = 200, description = "The rows",
            content(
                (SqlResult = "application/json"),
                (String = "text/csv"),
                (SqlFile = "application/vnd.apache.arrow.stream"),
                (SqlFile = "application/vnd.apache.parquet"),
            ),
            headers(
                ("X-Row-Count" = u64, description = "Rows of the answer"),
                ("X-Truncated" = bool, description = "Whether there were more rows than an answer may hold"),
            )),
        (status = 400, description = "`invalid_sql`: the text is not SQL; `detail` says where. `invalid_json`: the body is not JSON",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "No format of ours is accepted",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`refused_statement`: not allowed here. `invalid_statement`: a table, column, function or type is not \
            there or does not fit. `failed_statement`: it failed on the data. `invalid_body`: the body has another shape",
            body = ProblemBody, content_type = "application/problem+json"),
        QuestionProblems,
    ),
    security(("api_key" = []), ("bearer_key" = [])),
)]
pub async fn run_sql(
    State(state): State<QueryApiState>,
    key: SecretKey,
    headers: HeaderMap,
    ApiJson(request): ApiJson<SqlRequest>,
) -> ApiResult<Response> {
    key.require(SCOPE)?;
    let question = SqlQuestion { sql: request.sql, parameters: request.params, format: accepted_format(&headers)? };
    let outcome = state.analytics.query(key.site_id(), &question).await;
    record(&key, &question, &outcome);
    let answer = outcome.map_err(problem_of)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type(question.format))),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (ROW_COUNT, HeaderValue::from(answer.row_count)),
        (TRUNCATED, HeaderValue::from_static(if answer.truncated { "true" } else { "false" })),
    ];
    Ok((headers, answer.body).into_response())
}

/// Who asked what. The text may hold what nobody should read in a log, so its hash stands for it.
fn record(key: &SecretKey, question: &SqlQuestion, outcome: &Result<SqlAnswer, AnalyticsError>) {
    let digest = Sha256::digest(question.sql.as_bytes());
    let statement = hex::encode(digest.get(..8).unwrap_or_default());
    let (key_id, site_id) = (key.0.id, key.site_id());
    match outcome {
        Ok(answer) => {
            let (rows, took_ms, truncated) = (answer.row_count, answer.took_ms, answer.truncated);
            tracing::info!(%key_id, %site_id, statement, rows, took_ms, truncated, "a statement was answered");
        }
        Err(error) => tracing::info!(%key_id, %site_id, statement, %error, "a statement was not answered"),
    }
}
