//! Step A: stock is reserved and the checkout is open, in one transaction.
//!
//! Locks are taken in one order everywhere: cart, then stock. A checkout that is being finished takes its own row,
//! then stock, then the cart; no other transaction waits for that stock with the cart in its hand, since whoever finds
//! an open checkout at the cart goes away before it asks for stock.

use std::time::Duration;

use coheron_core::cart::{Notice, line_notices};
use coheron_core::document::Availability;
use coheron_core::ids::{CartId, CheckoutId};
use coheron_core::purchase::Purchase;
use coheron_core::sku::Sku;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::SiteTransaction;
use coheron_store::carts::{self, CartRow};
use coheron_store::checkouts::{self, NewCheckout};
use coheron_store::sites::Site;
use coheron_store::stock_ledger;
use uuid::Uuid;

use super::attempt::Attempt;
use super::check::cart_not_orderable;
use crate::storefront::Storefront;

/// What is bought, and by which request.
pub struct Intent<'a> {
    pub cart: &'a CartRow,
    pub purchase: &'a Purchase,
    pub attempt: &'a Attempt<'a>,
}

/// As long as a request may be repeated under its key: a cart that expired while its payment waits could not be asked
/// about any more.
const CART_STAYS: Duration = Duration::from_secs(24 * 60 * 60);

/// The id of the open checkout; none where the cart is not the one that was read any more.
pub async fn begin(storefront: &Storefront, site: &Site, intent: &Intent<'_>) -> ApiResult<Option<CheckoutId>> {
    let Intent { cart, purchase, .. } = intent;
    let cart_id = CartId(cart.id);
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let locked = carts::find_locked(&mut transaction, cart_id).await?;
    if locked.is_none_or(|locked| locked.version != cart.version) {
        return Ok(None);
    }
    if checkouts::find_open_of_cart(&mut transaction, cart_id).await?.is_some() {
        return Ok(None);
    }
    let pieces = purchase.pieces();
    let skus: Vec<&str> = pieces.iter().map(|(sku, _)| *sku).collect();
    stock_ledger::lock(&mut transaction, &skus).await?;
    let short = missing_pieces(&mut transaction, purchase).await?;
    if !short.is_empty() {
        return Err(cart_not_orderable(&short));
    }
    let id = CheckoutId(Uuid::now_v7());
    let checkout = NewCheckout {
        id,
        cart_id,
        cart_version: cart.version,
        token_hash: &cart.token_hash,
        request_hash: &intent.attempt.request_hash,
        attempt_hash: &intent.attempt.attempt_hash,
        gateway: &intent.attempt.request.payment.gateway,
        purchase,
        reserved_for: storefront.checkout_settings.reserved_for(),
        left_alone_for: storefront.checkout_settings.left_alone_for(),
    };
    if !checkouts::insert(&mut transaction, &checkout).await? {
        return Ok(None);
    }
    carts::keep(&mut transaction, cart_id, CART_STAYS).await?;
    transaction.commit().await?;
    Ok(Some(id))
}

/// The lines of which fewer pieces are there than wanted, read behind the locks of their stock.
pub async fn missing_pieces(transaction: &mut SiteTransaction, purchase: &Purchase) -> ApiResult<Vec<Notice>> {
    let pieces = purchase.pieces();
    let skus: Vec<&str> = pieces.iter().map(|(sku, _)| *sku).collect();
    let available = stock_ledger::available(transaction, &skus).await?;
    let mut short = Vec::new();
    for (sku, wanted) in pieces {
        let left = available.get(sku).copied();
        if left.is_some_and(|left| left >= wanted) {
            continue;
        }
        let line = purchase.lines.iter().find(|line| line.sku == sku).ok_or_else(Problem::internal)?;
        let price = coheron_core::money::Money::new(line.unit_price_minor, purchase.totals.total.currency);
        let sku = Sku::parse(sku).map_err(|_| Problem::internal())?;
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        short.extend(line_notices(&sku, &line.name, wanted, None, Some(price), Availability::of_quantity(left)));
    }
    Ok(short)
}
