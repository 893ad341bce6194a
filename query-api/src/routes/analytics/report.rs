//! A report is a statement of ours with the caller's parameters.

use coheron_core::analytics_ports::{AnswerFormat, SqlParameter, SqlQuestion};
use coheron_core::ids::SiteId;
use coheron_platform::http::{ApiResult, Problem};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::period::Period;
use super::problems::problem_of_report;
use crate::state::QueryApiState;

/// Reports need a key with this scope.
pub const SCOPE: &str = "analytics:read";

/// Runs a statement whose first parameters are the period's beginning, end and limit, followed by the others.
pub async fn ask<T: DeserializeOwned>(
    state: &QueryApiState,
    site_id: SiteId,
    sql: &str,
    period: &Period,
    others: &[&str],
) -> ApiResult<Vec<T>> {
    let texts = others.iter().map(|text| SqlParameter::Text((*text).to_owned()));
    let mut parameters = vec![
        SqlParameter::Text(period.beginning_text()),
        SqlParameter::Text(period.end_text()),
        SqlParameter::Integer(period.limit),
    ];
    parameters.extend(texts);
    let question = SqlQuestion { sql: sql.to_owned(), parameters, format: AnswerFormat::Json };
    let answer = state.analytics.query(site_id, &question).await.map_err(problem_of_report)?;
    let rows: Rows<T> = serde_json::from_slice(&answer.body).map_err(|error| {
        tracing::error!(%error, "the rows of a report have another shape than its statement says");
        Problem::internal()
    })?;
    Ok(rows.rows)
}

#[derive(Deserialize)]
struct Rows<T> {
    rows: Vec<T>,
}
