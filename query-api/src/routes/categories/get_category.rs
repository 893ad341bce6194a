//! `GET /categories/{id}`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiPath, ApiResult, Problem, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use super::load_tree;
use crate::list_answer::{answer_json, text_of};
use crate::question::{Parameters, refuse_parameters};
use crate::shapes::category::CategoryDetail;
use crate::state::QueryApiState;

/// One category
///
/// With the way to it from the root, and its subcategories.
#[utoipa::path(
    get,
    path = "/categories/{id}",
    tag = "Catalogue",
    params(("id" = String, Path, description = "Category id as the ERP gave it, percent-encoded", example = "kitchen")),
    responses(
        (status = 200, description = "The category", body = CategoryDetail, headers(("ETag" = String, description = "Changes with the category"))),
        (status = 304, description = "The category is still that of the `If-None-Match` sent"),
        (status = 404, description = "The site has no category of this id", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn get_category(
    State(state): State<QueryApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath(id): ApiPath<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    refuse_parameters(&parameters)?;
    let tree = load_tree(&state, site.id).await?;
    let category = tree
        .detail(&id)
        .ok_or_else(|| Problem::not_found("unknown_category", "the site has no category of this id"))?;
    Ok(answer_json(&headers, text_of(&category)?))
}
