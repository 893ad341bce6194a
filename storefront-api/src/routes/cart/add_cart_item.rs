//! `POST /cart/{cart_id}/items`

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_core::ids::CartId;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::idempotency::{IdempotencyKeyHeader, IdempotencyProblems, IdempotentRequest};
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use super::answer_change::answer_change;
use crate::cart::access::CartAccess;
use crate::cart::change::CartChange;
use crate::shapes::cart::{Cart, NewCartItem};
use crate::state::StorefrontApiState;

/// Add to a cart
///
/// Pieces of a SKU that the cart holds already are added to its line.
#[utoipa::path(
    post,
    path = "/cart/{cart_id}/items",
    tag = "Cart",
    params(
        ("cart_id" = uuid::Uuid, Path, description = "Id of the cart"),
        ("X-Cart-Token" = String, Header, description = "The token that the creation answered"),
        IdempotencyKeyHeader,
    ),
    request_body = NewCartItem,
    responses(
        (status = 200, description = "The changed cart", body = Cart),
        (status = 404, description = "There is no such cart, or the token is not its own", body = ProblemBody,
            content_type = "application/problem+json"),
        IdempotencyProblems,
        (status = 409, description = "The cart was changed since the `version` sent, or the first request with this `Idempotency-Key` is still being answered", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "The line cannot be added; `errors` names the field, or the `Idempotency-Key` was used for another request", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn add_cart_item(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath(cart_id): ApiPath<CartId>,
    headers: HeaderMap,
    request: IdempotentRequest,
) -> ApiResult<Response> {
    let wanted: NewCartItem = request.json()?;
    answer_change(state, &site, CartAccess::of(cart_id, &headers)?, request, CartChange::Add(wanted)).await
}
