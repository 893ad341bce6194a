//! `GET /categories`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::ApiResult;
use coheron_platform::openapi::ReadProblems;

use super::load_tree;
use crate::list_answer::{answer_json, text_of};
use crate::question::{Parameters, refuse_parameters};
use crate::shapes::category::CategoryList;
use crate::state::QueryApiState;

/// The category tree
///
/// The roots, each with its children, siblings in the ERP's order. A category counts the products below it too.
#[utoipa::path(
    get,
    path = "/categories",
    tag = "Catalogue",
    responses(
        (status = 200, description = "The whole tree", body = CategoryList, headers(("ETag" = String, description = "Changes with the tree"))),
        (status = 304, description = "The tree is still that of the `If-None-Match` sent"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn list_categories(
    State(state): State<QueryApiState>,
    PublishableSite(site): PublishableSite,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    refuse_parameters(&parameters)?;
    let tree = load_tree(&state, site.id).await?;
    let list = CategoryList { total: tree.len() as u64, items: tree.roots(), next_cursor: None };
    Ok(answer_json(&headers, text_of(&list)?))
}
