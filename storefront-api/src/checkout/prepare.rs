//! What a cart comes to: read without locks, since the shipping rate may have to be asked for elsewhere. The beginning
//! of the checkout makes sure that the cart is still the one that was read.

use coheron_core::cart::{Notice, NoticeCode, PricedLine, Totals, line_notices};
use coheron_core::checkout::CheckoutState;
use coheron_core::document::Availability;
use coheron_core::ids::CartId;
use coheron_core::money::Money;
use coheron_core::purchase::{Purchase, PurchasedLine};
use coheron_core::sku::Sku;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::SiteTransaction;
use coheron_store::carts::{self, CartItem, CartRow};
use coheron_store::checkouts::{self, Checkout};
use coheron_store::sites::Site;

use super::attempt::Attempt;
use super::check::{cart_not_orderable, empty_cart, other_total};
use super::shipping::chosen_rate;
use crate::cart::access::CartAccess;
use crate::cart::opened::{check_version, permitted, unknown_cart};
use crate::cart::sellable::{Sellable, find_sellable};
use crate::shapes::checkout::CheckoutRequest;
use crate::storefront::Storefront;

/// What a request to buy a cart meets.
pub enum Prepared {
    /// The cart can be bought for this.
    Ready { cart: CartRow, purchase: Box<Purchase> },
    /// An earlier attempt has not ended.
    Open(Box<Checkout>),
    /// This very attempt was made before, and failed.
    Failed(Box<Checkout>),
    /// The cart was bought, by a checkout of this id.
    Bought(Box<Checkout>),
}

/// A line that can be bought.
struct Line {
    priced: PricedLine,
    purchased: PurchasedLine,
}

pub async fn prepare(
    storefront: &Storefront,
    site: &Site,
    access: &CartAccess,
    attempt: &Attempt<'_>,
) -> ApiResult<Prepared> {
    let request = attempt.request;
    // One state: a cart whose open checkout became an order between two reads would look empty, and be refused for it.
    let mut transaction = storefront.database.begin_site_snapshot(site.id).await?;
    let cart = permitted(carts::find(&mut transaction, access.cart_id).await?, access);
    // Before anything that is in the cart by now: whoever repeats a request asks about that one.
    let ended = checkouts::find_ended_attempt(&mut transaction, access.cart_id, &attempt.attempt_hash).await?;
    let ended = ended.filter(|checkout| checkout.token_hash == access.token_hash());
    let Some(cart) = cart else {
        let prepared = match ended {
            Some(checkout) if checkout.state == CheckoutState::Completed => Prepared::Bought(Box::new(checkout)),
            Some(checkout) if attempt.has_key => Prepared::Failed(Box::new(checkout)),
            _ => {
                let bought = find_bought(&mut transaction, access).await?.ok_or_else(unknown_cart)?;
                Prepared::Bought(Box::new(bought))
            }
        };
        transaction.commit().await?;
        return Ok(prepared);
    };
    if let Some(ended) = ended {
        if ended.state == CheckoutState::Completed {
            transaction.commit().await?;
            return Ok(Prepared::Bought(Box::new(ended)));
        }
        if attempt.has_key && !may_begin_again(&ended, &cart) {
            transaction.commit().await?;
            return Ok(Prepared::Failed(Box::new(ended)));
        }
    }
    if let Some(open) = checkouts::find_open_of_cart(&mut transaction, access.cart_id).await? {
        transaction.commit().await?;
        return Ok(Prepared::Open(Box::new(open)));
    }
    check_version(&cart, request.version)?;
    let lines = read_lines(&mut transaction, site, &cart, request).await?;
    transaction.commit().await?;
    let purchase = price(storefront, site, request, lines).await?;
    Ok(Prepared::Ready { cart, purchase: Box::new(purchase) })
}

/// Where the gateway was never reached and the cart is as it was, making the attempt again is what its key stands for. What
/// the shopper or the gateway refused stays refused under it.
fn may_begin_again(ended: &Checkout, cart: &CartRow) -> bool {
    let was_given_up = matches!(ended.state, CheckoutState::Voiding | CheckoutState::Voided);
    was_given_up && ended.confirmation_url.is_none() && ended.cart_version == cart.version
}

/// The checkout that bought a cart which is gone, for the owner of its token.
pub async fn find_bought(transaction: &mut SiteTransaction, access: &CartAccess) -> ApiResult<Option<Checkout>> {
    let bought = checkouts::find_completed_of_cart(transaction, access.cart_id).await?;
    Ok(bought.filter(|checkout| checkout.token_hash == access.token_hash()))
}

/// The lines at the prices of now; an error that names every line that cannot be bought.
async fn read_lines(
    transaction: &mut SiteTransaction,
    site: &Site,
    cart: &CartRow,
    request: &CheckoutRequest,
) -> ApiResult<Vec<Line>> {
    let items = carts::items(transaction, CartId(cart.id)).await?;
    if items.is_empty() {
        return Err(empty_cart());
    }
    let skus: Vec<String> = items.iter().map(|item| item.sku.clone()).collect();
    let sellable = find_sellable(transaction, CartId(cart.id), &skus).await?;
    let mut lines = Vec::with_capacity(items.len());
    let mut obstacles: Vec<Notice> = Vec::new();
    for item in items {
        let sku = Sku::parse(item.sku.clone()).map_err(|_| Problem::internal())?;
        let now = sellable.get(&item.sku);
        // A price in another currency than the site's cannot be summed up: the line is not for sale here.
        let price = now.and_then(|now| now.price).filter(|price| price.currency == site.currency);
        let availability = now.map_or(Availability::of_quantity(None), |now| now.availability);
        let name = now.map_or(item.sku.as_str(), |now| now.name.as_str());
        let quantity = item.quantity.unsigned_abs();
        // Whoever names the total has seen the prices that it is made of.
        let is_obstacle =
            |notice: &Notice| notice.code != NoticeCode::PriceChanged || request.expected_total_minor.is_none();
        let notices = line_notices(&sku, name, quantity, item.seen_unit_price, price, availability);
        obstacles.extend(notices.into_iter().filter(is_obstacle));
        if let (Some(now), Some(unit_price)) = (now, price) {
            lines.push(line(&item, sku, now, unit_price)?);
        }
    }
    if obstacles.is_empty() { Ok(lines) } else { Err(cart_not_orderable(&obstacles)) }
}

fn line(item: &CartItem, sku: Sku, now: &Sellable, unit_price: Money) -> ApiResult<Line> {
    let priced = PricedLine { sku, quantity: item.quantity.unsigned_abs(), unit_price };
    let line_total = priced.total().map_err(|_| Problem::internal())?;
    let purchased = PurchasedLine {
        sku: item.sku.clone(),
        name: now.name.clone(),
        url: Some(now.url.clone()),
        image_url: now.image_url.clone(),
        options: now.options.clone(),
        quantity: priced.quantity,
        unit_price_minor: unit_price.amount_minor,
        line_total_minor: line_total.amount_minor,
    };
    Ok(Line { priced, purchased })
}

async fn price(
    storefront: &Storefront,
    site: &Site,
    request: &CheckoutRequest,
    lines: Vec<Line>,
) -> ApiResult<Purchase> {
    let tax_rule = storefront.cart_settings.tax_rule();
    let (priced, lines): (Vec<PricedLine>, Vec<PurchasedLine>) =
        lines.into_iter().map(|line| (line.priced, line.purchased)).unzip();
    let totals =
        |shipping_minor| Totals::of(site.currency, &priced, shipping_minor, tax_rule).map_err(|_| Problem::internal());
    let subtotal = totals(0)?.subtotal;
    let rate = chosen_rate(storefront, subtotal, &request.shipping_address, &request.shipping_method).await?;
    let totals = totals(rate.price.amount_minor)?;
    match request.expected_total_minor {
        Some(seen) if seen != totals.total.amount_minor => {
            let seen = Money::new(seen, site.currency).display_for_shoppers();
            let now = totals.total.display_for_shoppers();
            return Err(other_total(format!("The total changed from {seen} to {now}")));
        }
        _ => {}
    }
    Ok(Purchase {
        email: request.email.clone(),
        shipping_address: request.shipping_address.clone(),
        billing_address: request.billing_address.clone(),
        shipping_method: rate.method,
        shipping_label: rate.label,
        lines,
        totals,
        tax_rule,
    })
}
