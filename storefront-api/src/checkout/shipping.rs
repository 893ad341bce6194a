//! What sending costs.

use coheron_core::address::Address;
use coheron_core::commerce_ports;
use coheron_core::money::Money;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::sites::Site;

use crate::cart::access::CartAccess;
use crate::cart::view::read_cart;
use crate::checkout::check::unknown_shipping_method;
use crate::shapes::checkout::ShippingRate;
use crate::storefront::Storefront;

pub async fn shipping_rates(storefront: &Storefront, site: &Site, access: &CartAccess) -> ApiResult<Vec<ShippingRate>> {
    let cart = read_cart(storefront, site, access).await?;
    let subtotal = Money::new(cart.totals.subtotal.amount_minor, site.currency);
    Ok(storefront.shipping_rates_of(subtotal).await)
}

/// The rate of the method that was chosen. Asks a carrier perhaps, so no transaction is open meanwhile.
pub async fn chosen_rate(
    storefront: &Storefront,
    subtotal: Money,
    destination: &Address,
    method: &str,
) -> ApiResult<commerce_ports::ShippingRate> {
    let mut rates = storefront.rates.rates(subtotal, Some(destination)).await;
    let Some(chosen) = rates.iter().position(|rate| rate.method == method) else {
        let methods: Vec<String> = rates.into_iter().map(|rate| rate.method).collect();
        return Err(unknown_shipping_method(&methods));
    };
    let rate = rates.swap_remove(chosen);
    if rate.price.currency != subtotal.currency || rate.price.amount_minor < 0 {
        tracing::error!(method, price = %rate.price, "a shipping rate does not fit the site's currency");
        return Err(Problem::internal());
    }
    Ok(rate)
}
