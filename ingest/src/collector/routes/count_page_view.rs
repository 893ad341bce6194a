//! `GET /collect/pixel.gif`

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, REFERER};
use axum::response::{IntoResponse, Response};
use coheron_core::product_query::ParameterError;
use coheron_core::web_event::names::PAGE_VIEW;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiResult, Problem, ProblemBody};
use coheron_platform::openapi::ReadProblems;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::collector::keeping::{Reported, keep};
use crate::collector::shapes::{Event, EventPage};
use crate::collector::state::CollectorState;
use crate::collector::visitor::Visitor;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageViewParameters {
    /// Address of the page; by default the one in the header `Referer`.
    url: Option<String>,
    /// Title of the page.
    title: Option<String>,
}

/// A picture of one transparent point (GIF89a).
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00\
    \x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b";

/// Count a page view without a script
///
/// A transparent picture for a `noscript` element. On a site that requires consent nothing is counted, since a picture
/// cannot say that it was given.
#[utoipa::path(
    get,
    path = "/collect/pixel.gif",
    tag = "Events",
    params(PageViewParameters),
    responses(
        (status = 200, description = "The page view is stored, or the site requires consent", content_type = "image/gif"),
        (status = 422, description = "The page view was not kept; `errors` names the field", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn count_page_view(
    State(state): State<CollectorState>,
    PublishableSite(site): PublishableSite,
    visitor: Visitor,
    headers: HeaderMap,
    parameters: Result<Query<PageViewParameters>, QueryRejection>,
) -> ApiResult<Response> {
    let Query(parameters) = parameters.map_err(|_| {
        let message = "only url and title are accepted, each once";
        Problem::invalid_parameters(vec![ParameterError::new("url", "invalid", message)])
    })?;
    let referer = || headers.get(REFERER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let page = EventPage { url: parameters.url.or_else(referer), title: parameters.title, referrer: None };
    let page_view = Event { name: PAGE_VIEW.to_owned(), page: Some(page), ..Event::default() };
    keep(&state, &site, &visitor, Reported::One(Box::new(page_view))).await?;
    Ok(([(CONTENT_TYPE, "image/gif"), (CACHE_CONTROL, "no-store")], PIXEL).into_response())
}
