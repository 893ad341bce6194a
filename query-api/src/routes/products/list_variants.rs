//! `GET /products/{sku}/variants`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use super::find_document;
use crate::list_answer::answer_json;
use crate::product_json::{element_count, member};
use crate::question::{Parameters, refuse_parameters};
use crate::shapes::product::VariantList;
use crate::state::QueryApiState;

/// The variants of a product
///
/// All of them in one answer, in the ERP's order. Empty for a product without variants.
#[utoipa::path(
    get,
    path = "/products/{sku}/variants",
    tag = "Catalogue",
    params(("sku" = String, Path, description = "SKU of the product, percent-encoded", example = "TEE")),
    responses(
        (status = 200, description = "The variants", body = VariantList, headers(("ETag" = String, description = "Changes with the variants"))),
        (status = 304, description = "The variants are still those of the `If-None-Match` sent"),
        (status = 404, description = "The site has no published product of this SKU", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn list_variants(
    State(state): State<QueryApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath(sku): ApiPath<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    refuse_parameters(&parameters)?;
    let document = find_document(&state, site.id, &sku).await?;
    let variants = member(&document, "variants").unwrap_or("[]");
    let total = element_count(variants);
    Ok(answer_json(&headers, format!("{{\"items\":{variants},\"next_cursor\":null,\"total\":{total}}}")))
}
