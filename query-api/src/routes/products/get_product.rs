//! `GET /products/{sku}`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use super::find_document;
use crate::list_answer::answer_json;
use crate::product_json::project;
use crate::question::{Parameters, read_fields};
use crate::shapes::product::Product;
use crate::state::QueryApiState;

/// One product
///
/// With price, availability, variants, and in `as_of` the ERP record that it reflects.
#[utoipa::path(
    get,
    path = "/products/{sku}",
    tag = "Catalogue",
    params(
        ("sku" = String, Path, description = "SKU of the product, percent-encoded", example = "TEE"),
        ("fields" = Option<String>, Query, description = "Only these fields of the product, separated by commas",
            example = "sku,name,price"),
    ),
    responses(
        (status = 200, description = "The product", body = Product, headers(("ETag" = String, description = "Changes with the product"))),
        (status = 304, description = "The product is still that of the `If-None-Match` sent"),
        (status = 404, description = "The site has no published product of this SKU", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn get_product(
    State(state): State<QueryApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath(sku): ApiPath<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let fields = read_fields(&parameters)?;
    let document = find_document(&state, site.id, &sku).await?;
    Ok(answer_json(&headers, project(&document, &fields)))
}
