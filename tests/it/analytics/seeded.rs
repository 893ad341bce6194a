//! Events and orders for the tests of analytics.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::ids::SiteId;
use coheron_core::topics::WEB_EVENT;
use coheron_core::web_event::{Device, WebEvent, WebEventItem, WebPage};
use coheron_stream::OutgoingRecord;
use coheron_testkit::TestShop;
use serde_json::json;
use uuid::Uuid;

/// The moment that all times of seeded events are counted from.
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_445_600, 0).expect("2026-03-02 10:00 UTC")
}

/// A page view; tests change what they need.
pub fn event(site_id: SiteId, visitor: &str, minute: i64) -> WebEvent {
    let occurred_at = start() + TimeDelta::minutes(minute);
    WebEvent {
        event_id: Uuid::now_v7(),
        site_id,
        name: "page_view".to_owned(),
        occurred_at,
        // Ids of events are kept for some days after they were received.
        received_at: Utc::now(),
        visitor_id: visitor.to_owned(),
        session_id: None,
        page: WebPage::at(Some("https://shop.example/"), Some("Home".to_owned()), None),
        items: vec![],
        value_minor: None,
        currency: None,
        search_term: None,
        order_number: None,
        device: Device::Desktop,
        params: BTreeMap::new(),
    }
}

/// An event about pieces of one product.
pub fn item_event(name: &str, sku: &str, quantity: i64, page_view: WebEvent) -> WebEvent {
    let item = WebEventItem {
        sku: sku.to_owned(),
        name: Some(format!("The {sku}")),
        quantity: Some(quantity),
        price_minor: Some(1_950),
        currency: Some("EUR".to_owned()),
    };
    WebEvent { name: name.to_owned(), items: vec![item], ..page_view }
}

pub fn record(event: &WebEvent) -> OutgoingRecord {
    OutgoingRecord {
        topic: WEB_EVENT.name,
        key: event.key().into_bytes().into(),
        payload: Some(serde_json::to_vec(event).expect("JSON").into()),
        headers: vec![],
    }
}

pub struct SeededOrder {
    pub number: i64,
    pub minute: i64,
    pub status: &'static str,
    pub country: &'static str,
    pub document_number: Option<&'static str>,
    /// SKU, pieces and the price of one piece.
    pub lines: Vec<(&'static str, i32, i64)>,
}

/// Puts an order where the storefront would.
pub async fn insert_order(shop: &TestShop, site_id: SiteId, order: &SeededOrder) -> anyhow::Result<()> {
    let id = Uuid::now_v7();
    let created_at = start() + TimeDelta::minutes(order.minute);
    let subtotal: i64 = order.lines.iter().map(|(_, quantity, price)| i64::from(*quantity) * price).sum();
    let address = json!({"name": "Nobody Secret", "line1": "Secret street 1", "city": "Secretville", "postal_code": "1",
        "country": order.country});
    sqlx::query(
        "INSERT INTO website_orders (site_id, id, number, status, token_hash, currency, email, subtotal_minor,
            discount_minor, shipping_minor, tax_minor, total_minor, tax_mode, tax_rate_basis_points, shipping_method,
            shipping_label, shipping_address, payment_gateway, payment_reference, erp_document_number,
            erp_acknowledged_at, created_at)
        VALUES ($1, $2, $3, $4, decode(repeat('00', 32), 'hex'), 'EUR', 'secret@example.com', $5, 0, 490, 0, $5 + 490,
            'included', 1900, 'standard', 'Standard', $6, 'test', 'ref', $7, CASE WHEN $7::text IS NULL THEN NULL ELSE $8 END, $8)",
    )
    .bind(site_id.0)
    .bind(id)
    .bind(order.number)
    .bind(order.status)
    .bind(subtotal)
    .bind(sqlx::types::Json(address))
    .bind(order.document_number)
    .bind(created_at)
    .execute(shop.database.pipeline())
    .await?;
    for (number, (sku, quantity, price)) in order.lines.iter().enumerate() {
        sqlx::query(
            "INSERT INTO website_order_items (site_id, order_id, line_number, sku, name, quantity, unit_price_minor,
                line_total_minor) VALUES ($1, $2, $3, $4, $5, $6, $7, $6 * $7)",
        )
        .bind(site_id.0)
        .bind(id)
        .bind(i32::try_from(number + 1)?)
        .bind(sku)
        .bind(format!("The {sku}"))
        .bind(quantity)
        .bind(price)
        .execute(shop.database.pipeline())
        .await?;
    }
    Ok(())
}
