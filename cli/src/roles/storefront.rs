//! Carts, checkouts and orders, for the roles `web` and `worker`.

use chrono::Utc;
use coheron_storefront_api::Storefront;

use super::Surroundings;
use super::adapters::Adapters;

pub fn open(surroundings: &Surroundings, adapters: &Adapters) -> Storefront {
    let configuration = &surroundings.configuration;
    Storefront::new(
        surroundings.database.clone(),
        configuration.cart.clone(),
        configuration.checkout.clone(),
        adapters.gateways.clone(),
        adapters.shipping.clone(),
        Utc::now,
    )
}
