//! Stock of products and variants.

use coheron_core::change::{FieldProblem, StockFacts, order_number};
use coheron_schemas::records::StockChange;

use crate::feed_record::{FeedRecord, JsonStamp, non_empty};
use crate::ingest_error::IngestError;
use crate::json::fields::JsonFields;

impl FeedRecord for StockChange {
    type Facts = StockFacts;
    const ENTITY_FIELD: &'static str = "sku";

    fn from_json(fields: &JsonFields<'_>, stamp: JsonStamp) -> Result<Self, IngestError> {
        Ok(Self {
            site: stamp.site,
            sku: stamp.entity_id,
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at,
            event_id: stamp.event_id,
            source: stamp.source,
            on_hand: fields.integer("on_hand")?,
            last_order_number: fields.optional_text("last_order_number")?,
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

    fn into_facts(self) -> Result<StockFacts, FieldProblem> {
        let last_order_number =
            non_empty(self.last_order_number).map(|number| order_number("last_order_number", &number)).transpose()?;
        let facts = StockFacts { on_hand: self.on_hand, last_order_number };
        facts.validate()?;
        Ok(facts)
    }
}
