//! `DELETE /cart/{cart_id}/items/{item_id}`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_core::ids::{CartId, CartItemId};
use coheron_core::product_query::ParameterError;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::idempotency::{IdempotencyKeyHeader, IdempotencyProblems, IdempotentRequest};
use coheron_platform::http::{ApiPath, ApiResult, Problem, ProblemBody, known_parameters};
use coheron_platform::openapi::ReadProblems;

use super::answer_change::answer_change;
use crate::cart::access::CartAccess;
use crate::cart::change::CartChange;
use crate::shapes::cart::Cart;
use crate::state::StorefrontApiState;

/// Remove a line
#[utoipa::path(
    delete,
    path = "/cart/{cart_id}/items/{item_id}",
    tag = "Cart",
    params(
        ("cart_id" = uuid::Uuid, Path, description = "Id of the cart"),
        ("item_id" = uuid::Uuid, Path, description = "Id of the line"),
        ("version" = Option<i64>, Query, description = "The version of the cart that the client has seen", example = 3),
        ("X-Cart-Token" = String, Header, description = "The token that the creation answered"),
        IdempotencyKeyHeader,
    ),
    responses(
        (status = 200, description = "The changed cart", body = Cart),
        (status = 404, description = "There is no such cart or line, or the token is not the cart's own", body = ProblemBody,
            content_type = "application/problem+json"),
        IdempotencyProblems,
        (status = 409, description = "The cart was changed since the `version` sent, or the first request with this `Idempotency-Key` is still being answered", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn remove_cart_item(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath((cart_id, item_id)): ApiPath<(CartId, CartItemId)>,
    Query(parameters): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    request: IdempotentRequest,
) -> ApiResult<Response> {
    let [version] = known_parameters(parameters, ["version"])?;
    let change = CartChange::Remove { item_id, version: read_version(version.as_deref())? };
    answer_change(state, &site, CartAccess::of(cart_id, &headers)?, request, change).await
}

fn read_version(text: Option<&str>) -> Result<Option<i64>, Problem> {
    let wrong = |_| Problem::invalid_parameters(vec![ParameterError::new("version", "invalid", "is no number")]);
    text.map(str::parse).transpose().map_err(wrong)
}
