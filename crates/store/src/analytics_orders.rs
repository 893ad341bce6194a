//! Orders as analysts read them: page by page, and without what names a person.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::database::SiteTransaction;
use crate::error::StoreError;

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct AnalyticsOrder {
    pub id: Uuid,
    pub number: i64,
    pub created_at: DateTime<Utc>,
    pub status: String,
    pub payment_status: String,
    pub currency: String,
    pub subtotal_minor: i64,
    pub discount_minor: i64,
    pub shipping_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub shipping_country: Option<String>,
    pub erp_document_number: Option<String>,
    pub erp_acknowledged_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct AnalyticsOrderItem {
    pub order_id: Uuid,
    pub sku: String,
    pub name: String,
    pub quantity: i32,
    pub unit_price_minor: i64,
    pub line_total_minor: i64,
}

const SELECT_PAGE: &str =
    "SELECT id, number, created_at, status, payment_status, currency, subtotal_minor, discount_minor,
        shipping_minor, tax_minor, total_minor, shipping_address ->> 'country' AS shipping_country,
        erp_document_number, erp_acknowledged_at
    FROM website_orders WHERE site_id = $1 AND number > $2 ORDER BY number LIMIT $3";
const SELECT_ITEMS: &str = "SELECT order_id, sku, name, quantity, unit_price_minor, line_total_minor
    FROM website_order_items WHERE site_id = $1 AND order_id = ANY($2) ORDER BY order_id, line_number";

pub(crate) const STATEMENTS: &[&str] = &[SELECT_PAGE, SELECT_ITEMS];

/// Orders of the transaction's site with a higher number than this, lowest first.
pub async fn page(
    transaction: &mut SiteTransaction,
    after_number: i64,
    limit: i64,
) -> Result<Vec<AnalyticsOrder>, StoreError> {
    let site_id = transaction.site_id();
    let orders = sqlx::query_as(SELECT_PAGE).bind(site_id.0).bind(after_number).bind(limit);
    Ok(orders.fetch_all(transaction.connection()).await?)
}

/// The lines of these orders, by order.
pub async fn items(
    transaction: &mut SiteTransaction,
    order_ids: &[Uuid],
) -> Result<Vec<AnalyticsOrderItem>, StoreError> {
    let site_id = transaction.site_id();
    let items = sqlx::query_as(SELECT_ITEMS).bind(site_id.0).bind(order_ids);
    Ok(items.fetch_all(transaction.connection()).await?)
}
