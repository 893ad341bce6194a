//! `GET /cart/{cart_id}`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use coheron_core::ids::CartId;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use crate::cart::access::CartAccess;
use crate::shapes::cart::Cart;
use crate::state::StorefrontApiState;

/// One cart
///
/// Priced by the catalogue of now. What changed since the shopper put a line in stands in `notices`.
#[utoipa::path(
    get,
    path = "/cart/{cart_id}",
    tag = "Cart",
    params(
        ("cart_id" = uuid::Uuid, Path, description = "Id of the cart"),
        ("X-Cart-Token" = String, Header, description = "The token that the creation answered"),
    ),
    responses(
        (status = 200, description = "The cart", body = Cart),
        (status = 404, description = "There is no such cart, or the token is not its own", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn get_cart(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath(cart_id): ApiPath<CartId>,
    headers: HeaderMap,
) -> ApiResult<Json<Cart>> {
    let access = CartAccess::of(cart_id, &headers)?;
    Ok(Json(state.storefront.cart(&site, &access).await?))
}
