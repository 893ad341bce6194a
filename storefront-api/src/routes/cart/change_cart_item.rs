//! `PUT /cart/{cart_id}/items/{item_id}`

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_core::ids::{CartId, CartItemId};
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::idempotency::{IdempotencyKeyHeader, IdempotencyProblems, IdempotentRequest};
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use super::answer_change::answer_change;
use crate::cart::access::CartAccess;
use crate::cart::change::CartChange;
use crate::shapes::cart::{Cart, CartItemChange};
use crate::state::StorefrontApiState;

/// Change a line's quantity
///
/// A notice that the price changed stays: it goes when the cart is bought for an `expected_total_minor`, or with the line.
#[utoipa::path(
    put,
    path = "/cart/{cart_id}/items/{item_id}",
    tag = "Cart",
    params(
        ("cart_id" = uuid::Uuid, Path, description = "Id of the cart"),
        ("item_id" = uuid::Uuid, Path, description = "Id of the line"),
        ("X-Cart-Token" = String, Header, description = "The token that the creation answered"),
        IdempotencyKeyHeader,
    ),
    request_body = CartItemChange,
    responses(
        (status = 200, description = "The changed cart", body = Cart),
        (status = 404, description = "There is no such cart or line, or the token is not the cart's own", body = ProblemBody,
            content_type = "application/problem+json"),
        IdempotencyProblems,
        (status = 409, description = "The cart was changed since the `version` sent, or the first request with this `Idempotency-Key` is still being answered", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "The quantity is not valid, or the `Idempotency-Key` was used for another request", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn change_cart_item(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath((cart_id, item_id)): ApiPath<(CartId, CartItemId)>,
    headers: HeaderMap,
    request: IdempotentRequest,
) -> ApiResult<Response> {
    let change: CartItemChange = request.json()?;
    answer_change(state, &site, CartAccess::of(cart_id, &headers)?, request, CartChange::SetQuantity(item_id, change))
        .await
}
