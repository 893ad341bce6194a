//! The records as Rust types, field by field as in the `.avsc` files. Times are milliseconds since 1970, as on the
//! wire: whether they make sense is judged where the contract is checked.

use chrono::{DateTime, Utc};
use coheron_core::attribute::AttributeValue;
use coheron_core::change::{CategoryFacts, Image, PriceFacts, ProductFacts, StockFacts};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::record_kind::RecordKind;

pub use crate::order_records::{OrderAddress, OrderCustomer, OrderEvent, OrderEventType, OrderLine, OrderPayment};

/// A record of the contract, with a schema of its own.
pub trait ContractRecord: Serialize + DeserializeOwned {
    const KIND: RecordKind;
}

/// What every record says about the change itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The ERP's version of the entity; grows with every change.
    pub entity_version: i64,
    /// By the ERP's clock.
    pub occurred_at: DateTime<Utc>,
    pub event_id: String,
    /// The publishing system.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductChange {
    pub site: String,
    pub sku: String,
    pub entity_version: i64,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
    pub event_id: String,
    pub source: String,
    pub name: String,
    pub description: String,
    pub brand: Option<String>,
    pub category_ids: Vec<String>,
    pub attributes: Vec<Attribute>,
    pub images: Vec<Image>,
    pub variants: Vec<Variant>,
    pub gtins: Vec<String>,
    pub mpn: Option<String>,
    pub popularity: f64,
    /// Milliseconds since 1970.
    pub released_at: Option<i64>,
}

/// Avro maps have no order, so attributes are a list on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    pub name: String,
    pub value: AttributeValue,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    pub sku: String,
    pub options: Vec<VariantOption>,
    pub images: Vec<Image>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantOption {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryChange {
    pub site: String,
    pub category_id: String,
    pub entity_version: i64,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
    pub event_id: String,
    pub source: String,
    pub name: String,
    pub parent_id: Option<String>,
    pub position: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceChange {
    pub site: String,
    pub sku: String,
    pub entity_version: i64,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
    pub event_id: String,
    pub source: String,
    pub currency: String,
    pub amount_minor: i64,
    pub list_amount_minor: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockChange {
    pub site: String,
    pub sku: String,
    pub entity_version: i64,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
    pub event_id: String,
    pub source: String,
    pub on_hand: i64,
    pub last_order_number: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStatusChange {
    pub site: String,
    pub order_number: String,
    pub entity_version: i64,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
    pub event_id: String,
    pub source: String,
    /// `accepted`, `rejected`, `processing`, `shipped`, `delivered` or `cancelled`.
    pub status: String,
    pub document_number: Option<String>,
    /// Milliseconds since 1970.
    pub acknowledged_at: Option<i64>,
    pub note: Option<String>,
}

/// The key of a record: `<site>:<entity id>`, the same for every feed.
pub fn record_key(site: &str, entity_id: &str) -> String {
    format!("{site}:{entity_id}")
}

impl ProductChange {
    pub fn new(site: &str, sku: &str, facts: &ProductFacts, stamp: Stamp) -> Self {
        Self {
            site: site.to_owned(),
            sku: sku.to_owned(),
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at.timestamp_millis(),
            event_id: stamp.event_id,
            source: stamp.source,
            name: facts.name.clone(),
            description: facts.description.clone(),
            brand: facts.brand.clone(),
            category_ids: facts.category_ids.clone(),
            attributes: facts
                .attributes
                .iter()
                .map(|(name, value)| Attribute { name: name.clone(), value: value.clone() })
                .collect(),
            images: facts.images.clone(),
            variants: facts
                .variants
                .iter()
                .map(|variant| Variant {
                    sku: variant.sku.as_str().to_owned(),
                    options: variant
                        .options
                        .iter()
                        .map(|(name, value)| VariantOption { name: name.clone(), value: value.clone() })
                        .collect(),
                    images: variant.images.clone(),
                })
                .collect(),
            gtins: facts.gtins.clone(),
            mpn: facts.mpn.clone(),
            popularity: facts.popularity,
            released_at: facts.released_at.map(|time| time.timestamp_millis()),
        }
    }
}

impl CategoryChange {
    pub fn new(site: &str, category_id: &str, facts: &CategoryFacts, stamp: Stamp) -> Self {
        Self {
            site: site.to_owned(),
            category_id: category_id.to_owned(),
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at.timestamp_millis(),
            event_id: stamp.event_id,
            source: stamp.source,
            name: facts.name.clone(),
            parent_id: facts.parent_id.clone(),
            position: facts.position,
        }
    }
}

impl PriceChange {
    pub fn new(site: &str, sku: &str, facts: &PriceFacts, stamp: Stamp) -> Self {
        Self {
            site: site.to_owned(),
            sku: sku.to_owned(),
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at.timestamp_millis(),
            event_id: stamp.event_id,
            source: stamp.source,
            currency: facts.currency.code().to_owned(),
            amount_minor: facts.amount_minor,
            list_amount_minor: facts.list_amount_minor,
        }
    }
}

impl StockChange {
    pub fn new(site: &str, sku: &str, facts: &StockFacts, stamp: Stamp) -> Self {
        Self {
            site: site.to_owned(),
            sku: sku.to_owned(),
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at.timestamp_millis(),
            event_id: stamp.event_id,
            source: stamp.source,
            on_hand: facts.on_hand,
            last_order_number: facts.last_order_number.map(|number| number.to_string()),
        }
    }
}

impl ContractRecord for ProductChange {
    const KIND: RecordKind = RecordKind::Product;
}

impl ContractRecord for CategoryChange {
    const KIND: RecordKind = RecordKind::Category;
}

impl ContractRecord for PriceChange {
    const KIND: RecordKind = RecordKind::Price;
}

impl ContractRecord for StockChange {
    const KIND: RecordKind = RecordKind::Stock;
}

impl ContractRecord for OrderStatusChange {
    const KIND: RecordKind = RecordKind::OrderStatus;
}
