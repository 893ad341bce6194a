//! Takes a line out of the cart.

use axum::extract::State;
use axum::response::Response;
use coheron_core::ids::CartItemId;
use coheron_storefront_api::CartChange;

use super::change;
use crate::routes::path_id::PathId;
use crate::shopper_form::ShopperForm;
use crate::state::WebsiteState;

pub async fn remove_item(State(state): State<WebsiteState>, PathId(id): PathId, form: ShopperForm) -> Response {
    change(&state, form, CartChange::Remove { item_id: CartItemId(id), version: None }).await
}
