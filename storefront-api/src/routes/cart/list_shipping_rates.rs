//! `GET /cart/{cart_id}/shipping-rates`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use coheron_core::ids::CartId;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use crate::cart::access::CartAccess;
use crate::shapes::checkout::ShippingRateList;
use crate::state::StorefrontApiState;

/// Shipping methods of a cart
///
/// Cheapest first, for what the cart holds now. The checkout names one by its `method`.
#[utoipa::path(
    get,
    path = "/cart/{cart_id}/shipping-rates",
    tag = "Cart",
    params(
        ("cart_id" = uuid::Uuid, Path, description = "Id of the cart"),
        ("X-Cart-Token" = String, Header, description = "The token that the creation answered"),
    ),
    responses(
        (status = 200, description = "The methods", body = ShippingRateList),
        (status = 404, description = "There is no such cart, or the token is not its own", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn list_shipping_rates(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    ApiPath(cart_id): ApiPath<CartId>,
    headers: HeaderMap,
) -> ApiResult<Json<ShippingRateList>> {
    let access = CartAccess::of(cart_id, &headers)?;
    let items = state.storefront.shipping_rates(&site, &access).await?;
    Ok(Json(ShippingRateList { items }))
}
