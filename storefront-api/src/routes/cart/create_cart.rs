//! `POST /cart`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiJson, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use crate::shapes::cart::{Cart, NewCart};
use crate::state::StorefrontApiState;

/// Create a cart
///
/// The answer holds the cart's token, this once: send it back as `X-Cart-Token` with every later request. A creation
/// takes no `Idempotency-Key`, since the kept answer would hold the token; a cart that was created twice simply expires.
#[utoipa::path(
    post,
    path = "/cart",
    tag = "Cart",
    request_body = NewCart,
    responses(
        (status = 201, description = "The cart, with its token", body = Cart),
        (status = 422, description = "A line cannot be added; `errors` names the field", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn create_cart(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    ApiJson(new_cart): ApiJson<NewCart>,
) -> ApiResult<(StatusCode, Json<Cart>)> {
    let cart = state.storefront.create_cart(&site, &new_cart.items).await?;
    Ok((StatusCode::CREATED, Json(cart)))
}
