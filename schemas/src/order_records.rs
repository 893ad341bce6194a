//! The records by which orders leave the shop, field by field as in `OrderEvent.avsc`.

use coheron_core::address::Address;
use serde::{Deserialize, Serialize};

use crate::record_kind::RecordKind;
use crate::records::ContractRecord;

/// Something that happened to an order, with the whole order. Amounts are minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEvent {
    pub event_id: String,
    /// The name of an `OrderEventType`.
    pub event_type: String,
    /// Code of the site.
    pub site: String,
    pub order_id: String,
    /// Decimal digits.
    pub order_number: String,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
    pub currency: String,
    pub customer: OrderCustomer,
    pub shipping_address: OrderAddress,
    pub billing_address: Option<OrderAddress>,
    pub shipping_method: String,
    pub lines: Vec<OrderLine>,
    pub subtotal_minor: i64,
    pub discount_minor: i64,
    pub shipping_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// `included` or `added`.
    pub tax_mode: String,
    pub tax_rate_basis_points: i64,
    pub payment: OrderPayment,
}

/// What can be told of an order. Nothing follows on a cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderEventType {
    Placed,
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCustomer {
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAddress {
    pub name: String,
    pub company: Option<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: String,
    pub country: String,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// From 1.
    pub line_number: i64,
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_price_minor: i64,
    pub line_total_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPayment {
    pub gateway: String,
    pub reference: String,
    pub amount_minor: i64,
}

impl OrderEventType {
    pub fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Placed, Self::Cancelled].into_iter().find(|event_type| event_type.name() == name)
    }
}

impl From<&Address> for OrderAddress {
    fn from(address: &Address) -> Self {
        Self {
            name: address.name.clone(),
            company: address.company.clone(),
            line1: address.line1.clone(),
            line2: address.line2.clone(),
            city: address.city.clone(),
            region: address.region.clone(),
            postal_code: address.postal_code.clone(),
            country: address.country.clone(),
            phone: address.phone.clone(),
        }
    }
}

impl ContractRecord for OrderEvent {
    const KIND: RecordKind = RecordKind::OrderEvent;
}
