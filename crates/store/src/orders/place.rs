//! Placing an order.

use chrono::{DateTime, Utc};
use coheron_core::cart::TaxMode;
use coheron_core::ids::OrderId;
use coheron_core::purchase::Purchase;
use sqlx::FromRow;
use sqlx::types::Json;

use super::OrderPayment;
use crate::database::SiteTransaction;
use crate::error::StoreError;

#[derive(Debug, Clone)]
pub struct NewOrder<'a> {
    pub id: OrderId,
    pub token_hash: &'a [u8],
    pub purchase: &'a Purchase,
    pub payment: &'a OrderPayment,
}

/// What the database adds to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct PlacedOrder {
    pub number: i64,
    pub created_at: DateTime<Utc>,
}

// The counter's row stays locked until the commit: numbers have no gaps and appear in their order. One statement for
// number, order, lines and ledger, since everybody who orders in the site waits for it.
const INSERT: &str = "WITH numbered AS (
        INSERT INTO website_order_numbers (site_id, last_number) VALUES ($1, 100001)
        ON CONFLICT (site_id) DO UPDATE SET last_number = website_order_numbers.last_number + 1
        RETURNING last_number
    ), placed AS (
        INSERT INTO website_orders (site_id, id, number, token_hash, currency, email, subtotal_minor, discount_minor,
            shipping_minor, tax_minor, total_minor, tax_mode, tax_rate_basis_points, shipping_method, shipping_label,
            shipping_address, billing_address, payment_gateway, payment_reference)
        SELECT $1, $2, last_number, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 FROM numbered
        RETURNING number, created_at
    ), items AS (
        INSERT INTO website_order_items (site_id, order_id, line_number, sku, name, url, image_url, options, quantity,
            unit_price_minor, line_total_minor)
        SELECT $1, $2, line_number, sku, name, url, image_url, options::json, quantity, unit_price_minor, line_total_minor
        FROM UNNEST($19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::integer[], $25::bigint[], $26::bigint[])
            WITH ORDINALITY AS l (sku, name, url, image_url, options, quantity, unit_price_minor, line_total_minor, line_number)
    ), ledger AS (
        INSERT INTO website_stock_ledger (site_id, sku, order_id, order_number, quantity, reason)
        SELECT $1, taken.sku, $2, numbered.last_number, taken.quantity, 'ordered'
        FROM numbered CROSS JOIN UNNEST($27::text[], $28::bigint[]) AS taken (sku, quantity)
    )
    SELECT number, created_at FROM placed";

pub(super) const STATEMENTS: &[&str] = &[INSERT];

/// Inserts the order with its lines, takes its pieces from stock and gives it the site's next number.
pub async fn place(transaction: &mut SiteTransaction, order: &NewOrder<'_>) -> Result<PlacedOrder, StoreError> {
    let site_id = transaction.site_id();
    let NewOrder { purchase, payment, .. } = order;
    let totals = &purchase.totals;
    let lines = &purchase.lines;
    let options = lines
        .iter()
        .map(|line| serde_json::to_string(&line.options))
        .collect::<Result<Vec<String>, serde_json::Error>>()?;
    let quantities: Vec<i32> = lines.iter().map(|line| i32::try_from(line.quantity).unwrap_or(i32::MAX)).collect();
    let (taken_skus, taken_quantities): (Vec<&str>, Vec<i64>) = purchase.pieces().into_iter().unzip();
    let placed = sqlx::query_as(INSERT)
        .bind(site_id.0)
        .bind(order.id.0)
        .bind(order.token_hash)
        .bind(totals.total.currency.code().to_owned())
        .bind(&purchase.email)
        .bind(totals.subtotal.amount_minor)
        .bind(totals.discount.amount_minor)
        .bind(totals.shipping.amount_minor)
        .bind(totals.tax.amount_minor)
        .bind(totals.total.amount_minor)
        .bind(tax_mode_column(purchase.tax_rule.mode))
        .bind(i32::try_from(purchase.tax_rule.rate_basis_points).unwrap_or(i32::MAX))
        .bind(&purchase.shipping_method)
        .bind(&purchase.shipping_label)
        .bind(Json(&purchase.shipping_address))
        .bind(purchase.billing_address.as_ref().map(Json))
        .bind(&payment.gateway)
        .bind(&payment.reference)
        .bind(lines.iter().map(|line| line.sku.as_str()).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.url.as_deref()).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.image_url.as_deref()).collect::<Vec<_>>())
        .bind(options)
        .bind(quantities)
        .bind(lines.iter().map(|line| line.unit_price_minor).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.line_total_minor).collect::<Vec<_>>())
        .bind(taken_skus)
        .bind(taken_quantities)
        .fetch_one(transaction.connection())
        .await?;
    Ok(placed)
}

pub(super) fn tax_mode_column(mode: TaxMode) -> &'static str {
    match mode {
        TaxMode::Included => "included",
        TaxMode::Added => "added",
    }
}
