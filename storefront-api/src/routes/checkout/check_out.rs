//! `POST /checkout`

use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_core::ids::CartId;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::idempotency::{
    IdempotencyMode, IdempotencyProblems, IdempotencyScope, IdempotentRequest, RequiredIdempotencyKeyHeader,
};
use coheron_platform::http::{ApiResult, ProblemBody};
use coheron_platform::openapi::{API_ROOT, ReadProblems};
use coheron_store::sites::Site;

use crate::cart::access::CartAccess;
use crate::cart::opened::{permitted, unknown_cart};
use crate::checkout::find_bought;
use crate::shapes::checkout::{CheckoutProgress, CheckoutRequest};
use crate::shapes::order::Order;
use crate::state::StorefrontApiState;
use crate::storefront::{CheckoutOutcome, Storefront};

/// Buy a cart
///
/// Reserves the stock, charges the payment and answers with the order. A cart is bought once, whatever happens: an
/// answer that got lost comes again with the same `Idempotency-Key`. Where the payment needs the shopper or the gateway
/// has not answered yet, 202 tells so; the same request then tells what came of it.
#[utoipa::path(
    post,
    path = "/checkout",
    tag = "Checkout",
    params(
        ("X-Cart-Token" = String, Header, description = "The token that the creation of the cart answered"),
        RequiredIdempotencyKeyHeader,
    ),
    request_body = CheckoutRequest,
    responses(
        (status = 201, description = "The order", body = Order, headers(("Location" = String, description = "Path of the order"))),
        (status = 202, description = "The checkout is not finished yet", body = CheckoutProgress),
        (status = 404, description = "There is no such cart, or the token is not its own", body = ProblemBody,
            content_type = "application/problem+json"),
        IdempotencyProblems,
        (status = 409, description = "The cart was changed since the `version` sent, or the first request with this `Idempotency-Key` is still being answered", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid_checkout`: `errors` names the fields. `cart_not_orderable`: `errors` names the lines as `items.<sku>`, with `unavailable`, `insufficient_stock` or `price_changed`. `payment_declined`: nothing was charged. `idempotency_key_reused`: the key was used for another request", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn check_out(
    State(state): State<StorefrontApiState>,
    PublishableSite(site): PublishableSite,
    headers: HeaderMap,
    request: IdempotentRequest,
) -> ApiResult<Response> {
    let wanted: CheckoutRequest = request.json()?;
    let access = CartAccess::of(CartId(wanted.cart_id), &headers)?;
    let storefront = state.storefront;
    check_right(&storefront, &site, &access).await?;
    let scope = IdempotencyScope::new(site.id, "check_out", access.cart_id);
    let database = storefront.database.clone();
    let key = request.key().map(|key| key.as_str().to_owned());
    let work =
        move |_run| async move { storefront.check_out(&site, &access, &wanted, key.as_deref()).await.map(answer) };
    request.answer_once(&database, scope, IdempotencyMode::Required, work).await
}

/// The token is checked before an earlier answer may be replayed; the cart may be gone because it was bought.
async fn check_right(storefront: &Storefront, site: &Site, access: &CartAccess) -> ApiResult<()> {
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let cart = coheron_store::carts::find(&mut transaction, access.cart_id).await?;
    if permitted(cart, access).is_none() && find_bought(&mut transaction, access).await?.is_none() {
        return Err(unknown_cart());
    }
    transaction.commit().await?;
    Ok(())
}

fn answer(outcome: CheckoutOutcome) -> Response {
    match outcome {
        CheckoutOutcome::Ordered(order) => {
            let location = format!("{API_ROOT}/orders/{}", order.id);
            (StatusCode::CREATED, [(LOCATION, location)], Json(order)).into_response()
        }
        CheckoutOutcome::ConfirmationNeeded { checkout_id, url } => {
            (StatusCode::ACCEPTED, Json(CheckoutProgress::confirmation_needed(checkout_id, url))).into_response()
        }
        CheckoutOutcome::Pending { checkout_id } => {
            (StatusCode::ACCEPTED, Json(CheckoutProgress::pending(checkout_id))).into_response()
        }
    }
}
