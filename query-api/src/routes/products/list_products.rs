//! `GET /products`

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
use crate::shapes::product_list::ProductList;
use crate::state::QueryApiState;

/// Products by category, filters and text
///
/// Without `q` everything is listed, best selling first.
#[utoipa::path(
    get,
    path = "/products",
    tag = "Catalogue",
    params(ProductListParameters),
    responses(
        (status = 200, description = "One page of products", body = ProductList, headers(("ETag" = String, description = "Changes with the page"))),
        (status = 304, description = "The page is still that of the `If-None-Match` sent"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn list_products(
    State(state): State<QueryApiState>,
    PublishableSite(site): PublishableSite,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let started = Instant::now();
    let body = find_products(&state, site.id, ListKind::Products, &parameters).await?;
    Ok(body.answer(&headers, started))
}
