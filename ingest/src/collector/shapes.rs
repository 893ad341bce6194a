//! What visitors' programs send.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use uuid::Uuid;

/// One event, or a batch of them: told apart by the member `events`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CollectRequest {
    One(Box<Event>),
    Batch(EventBatch),
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventBatch {
    #[schema(min_items = 1, max_items = 100)]
    pub events: Vec<Event>,
    /// When the batch was sent, by the sender's clock: corrects the events' times.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Something a visitor did.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Chosen by the sender, so that sending again does no harm.
    pub event_id: Option<Uuid>,
    /// `page_view`, `view_item`, `view_item_list`, `search`, `add_to_cart`, `begin_checkout`, `purchase`, or a name of your
    /// own: up to 40 letters, digits and underscores.
    #[schema(example = "view_item", max_length = 40)]
    pub name: String,
    /// By the sender's clock; now by default. At most 7 days ago.
    pub occurred_at: Option<DateTime<Utc>>,
    /// When the request was sent, by the same clock. Stands beside `events` in a batch.
    pub sent_at: Option<DateTime<Utc>>,
    /// One open tab of a browser.
    #[schema(max_length = 64)]
    pub session_id: Option<String>,
    /// Required for a `page_view`.
    pub page: Option<EventPage>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub items: Vec<EventItem>,
    /// Value of the whole event in minor units, for example of the purchase.
    pub value_minor: Option<i64>,
    /// ISO 4217 code; required with a value.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    /// What was searched for.
    #[schema(max_length = 500)]
    pub search_term: Option<String>,
    /// Number of the order, for a `purchase`.
    #[schema(max_length = 64)]
    pub order_number: Option<String>,
    /// Up to 30 further texts, numbers or truth values; kept as texts.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    pub params: BTreeMap<String, ParamText>,
    pub consent: Option<EventConsent>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventPage {
    #[schema(example = "https://shop.example/p/MUG-1/mug", max_length = 2000)]
    pub url: Option<String>,
    #[schema(max_length = 500)]
    pub title: Option<String>,
    /// Where the visitor came from.
    #[schema(max_length = 2000)]
    pub referrer: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventItem {
    #[schema(example = "MUG-1", max_length = 128)]
    pub sku: String,
    #[schema(max_length = 500)]
    pub name: Option<String>,
    #[schema(minimum = 0)]
    pub quantity: Option<i64>,
    /// Price of one piece in minor units.
    pub price_minor: Option<i64>,
    /// ISO 4217 code.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
}

/// What the visitor agreed to. Members other than `analytics` are for others and ignored here.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EventConsent {
    pub analytics: Option<bool>,
}

/// A text, or a number or truth value as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamText(pub String);

impl<'de> Deserialize<'de> for ParamText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = ParamText;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a number or a truth value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ParamText, E> {
        Ok(ParamText(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<ParamText, E> {
        Ok(ParamText(text))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<ParamText, E> {
        Ok(ParamText(truth.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<ParamText, E> {
        Ok(ParamText(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<ParamText, E> {
        Ok(ParamText(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<ParamText, E> {
        Ok(ParamText(number.to_string()))
    }
}
