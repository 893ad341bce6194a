//! `GET /orders/{order_id}`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use coheron_core::ids::OrderId;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::etag::EntityTag;
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use super::access::OrderAccess;
use crate::order::read::find_order;
use crate::shapes::order::Order;
use crate::state::StorefrontApiState;

/// One order
///
/// For whoever holds the token of the cart it came from, or a secret key with the scope `orders:read`.
#[utoipa::path(
    get,
    path = "/orders/{order_id}",
    tag = "Orders",
    params(
        ("order_id" = uuid::Uuid, Path, description = "Id of the order"),
        ("X-Cart-Token" = Option<String>, Header, description = "The token of the cart it came from"),
    ),
    responses(
        (status = 200, description = "The order", body = Order, headers(("ETag" = String, description = "Changes with the order"))),
        (status = 304, description = "The order is still that of the `If-None-Match` sent"),
        (status = 403, description = "The key does not have the scope `orders:read`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such order, or it is not yours to see", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn get_order(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    access: OrderAccess,
    ApiPath(order_id): ApiPath<OrderId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    access.require("orders:read")?;
    let order = access.open(find_order(&state.storefront, &site, order_id).await?)?;
    let tag = EntityTag::of([order_id.0.as_bytes().as_slice(), &order.version.to_le_bytes()]);
    Ok(tag.answer(&headers, || Json(Order::from(order)).into_response()))
}
