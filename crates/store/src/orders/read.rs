//! Reading orders.

use chrono::{DateTime, Utc};
use coheron_core::address::Address;
use coheron_core::cart::{TaxMode, TaxRule, Totals};
use coheron_core::ids::{OrderId, SiteId};
use coheron_core::money::{Currency, Money};
use coheron_core::order::{OrderStatus, PaymentStatus};
use coheron_core::purchase::{Purchase, PurchasedLine};
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::place::tax_mode_column;
use super::{ErpState, Order, OrderPayment};
use crate::database::SiteTransaction;
use crate::error::StoreError;

const SELECT: &str = "SELECT o.id, o.number, o.version, o.status, o.payment_status, o.token_hash, o.currency, o.email,
        o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor, o.total_minor, o.tax_mode,
        o.tax_rate_basis_points, o.shipping_method, o.shipping_label, o.shipping_address, o.billing_address,
        o.payment_gateway, o.payment_reference, o.erp_status, o.erp_document_number, o.erp_acknowledged_at, o.erp_note,
        o.created_at,
        (SELECT json_agg(json_build_object('sku', i.sku, 'name', i.name, 'url', i.url, 'image_url', i.image_url,
                'options', i.options, 'quantity', i.quantity, 'unit_price_minor', i.unit_price_minor,
                'line_total_minor', i.line_total_minor) ORDER BY i.line_number)
            FROM website_order_items i WHERE i.site_id = o.site_id AND i.order_id = o.id) AS lines
    FROM website_orders o WHERE o.site_id = $1 AND o.id = $2";
const SELECT_PAGE: &str =
    "SELECT o.id, o.number, o.version, o.status, o.payment_status, o.token_hash, o.currency, o.email,
        o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor, o.total_minor, o.tax_mode,
        o.tax_rate_basis_points, o.shipping_method, o.shipping_label, o.shipping_address, o.billing_address,
        o.payment_gateway, o.payment_reference, o.erp_status, o.erp_document_number, o.erp_acknowledged_at, o.erp_note,
        o.created_at,
        (SELECT json_agg(json_build_object('sku', i.sku, 'name', i.name, 'url', i.url, 'image_url', i.image_url,
                'options', i.options, 'quantity', i.quantity, 'unit_price_minor', i.unit_price_minor,
                'line_total_minor', i.line_total_minor) ORDER BY i.line_number)
            FROM website_order_items i WHERE i.site_id = o.site_id AND i.order_id = o.id) AS lines
    FROM website_orders o WHERE o.site_id = $1 AND o.number < $2 ORDER BY o.number DESC LIMIT $3";
// Numbers have no gaps and orders are never deleted.
const COUNT: &str = "SELECT last_number - 100000 FROM website_order_numbers WHERE site_id = $1";

pub(super) const STATEMENTS: &[&str] = &[SELECT, SELECT_PAGE, COUNT];

/// The order of this site; the connection may be a handler's or a job's.
pub async fn find(
    connection: &mut PgConnection,
    site_id: SiteId,
    order_id: OrderId,
) -> Result<Option<Order>, StoreError> {
    let row: Option<OrderRow> =
        sqlx::query_as(SELECT).bind(site_id.0).bind(order_id.0).fetch_optional(connection).await?;
    row.map(OrderRow::into_order).transpose()
}

/// Orders with numbers below this one, newest first.
pub async fn list(transaction: &mut SiteTransaction, below_number: i64, limit: i64) -> Result<Vec<Order>, StoreError> {
    let site_id = transaction.site_id();
    let page = sqlx::query_as(SELECT_PAGE).bind(site_id.0).bind(below_number).bind(limit);
    let rows: Vec<OrderRow> = page.fetch_all(transaction.connection()).await?;
    rows.into_iter().map(OrderRow::into_order).collect()
}

/// How many orders the site has.
pub async fn count(transaction: &mut SiteTransaction) -> Result<i64, StoreError> {
    let site_id = transaction.site_id();
    let count = sqlx::query_scalar(COUNT).bind(site_id.0).fetch_optional(transaction.connection()).await?;
    Ok(count.unwrap_or(0))
}

#[derive(FromRow)]
struct OrderRow {
    id: Uuid,
    number: i64,
    version: i64,
    status: String,
    payment_status: String,
    token_hash: Vec<u8>,
    currency: String,
    email: String,
    subtotal_minor: i64,
    discount_minor: i64,
    shipping_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    tax_mode: String,
    tax_rate_basis_points: i32,
    shipping_method: String,
    shipping_label: String,
    shipping_address: Json<Address>,
    billing_address: Option<Json<Address>>,
    payment_gateway: String,
    payment_reference: String,
    erp_status: Option<String>,
    erp_document_number: Option<String>,
    erp_acknowledged_at: Option<DateTime<Utc>>,
    erp_note: Option<String>,
    created_at: DateTime<Utc>,
    lines: Option<Json<Vec<PurchasedLine>>>,
}

impl OrderRow {
    fn into_order(self) -> Result<Order, StoreError> {
        let currency = Currency::parse(&self.currency).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        let money = |amount| Money::new(amount, currency);
        let totals = Totals {
            subtotal: money(self.subtotal_minor),
            discount: money(self.discount_minor),
            shipping: money(self.shipping_minor),
            tax: money(self.tax_minor),
            total: money(self.total_minor),
        };
        let mode = [TaxMode::Included, TaxMode::Added].into_iter().find(|mode| tax_mode_column(*mode) == self.tax_mode);
        let tax_rule = TaxRule {
            mode: mode.ok_or_else(|| StoreError::unknown_value("website_orders.tax_mode", &self.tax_mode))?,
            rate_basis_points: self.tax_rate_basis_points.unsigned_abs(),
        };
        let purchase = Purchase {
            email: self.email,
            shipping_address: self.shipping_address.0,
            billing_address: self.billing_address.map(|address| address.0),
            shipping_method: self.shipping_method,
            shipping_label: self.shipping_label,
            lines: self.lines.map(|lines| lines.0).unwrap_or_default(),
            totals,
            tax_rule,
        };
        Ok(Order {
            id: OrderId(self.id),
            number: self.number,
            version: self.version,
            status: parse_status(&self.status)?,
            payment_status: PaymentStatus::parse(&self.payment_status)
                .ok_or_else(|| StoreError::unknown_value("website_orders.payment_status", &self.payment_status))?,
            token_hash: self.token_hash,
            purchase,
            payment: OrderPayment { gateway: self.payment_gateway, reference: self.payment_reference },
            erp: ErpState {
                status: self.erp_status,
                document_number: self.erp_document_number,
                acknowledged_at: self.erp_acknowledged_at,
                note: self.erp_note,
            },
            created_at: self.created_at,
        })
    }
}

pub(super) fn parse_status(name: &str) -> Result<OrderStatus, StoreError> {
    OrderStatus::parse(name).ok_or_else(|| StoreError::unknown_value("website_orders.status", name))
}
