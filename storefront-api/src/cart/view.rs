//! A cart as it is answered: lines priced by the catalogue of now, totals, notices.

use coheron_core::cart::{PricedLine, Totals, line_notices};
use coheron_core::document::Availability;
use coheron_core::ids::CartId;
use coheron_core::money::Money;
use coheron_core::sku::Sku;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::SiteTransaction;
use coheron_store::carts::{self, CartItem, CartRow};
use coheron_store::sites::Site;

use super::access::CartAccess;
use super::opened::open;
use super::sellable::{Sellable, find_sellable};
use crate::settings::CartSettings;
use crate::shapes::cart::{Cart, CartLine};
use crate::storefront::Storefront;

pub async fn read_cart(storefront: &Storefront, site: &Site, access: &CartAccess) -> ApiResult<Cart> {
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let cart = open(&mut transaction, access).await?;
    let answer = view_cart(&mut transaction, site, &storefront.cart_settings, &cart).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Reads the cart's lines and prices them. Lines that cannot be bought stay visible, without a price, and do not count.
pub async fn view_cart(
    transaction: &mut SiteTransaction,
    site: &Site,
    settings: &CartSettings,
    cart: &CartRow,
) -> Result<Cart, Problem> {
    let items = carts::items(transaction, CartId(cart.id)).await?;
    let skus: Vec<String> = items.iter().map(|item| item.sku.clone()).collect();
    let sellable = find_sellable(transaction, CartId(cart.id), &skus).await?;
    let mut lines = Vec::with_capacity(items.len());
    let mut priced = Vec::with_capacity(items.len());
    let mut notices = Vec::new();
    for item in items {
        let sku = Sku::parse(item.sku.clone()).map_err(|_| Problem::internal())?;
        let now = sellable.get(&item.sku);
        let quantity = item.quantity.unsigned_abs();
        // A price in another currency than the site's cannot be summed up: the line is not for sale here.
        let price = now.and_then(|now| now.price).filter(|price| price.currency == site.currency);
        let availability = now.map_or(Availability::of_quantity(None), |now| now.availability);
        let name = now.map_or_else(|| item.sku.clone(), |now| now.name.clone());
        notices.extend(line_notices(&sku, &name, quantity, item.seen_unit_price, price, availability));
        if let Some(unit_price) = price {
            priced.push(PricedLine { sku, quantity, unit_price });
        }
        lines.push(line(item, name, now, price, availability)?);
    }
    let totals = Totals::of(site.currency, &priced, 0, settings.tax_rule()).map_err(|_| Problem::internal())?;
    Ok(Cart::new(cart, site.currency, lines, totals, notices))
}

fn line(
    item: CartItem,
    name: String,
    sellable: Option<&Sellable>,
    unit_price: Option<Money>,
    availability: Availability,
) -> Result<CartLine, Problem> {
    let total = |price: Money| price.amount_minor.checked_mul(item.quantity.into()).ok_or_else(Problem::internal);
    let line_total = unit_price.map(|price| Ok::<_, Problem>(Money::new(total(price)?, price.currency))).transpose()?;
    Ok(CartLine {
        id: item.id.0,
        sku: item.sku,
        name,
        url: sellable.map(|now| now.url.clone()),
        image_url: sellable.and_then(|now| now.image_url.clone()),
        options: sellable.map(|now| now.options.clone()).unwrap_or_default(),
        quantity: item.quantity.unsigned_abs(),
        unit_price: unit_price.map(Into::into),
        line_total: line_total.map(Into::into),
        availability: availability.into(),
    })
}
