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
/// All of them in one answer, in the ERP's order, with the product's `as_of`. Empty for a product without variants.
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
    Ok(answer_json(&headers, variant_list(&document)))
}

/// A `VariantList` as JSON, of a product's.
pub(crate) fn variant_list(document_json: &str) -> String {
    let variants = member(document_json, "variants").unwrap_or("[]");
    let total = element_count(variants);
    let source = |name| member(document_json, name).unwrap_or("null");
    let (as_of, stock_as_of) = (source("as_of"), source("stock_as_of"));
    format!(
        "{{\"items\":{variants},\"next_cursor\":null,\"total\":{total},\"as_of\":{as_of},\"stock_as_of\":{stock_as_of}}}"
    )
}
