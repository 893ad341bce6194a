//! `POST /cart`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use coheron_core::ids::CartId;
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiJson, ApiResult, Problem, ProblemBody};
use coheron_platform::openapi::ReadProblems;
use coheron_store::carts::{self, CartRow};
use uuid::Uuid;

use crate::cart::change::add_item;
use crate::cart::opened::expiry;
use crate::cart::token::NewToken;
use crate::cart::view::view_cart;
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
    let token = NewToken::generate();
    let id = CartId(Uuid::now_v7());
    let expires_at = expiry(&state.settings, Utc::now());
    let mut transaction = state.database.begin_site(site.id).await?;
    carts::insert(&mut transaction, id, &token.hash, expires_at).await?;
    for wanted in &new_cart.items {
        add_item(&mut transaction, id, wanted).await?;
    }
    let row = CartRow { id: id.0, version: 1, token_hash: token.hash.to_vec(), expires_at };
    let cart = view_cart(&mut transaction, &site, &state.settings, &row).await?;
    transaction.commit().await.map_err(Problem::from)?;
    Ok((StatusCode::CREATED, Json(Cart { token: Some(token.text), ..cart })))
}
