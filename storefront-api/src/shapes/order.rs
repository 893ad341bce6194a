//! Orders.

use chrono::{DateTime, Utc};
use coheron_core::address::Address;
use coheron_core::money;
use coheron_core::order;
use coheron_core::purchase::PurchasedLine;
use coheron_platform::shapes::Money;
use coheron_store::orders;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::address;
use super::cart::CartTotals;

/// An order with its lines, at the prices that the shopper agreed to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Order {
    pub id: Uuid,
    /// Decimal digits, rising without gaps within the shop.
    #[schema(example = "100001")]
    pub number: String,
    /// Grows with every change.
    #[schema(example = 1)]
    pub version: i64,
    /// `placed`, `acknowledged`, `shipped`, `completed` or `cancelled`.
    #[schema(value_type = String, example = "placed")]
    pub status: order::OrderStatus,
    /// `paid`, `refunding` or `refunded`.
    #[schema(value_type = String, example = "paid")]
    pub payment_status: order::PaymentStatus,
    /// `open`, `shipped`, `delivered` or `cancelled`.
    #[schema(value_type = String, example = "open")]
    pub fulfilment_status: order::FulfilmentStatus,
    /// ISO 4217 code.
    #[schema(example = "EUR")]
    pub currency: String,
    #[schema(example = "ada@example.com")]
    pub email: String,
    pub items: Vec<OrderLine>,
    pub totals: CartTotals,
    pub shipping_method: OrderShippingMethod,
    pub addresses: OrderAddresses,
    pub created_at: DateTime<Utc>,
    pub erp: OrderErp,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = OrderItem)]
pub struct OrderLine {
    #[schema(example = "TEE-M")]
    pub sku: String,
    #[schema(example = "Heavy cotton T-shirt")]
    pub name: String,
    /// Path of the product page at the time of the order.
    pub url: Option<String>,
    pub image_url: Option<String>,
    /// What sets the variant apart.
    #[schema(value_type = Object, example = json!({"size": "M"}))]
    pub options: IndexMap<String, String>,
    pub quantity: u32,
    pub unit_price: Money,
    pub line_total: Money,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OrderShippingMethod {
    #[schema(example = "standard")]
    pub method: String,
    #[schema(example = "Standard delivery")]
    pub label: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OrderAddresses {
    #[schema(value_type = address::Address)]
    pub shipping: Address,
    /// Null where it is the shipping address.
    #[schema(value_type = Option<address::Address>)]
    pub billing: Option<Address>,
}

/// What the ERP has answered so far; null before it has.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OrderErp {
    #[schema(example = "SO-100001")]
    pub document_number: Option<String>,
    /// By the ERP's clock.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// `accepted`, `rejected`, `processing`, `shipped`, `delivered` or `cancelled`.
    #[schema(example = "accepted")]
    pub status: Option<String>,
    pub note: Option<String>,
}

/// One page of orders, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OrderList {
    pub items: Vec<Order>,
    /// For the parameter `cursor` of the next page; null on the last one.
    pub next_cursor: Option<String>,
    /// All orders of the site.
    #[schema(example = 128)]
    pub total: i64,
}

impl From<orders::Order> for Order {
    fn from(order: orders::Order) -> Self {
        let purchase = order.purchase;
        let currency = purchase.totals.total.currency;
        Self {
            id: order.id.0,
            number: order.number.to_string(),
            version: order.version,
            status: order.status,
            payment_status: order.payment_status,
            fulfilment_status: order.status.fulfilment(),
            currency: currency.code().to_owned(),
            email: purchase.email,
            items: purchase.lines.into_iter().map(|line| OrderLine::new(line, currency)).collect(),
            totals: purchase.totals.into(),
            shipping_method: OrderShippingMethod { method: purchase.shipping_method, label: purchase.shipping_label },
            addresses: OrderAddresses { shipping: purchase.shipping_address, billing: purchase.billing_address },
            created_at: order.created_at,
            erp: OrderErp {
                document_number: order.erp.document_number,
                acknowledged_at: order.erp.acknowledged_at,
                status: order.erp.status,
                note: order.erp.note,
            },
        }
    }
}

impl OrderLine {
    fn new(line: PurchasedLine, currency: money::Currency) -> Self {
        Self {
            sku: line.sku,
            name: line.name,
            url: line.url,
            image_url: line.image_url,
            options: line.options,
            quantity: line.quantity,
            unit_price: money::Money::new(line.unit_price_minor, currency).into(),
            line_total: money::Money::new(line.line_total_minor, currency).into(),
        }
    }
}
