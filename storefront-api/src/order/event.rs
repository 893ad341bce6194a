//! What the ERP is told of an order.

use chrono::{DateTime, Utc};
use coheron_core::cart::TaxMode;
use coheron_core::topics::{COMMERCE_ORDER_EVENT, TRACEPARENT};
use coheron_platform::http::{ApiResult, Problem, current_traceparent};
use coheron_schemas::records::{OrderAddress, OrderCustomer, OrderEvent, OrderLine, OrderPayment};
use coheron_store::orders::Order;
use coheron_store::outbox::NewOutboxMessage;
use coheron_store::sites::Site;
use uuid::Uuid;

pub use coheron_schemas::records::OrderEventType;

/// The message for the outbox: the record as JSON, which the relay encodes on its way out, so that an order never
/// waits for the schema registry.
pub fn order_event(
    site: &Site,
    order: &Order,
    event_type: OrderEventType,
    occurred_at: DateTime<Utc>,
) -> ApiResult<NewOutboxMessage> {
    let record = record(site, order, event_type, occurred_at);
    let payload = serde_json::to_vec(&record).map_err(|_| Problem::internal())?;
    Ok(NewOutboxMessage {
        topic: COMMERCE_ORDER_EVENT.name,
        key: format!("{}:{}", site.id, order.id).into_bytes(),
        payload: Some(payload),
        headers: current_traceparent().map(|trace| (TRACEPARENT.to_owned(), trace)).into_iter().collect(),
    })
}

fn record(site: &Site, order: &Order, event_type: OrderEventType, occurred_at: DateTime<Utc>) -> OrderEvent {
    let purchase = &order.purchase;
    let totals = &purchase.totals;
    let lines = purchase.lines.iter().zip(1..).map(|(line, line_number)| OrderLine {
        line_number,
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity: line.quantity.into(),
        unit_price_minor: line.unit_price_minor,
        line_total_minor: line.line_total_minor,
    });
    let tax_mode = match purchase.tax_rule.mode {
        TaxMode::Included => "included",
        TaxMode::Added => "added",
    };
    OrderEvent {
        event_id: Uuid::now_v7().to_string(),
        event_type: event_type.name().to_owned(),
        site: site.code.clone(),
        order_id: order.id.to_string(),
        order_number: order.number.to_string(),
        occurred_at: occurred_at.timestamp_millis(),
        currency: totals.total.currency.code().to_owned(),
        customer: OrderCustomer { email: purchase.email.clone() },
        shipping_address: OrderAddress::from(&purchase.shipping_address),
        billing_address: purchase.billing_address.as_ref().map(OrderAddress::from),
        shipping_method: purchase.shipping_method.clone(),
        lines: lines.collect(),
        subtotal_minor: totals.subtotal.amount_minor,
        discount_minor: totals.discount.amount_minor,
        shipping_minor: totals.shipping.amount_minor,
        tax_minor: totals.tax.amount_minor,
        total_minor: totals.total.amount_minor,
        tax_mode: tax_mode.to_owned(),
        tax_rate_basis_points: purchase.tax_rule.rate_basis_points.into(),
        payment: OrderPayment {
            gateway: order.payment.gateway.clone(),
            reference: order.payment.reference.clone(),
            amount_minor: totals.total.amount_minor,
        },
    }
}
