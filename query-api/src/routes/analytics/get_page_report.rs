//! `GET /analytics/pages`

use axum::Json;
use axum::extract::{Query, State};
use coheron_platform::auth::SecretKey;
use coheron_platform::http::{ApiResult, ProblemBody};

use super::period::read_period;
use super::problems::QuestionProblems;
use super::report::{SCOPE, ask};
use crate::question::Parameters;
use crate::shapes::analytics::{PageReport, PageReportRow, ReportParameters};
use crate::state::QueryApiState;

/// A visit is a tab of a browser, or a visitor's day where no script counts tabs. Its first page is its entry.
const STATEMENT: &str = "
WITH views AS (
    SELECT page_path, visitor_id, coalesce(session_id, visitor_id) AS visit, occurred_at
    FROM web_events
    WHERE name = 'page_view' AND device <> 'bot' AND page_path IS NOT NULL
        AND occurred_at >= $1 AND occurred_at < $2
), first_pages AS (
    SELECT first_value(page_path ORDER BY occurred_at) AS page_path FROM views GROUP BY visit
), entries AS (
    SELECT page_path, count(*) AS entries FROM first_pages GROUP BY page_path
), pages AS (
    SELECT page_path, count(*) AS views, count(DISTINCT visitor_id) AS visitors FROM views GROUP BY page_path
)
SELECT pages.page_path, views, visitors, coalesce(entries, 0), count(*) OVER () AS total
FROM pages LEFT JOIN entries ON entries.page_path = pages.page_path
ORDER BY views DESC, pages.page_path LIMIT $3";

/// Pages by views
///
/// Views, visitors and entries by path, most views first. Visits of bots are left out.
#[utoipa::path(
    get,
    path = "/analytics/pages",
    tag = "Analytics",
    params(ReportParameters),
    responses(
        (status = 200, description = "The report", body = PageReport),
        (status = 400, description = "A parameter is not valid; `errors` names each one",
            body = ProblemBody, content_type = "application/problem+json"),
        QuestionProblems,
    ),
    security(("api_key" = []), ("bearer_key" = [])),
)]
pub async fn get_page_report(
    State(state): State<QueryApiState>,
    key: SecretKey,
    Query(parameters): Query<Parameters>,
) -> ApiResult<Json<PageReport>> {
    key.require(SCOPE)?;
    let period = read_period(&parameters, (state.clock)())?;
    let rows: Vec<(String, u64, u64, u64, u64)> = ask(&state, key.site_id(), STATEMENT, &period, &[]).await?;
    let total = rows.first().map_or(0, |(.., total)| *total);
    let items = rows
        .into_iter()
        .map(|(path, views, visitors, entries, _)| PageReportRow { path, views, visitors, entries })
        .collect();
    Ok(Json(PageReport { items, next_cursor: None, total, from: period.from, to: period.to }))
}
