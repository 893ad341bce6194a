//! The changes of a cart, each in one transaction: open, apply, count up, answer.

use axum::http::StatusCode;
use coheron_core::cart::{MAX_LINE_QUANTITY, MAX_LINES};
use coheron_core::ids::{CartId, CartItemId};
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::SiteTransaction;
use coheron_store::carts::{self, CartItem, CartRow};
use coheron_store::sites::Site;
use uuid::Uuid;

use super::access::CartAccess;
use super::opened::{expiry, open_for_change};
use super::sellable::find_sellable;
use super::view::view_cart;
use crate::shapes::cart::{Cart, CartItemChange, NewCartItem};
use crate::storefront::Storefront;

/// What a shopper does to a cart.
#[derive(Debug, Clone)]
pub enum CartChange {
    Add(NewCartItem),
    SetQuantity(CartItemId, CartItemChange),
    Remove { item_id: CartItemId, version: Option<i64> },
}

/// Applies the change in the caller's transaction and gives the changed cart.
pub async fn change_cart_in(
    storefront: &Storefront,
    transaction: &mut SiteTransaction,
    site: &Site,
    access: &CartAccess,
    change: &CartChange,
) -> ApiResult<Cart> {
    let cart = open_for_change(transaction, access, change.version()).await?;
    change.apply(transaction, access.cart_id).await?;
    let expires_at = expiry(&storefront.cart_settings, (storefront.clock)());
    let version = carts::touch(transaction, access.cart_id, expires_at).await?;
    let changed = CartRow { version, expires_at, ..cart };
    view_cart(transaction, site, &storefront.cart_settings, &changed).await
}

/// Adds pieces of a SKU to a cart that is locked or new: to the line that has it, or as a line of its own.
pub async fn add_item(transaction: &mut SiteTransaction, cart_id: CartId, wanted: &NewCartItem) -> Result<(), Problem> {
    let sellable = find_sellable(transaction, cart_id, std::slice::from_ref(&wanted.sku)).await?;
    let sellable =
        sellable.get(&wanted.sku).ok_or_else(|| unprocessable("sku", "unknown_sku", "is nothing that is for sale"))?;
    if let Some(obstacle) = sellable.obstacle() {
        return Err(unprocessable("sku", "not_orderable", obstacle));
    }
    let items = carts::items(transaction, cart_id).await?;
    let existing = items.iter().find(|item| item.sku == wanted.sku);
    if existing.is_none() && items.len() >= MAX_LINES {
        return Err(unprocessable("sku", "too_many_lines", &format!("a cart has at most {MAX_LINES} lines")));
    }
    if wanted.quantity == 0 {
        return Err(quantity_out_of_range());
    }
    let held = existing.map_or(0, |item| item.quantity.unsigned_abs());
    let item = CartItem {
        id: existing.map_or_else(|| CartItemId(Uuid::now_v7()), |item| item.id),
        sku: wanted.sku.clone(),
        quantity: line_quantity(held.saturating_add(wanted.quantity))?,
        seen_unit_price: existing.and_then(|item| item.seen_unit_price).or(sellable.price),
    };
    Ok(carts::upsert_item(transaction, cart_id, &item).await?)
}

impl CartChange {
    /// The operation id.
    pub(crate) fn operation(&self) -> &'static str {
        match self {
            Self::Add(_) => "add_cart_item",
            Self::SetQuantity(..) => "change_cart_item",
            Self::Remove { .. } => "remove_cart_item",
        }
    }

    /// The version of the cart that the client has seen, where it says so.
    fn version(&self) -> Option<i64> {
        match self {
            Self::Add(wanted) => wanted.version,
            Self::SetQuantity(_, change) => change.version,
            Self::Remove { version, .. } => *version,
        }
    }

    async fn apply(&self, transaction: &mut SiteTransaction, cart_id: CartId) -> Result<(), Problem> {
        match self {
            Self::Add(wanted) => add_item(transaction, cart_id, wanted).await,
            Self::SetQuantity(item_id, change) => set_quantity(transaction, cart_id, *item_id, change.quantity).await,
            Self::Remove { item_id, .. } => match carts::delete_item(transaction, cart_id, *item_id).await? {
                true => Ok(()),
                false => Err(unknown_item()),
            },
        }
    }
}

/// The price that the shopper saw stays: a change of it is told until the cart is bought for the total of now.
async fn set_quantity(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    item_id: CartItemId,
    quantity: u32,
) -> Result<(), Problem> {
    let items = carts::items(transaction, cart_id).await?;
    let item = items.into_iter().find(|item| item.id == item_id).ok_or_else(unknown_item)?;
    let changed = CartItem { quantity: line_quantity(quantity)?, ..item };
    Ok(carts::upsert_item(transaction, cart_id, &changed).await?)
}

fn line_quantity(quantity: u32) -> Result<i32, Problem> {
    let fits = (1..=MAX_LINE_QUANTITY).contains(&quantity);
    i32::try_from(quantity).ok().filter(|_| fits).ok_or_else(quantity_out_of_range)
}

fn quantity_out_of_range() -> Problem {
    unprocessable("quantity", "out_of_range", &format!("must be 1 to {MAX_LINE_QUANTITY} pieces in a line"))
}

fn unknown_item() -> Problem {
    Problem::not_found("unknown_cart_item", "the cart has no such line")
}

fn unprocessable(field: &str, code: &'static str, message: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, format!("{field} {message}")).with_field(field, code, message)
}
