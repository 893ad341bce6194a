//! `POST /collect`

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiResult, Problem, ProblemBody, problem_of_body};
use coheron_platform::openapi::ReadProblems;

use crate::collector::keeping::{keep, read_events};
use crate::collector::shapes::CollectRequest;
use crate::collector::state::CollectorState;
use crate::collector::visitor::Visitor;

/// Report events
///
/// One event, or a batch of up to 100 as `{"events": [...], "sent_at"}`, in at most 64 KiB. `text/plain` is read as
/// JSON too, since that is what a beacon can send. The answer is 204 when every event is stored durably. After a 503 the
/// same events may be sent again, as long as they carry the same `event_id`: an event that arrives twice counts once.
///
/// Where the site's settings say `"analytics": {"consent": "required"}`, events without `consent.analytics` = true are
/// answered with 204 and not kept; an event that says `false` is kept nowhere.
#[utoipa::path(
    post,
    path = "/collect",
    tag = "Events",
    request_body(content(
        (CollectRequest = "application/json"),
        (CollectRequest = "text/plain"),
    )),
    responses(
        (status = 204, description = "Every event is stored"),
        (status = 413, description = "The body is larger than 64 KiB", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "The body is neither JSON nor text", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "No event was kept; `errors` names the fields", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn collect_events(
    State(state): State<CollectorState>,
    PublishableSite(site): PublishableSite,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<StatusCode> {
    require_text(&headers)?;
    let reported = read_events(&body.map_err(problem_of_body)?)?;
    keep(&state, &site, &visitor, reported).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A beacon of a text says `text/plain`, one of an untyped blob says nothing.
fn require_text(headers: &HeaderMap) -> ApiResult<()> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    if is_json || essence == "text/plain" {
        return Ok(());
    }
    let detail = "the body must be JSON, with content-type application/json or text/plain";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail))
}
