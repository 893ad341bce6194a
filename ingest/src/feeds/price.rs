//! Prices of products and variants.

use coheron_core::change::{FieldProblem, PriceFacts};
use coheron_core::money::Currency;
use coheron_schemas::records::PriceChange;

use crate::feed_record::{FeedRecord, JsonStamp};
use crate::ingest_error::IngestError;
use crate::json::fields::JsonFields;

impl FeedRecord for PriceChange {
    type Facts = PriceFacts;
    const ENTITY_FIELD: &'static str = "sku";

    fn from_json(fields: &JsonFields<'_>, stamp: JsonStamp) -> Result<Self, IngestError> {
        Ok(Self {
            site: stamp.site,
            sku: stamp.entity_id,
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at,
            event_id: stamp.event_id,
            source: stamp.source,
            currency: fields.text("currency")?,
            amount_minor: fields.integer("amount_minor")?,
            list_amount_minor: fields.optional_integer("list_amount_minor")?,
        })
    }

    fn site(&self) -> &str {
        &self.site
    }

    fn entity_id(&self) -> &str {
        &self.sku
    }

    fn entity_version(&self) -> i64 {
        self.entity_version
    }

    fn occurred_at(&self) -> i64 {
        self.occurred_at
    }

    fn into_facts(self) -> Result<PriceFacts, FieldProblem> {
        let currency = Currency::parse(&self.currency).map_err(|error| FieldProblem::new("currency", error))?;
        let facts = PriceFacts { currency, amount_minor: self.amount_minor, list_amount_minor: self.list_amount_minor };
        facts.validate()?;
        Ok(facts)
    }
}
