//! `POST /orders/{order_id}/cancel`

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use coheron_core::ids::OrderId;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::idempotency::{
    IdempotencyKeyHeader, IdempotencyMode, IdempotencyProblems, IdempotencyScope, IdempotentRequest,
};
use coheron_platform::http::{ApiPath, ApiResult, ProblemBody};
use coheron_platform::openapi::ReadProblems;

use super::access::OrderAccess;
use crate::order::read::find_order;
use crate::shapes::order::Order;
use crate::state::StorefrontApiState;

/// Cancel an order
///
/// As long as it has not been shipped. The pieces are for sale again and the payment is given back; the ERP is told.
/// For whoever holds the token of the cart it came from, or a secret key with the scope `orders:write`.
#[utoipa::path(
    post,
    path = "/orders/{order_id}/cancel",
    tag = "Orders",
    params(
        ("order_id" = uuid::Uuid, Path, description = "Id of the order"),
        ("X-Cart-Token" = Option<String>, Header, description = "The token of the cart it came from"),
        IdempotencyKeyHeader,
    ),
    responses(
        (status = 200, description = "The cancelled order", body = Order),
        (status = 403, description = "The key does not have the scope `orders:write`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such order, or it is not yours to see", body = ProblemBody,
            content_type = "application/problem+json"),
        IdempotencyProblems,
        (status = 409, description = "`order_not_cancellable`: the order has left; or the first request with this `Idempotency-Key` is still being answered", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn cancel_order(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    access: OrderAccess,
    ApiPath(order_id): ApiPath<OrderId>,
    request: IdempotentRequest,
) -> ApiResult<Response> {
    access.require("orders:write")?;
    let storefront = state.storefront;
    access.open(find_order(&storefront, &site, order_id).await?)?;
    let scope = IdempotencyScope::new(site.id, "cancel_order", order_id);
    let database = storefront.database.clone();
    let work = move |_run| async move { storefront.cancel_order(&site, order_id).await.map(Json) };
    request.answer_once(&database, scope, IdempotencyMode::Optional, work).await
}
