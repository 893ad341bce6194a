//! Puts a product into the cart, into a new one where the browser has none.

use axum::extract::State;
use axum::response::Response;
use coheron_core::ids::CartId;
use coheron_storefront_api::shapes::cart::NewCartItem;
use coheron_storefront_api::{CartAccess, CartChange};

use super::{Presentation, is_gone, kept, leads_to, refuse};
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, answer_private};
use crate::shopper_form::ShopperForm;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub async fn add_item(State(state): State<WebsiteState>, form: ShopperForm) -> Response {
    let ShopperForm { visit, fields, .. } = form;
    // A quantity that is no number is refused as one that is out of range.
    let quantity = if fields.has("quantity") { fields.number("quantity").unwrap_or(0) } else { 1 };
    let item = NewCartItem { sku: fields.text("sku").to_owned(), quantity, version: None };
    let answer = add(&state, &visit, Presentation::of(&fields), item).await;
    answer_private(&state, &visit, answer).await
}

async fn add(
    state: &WebsiteState,
    visit: &Visit,
    presentation: Presentation,
    item: NewCartItem,
) -> Result<PrivateAnswer, PageError> {
    if let Some(access) = &visit.cart {
        match state.storefront.change_cart(&visit.site, access, CartChange::Add(item.clone())).await {
            Ok(cart) => return Ok(leads_to(presentation, kept(state, access, &cart))),
            Err(problem) if is_gone(&problem) => {}
            Err(problem) => return refuse(state, visit, presentation, problem).await,
        }
    }
    match state.storefront.create_cart(&visit.site, &[item]).await {
        Ok(cart) => {
            let access = CartAccess { cart_id: CartId(cart.id), token: cart.token.clone().unwrap_or_default() };
            Ok(leads_to(presentation, kept(state, &access, &cart)))
        }
        Err(problem) => refuse(state, visit, presentation, problem).await,
    }
}
