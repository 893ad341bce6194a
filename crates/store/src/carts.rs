//! Carts of shoppers.

use std::time::Duration;

use chrono::{DateTime, Utc};
use coheron_core::ids::{CartId, CartItemId};
use coheron_core::money::{Currency, Money};
use sqlx::FromRow;
use uuid::Uuid;

use crate::database::SiteTransaction;
use crate::error::StoreError;

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct CartRow {
    pub id: Uuid,
    /// Grows with every change.
    pub version: i64,
    pub token_hash: Vec<u8>,
    pub expires_at: DateTime<Utc>,
}

/// A line with the price that the shopper saw when it was put in.
#[derive(Debug, Clone, PartialEq)]
pub struct CartItem {
    pub id: CartItemId,
    pub sku: String,
    pub quantity: i32,
    pub seen_unit_price: Option<Money>,
}

const INSERT: &str = "INSERT INTO website_carts (site_id, id, token_hash, expires_at) VALUES ($1, $2, $3, $4)";
const SELECT: &str = "SELECT id, version, token_hash, expires_at FROM website_carts
    WHERE site_id = $1 AND id = $2 AND expires_at > now()";
const SELECT_LOCKED: &str = "SELECT id, version, token_hash, expires_at FROM website_carts
    WHERE site_id = $1 AND id = $2 AND expires_at > now() FOR UPDATE";
const TOUCH: &str = "UPDATE website_carts SET version = version + 1, updated_at = now(), expires_at = $3
    WHERE site_id = $1 AND id = $2 RETURNING version";
const KEEP: &str = "UPDATE website_carts SET expires_at = greatest(expires_at, now() + make_interval(secs => $3))
    WHERE site_id = $1 AND id = $2";
const SELECT_ITEMS: &str = "SELECT id, sku, quantity, seen_unit_price_minor, seen_currency FROM website_cart_items
    WHERE site_id = $1 AND cart_id = $2 ORDER BY created_at, id";
const UPSERT_ITEM: &str = "INSERT INTO website_cart_items
        (site_id, cart_id, id, sku, quantity, seen_unit_price_minor, seen_currency)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (site_id, cart_id, sku) DO UPDATE SET quantity = excluded.quantity,
        seen_unit_price_minor = excluded.seen_unit_price_minor, seen_currency = excluded.seen_currency";
const DELETE_ITEM: &str = "DELETE FROM website_cart_items WHERE site_id = $1 AND cart_id = $2 AND id = $3";
// A cart that is being used lives on, so it is left to the next sweep.
const DELETE_EXPIRED: &str = "DELETE FROM website_carts WHERE (site_id, id) IN
    (SELECT site_id, id FROM website_carts WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)";
const DELETE_UNCHANGED: &str = "DELETE FROM website_carts WHERE site_id = $1 AND id = $2 AND version = $3";
// The cart was changed while it was being paid: what was bought goes, what came meanwhile stays.
const TAKE_OUT: &str = "WITH bought AS (
        SELECT * FROM UNNEST($3::text[], $4::bigint[]) AS b (sku, quantity)
    ), gone AS (
        DELETE FROM website_cart_items i USING bought b
        WHERE i.site_id = $1 AND i.cart_id = $2 AND i.sku = b.sku AND i.quantity <= b.quantity
    ), fewer AS (
        UPDATE website_cart_items i SET quantity = i.quantity - b.quantity::integer FROM bought b
        WHERE i.site_id = $1 AND i.cart_id = $2 AND i.sku = b.sku AND i.quantity > b.quantity
    )
    UPDATE website_carts SET version = version + 1, updated_at = now() WHERE site_id = $1 AND id = $2";

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    SELECT,
    SELECT_LOCKED,
    TOUCH,
    KEEP,
    SELECT_ITEMS,
    UPSERT_ITEM,
    DELETE_ITEM,
    DELETE_EXPIRED,
    DELETE_UNCHANGED,
    TAKE_OUT,
];

pub async fn insert(
    transaction: &mut SiteTransaction,
    id: CartId,
    token_hash: &[u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    sqlx::query(INSERT)
        .bind(site_id.0)
        .bind(id.0)
        .bind(token_hash.as_slice())
        .bind(expires_at)
        .execute(transaction.connection())
        .await?;
    Ok(())
}

/// The cart, unless it is unknown or has expired.
pub async fn find(transaction: &mut SiteTransaction, id: CartId) -> Result<Option<CartRow>, StoreError> {
    select(transaction, SELECT, id).await
}

/// As `find`, and keeps other writers of the cart waiting until the transaction ends.
pub async fn find_locked(transaction: &mut SiteTransaction, id: CartId) -> Result<Option<CartRow>, StoreError> {
    select(transaction, SELECT_LOCKED, id).await
}

/// Counts a change of a locked cart and gives its new version.
pub async fn touch(
    transaction: &mut SiteTransaction,
    id: CartId,
    expires_at: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let site_id = transaction.site_id();
    let version = sqlx::query_scalar(TOUCH).bind(site_id.0).bind(id.0).bind(expires_at);
    Ok(version.fetch_one(transaction.connection()).await?)
}

/// Keeps the cart at least this long from now; its version stays.
pub async fn keep(transaction: &mut SiteTransaction, id: CartId, duration: Duration) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    let keep = sqlx::query(KEEP).bind(site_id.0).bind(id.0).bind(duration.as_secs_f64());
    keep.execute(transaction.connection()).await?;
    Ok(())
}

/// The lines, oldest first.
pub async fn items(transaction: &mut SiteTransaction, id: CartId) -> Result<Vec<CartItem>, StoreError> {
    let site_id = transaction.site_id();
    let rows: Vec<ItemRow> =
        sqlx::query_as(SELECT_ITEMS).bind(site_id.0).bind(id.0).fetch_all(transaction.connection()).await?;
    rows.into_iter().map(ItemRow::into_item).collect()
}

/// Adds the line, or replaces quantity and seen price of the line with this SKU.
pub async fn upsert_item(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    item: &CartItem,
) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    sqlx::query(UPSERT_ITEM)
        .bind(site_id.0)
        .bind(cart_id.0)
        .bind(item.id.0)
        .bind(&item.sku)
        .bind(item.quantity)
        .bind(item.seen_unit_price.map(|price| price.amount_minor))
        .bind(item.seen_unit_price.map(|price| price.currency.code().to_owned()))
        .execute(transaction.connection())
        .await?;
    Ok(())
}

/// Whether the line was there.
pub async fn delete_item(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    item_id: CartItemId,
) -> Result<bool, StoreError> {
    let site_id = transaction.site_id();
    let delete = sqlx::query(DELETE_ITEM).bind(site_id.0).bind(cart_id.0).bind(item_id.0);
    Ok(delete.execute(transaction.connection()).await?.rows_affected() == 1)
}

/// Takes out of the cart what was bought from it at this version: all of it, unless it was changed meanwhile.
pub async fn take_out(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    version: i64,
    pieces: &[(&str, i64)],
) -> Result<(), StoreError> {
    let site_id = transaction.site_id();
    let delete = sqlx::query(DELETE_UNCHANGED).bind(site_id.0).bind(cart_id.0).bind(version);
    if delete.execute(transaction.connection()).await?.rows_affected() == 1 {
        return Ok(());
    }
    if find_locked(transaction, cart_id).await?.is_none() {
        return Ok(());
    }
    let (skus, quantities): (Vec<&str>, Vec<i64>) = pieces.iter().copied().unzip();
    let take_out = sqlx::query(TAKE_OUT).bind(site_id.0).bind(cart_id.0).bind(skus).bind(quantities);
    take_out.execute(transaction.connection()).await?;
    Ok(())
}

/// Removes expired carts of all sites, oldest first, and gives their number.
pub async fn delete_expired(database: &crate::Database, limit: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(DELETE_EXPIRED).bind(limit).execute(database.pipeline()).await?.rows_affected())
}

async fn select(
    transaction: &mut SiteTransaction,
    statement: &'static str,
    id: CartId,
) -> Result<Option<CartRow>, StoreError> {
    let site_id = transaction.site_id();
    Ok(sqlx::query_as(statement).bind(site_id.0).bind(id.0).fetch_optional(transaction.connection()).await?)
}

#[derive(FromRow)]
struct ItemRow {
    id: Uuid,
    sku: String,
    quantity: i32,
    seen_unit_price_minor: Option<i64>,
    seen_currency: Option<String>,
}

impl ItemRow {
    fn into_item(self) -> Result<CartItem, StoreError> {
        let seen_unit_price = match (self.seen_unit_price_minor, self.seen_currency) {
            (Some(amount), Some(code)) => {
                let currency = Currency::parse(&code).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
                Some(Money::new(amount, currency))
            }
            _ => None,
        };
        Ok(CartItem { id: CartItemId(self.id), sku: self.sku, quantity: self.quantity, seen_unit_price })
    }
}
