//! Sets the quantity of a line; none removes it.

use axum::extract::State;
use axum::response::Response;
use coheron_core::ids::CartItemId;
use coheron_storefront_api::CartChange;
use coheron_storefront_api::shapes::cart::CartItemChange;

use super::change;
use crate::routes::path_id::PathId;
use crate::shopper_form::{Fields, ShopperForm};
use crate::state::WebsiteState;

pub async fn change_item(State(state): State<WebsiteState>, PathId(id): PathId, form: ShopperForm) -> Response {
    let id = CartItemId(id);
    let wanted = match wanted_quantity(&form.fields) {
        Some(0) => CartChange::Remove { item_id: id, version: None },
        // What is no number is refused as a quantity that is out of range.
        quantity => CartChange::SetQuantity(id, CartItemChange { quantity: quantity.unwrap_or(0), version: None }),
    };
    change(&state, form, wanted).await
}

/// The stepper's buttons name where they lead; else it is what was typed.
fn wanted_quantity(fields: &Fields) -> Option<u32> {
    if fields.has("to") { fields.number("to") } else { fields.number("quantity") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepper_goes_before_what_was_typed() {
        assert_eq!(wanted_quantity(&Fields::from([("quantity", "3"), ("to", "4")])), Some(4));
        assert_eq!(wanted_quantity(&Fields::from([("quantity", " 3 ")])), Some(3));
        assert_eq!(wanted_quantity(&Fields::from([("quantity", "many")])), None);
        assert_eq!(wanted_quantity(&Fields::from([("quantity", "-1")])), None);
    }
}
