//! `GET /search`

use std::time::Instant;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::ApiResult;
use coheron_platform::openapi::ReadProblems;

use crate::list_answer::ListKind;
use crate::question::Parameters;
use crate::routes::search::find_products;
use crate::shapes::parameters::ProductListParameters;
use crate::shapes::product_list::SearchResult;
use crate::state::QueryApiState;

/// Search
///
/// Finds words with typing errors and beginnings of words; `did_you_mean` tells what was searched for instead. Facet
/// counts are disjunctive: each facet is counted without its own selection, so that its other values can be added.
#[utoipa::path(
    get,
    path = "/search",
    tag = "Search",
    params(ProductListParameters),
    responses(
        (status = 200, description = "One page of hits, best first", body = SearchResult,
            headers(("ETag" = String, description = "Changes with the page"))),
        (status = 304, description = "The page is still that of the `If-None-Match` sent"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn search_products(
    State(state): State<QueryApiState>,
    PublishableSite(site): PublishableSite,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let started = Instant::now();
    let body = find_products(&state, site.id, ListKind::Search, &parameters).await?;
    Ok(body.answer(&headers, started))
}
