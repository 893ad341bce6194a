//! The ERP's answers to orders.

use coheron_core::change::{ErpOrderStatus, FieldProblem, OrderStatusFacts, order_number};
use coheron_schemas::records::OrderStatusChange;

use crate::feed_record::{FeedRecord, JsonStamp, non_empty, time_of};
use crate::ingest_error::IngestError;
use crate::json::fields::JsonFields;

impl FeedRecord for OrderStatusChange {
    type Facts = OrderStatusFacts;
    const ENTITY_FIELD: &'static str = "order_number";

    fn from_json(fields: &JsonFields<'_>, stamp: JsonStamp) -> Result<Self, IngestError> {
        Ok(Self {
            site: stamp.site,
            order_number: stamp.entity_id,
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at,
            event_id: stamp.event_id,
            source: stamp.source,
            status: fields.text("status")?,
            document_number: fields.optional_text("document_number")?,
            acknowledged_at: fields.optional_time("acknowledged_at")?,
            note: fields.optional_text("note")?,
        })
    }

    fn site(&self) -> &str {
        &self.site
    }

    fn entity_id(&self) -> &str {
        &self.order_number
    }

    fn entity_version(&self) -> i64 {
        self.entity_version
    }

    fn occurred_at(&self) -> i64 {
        self.occurred_at
    }

    fn into_facts(self) -> Result<OrderStatusFacts, FieldProblem> {
        let status = ErpOrderStatus::parse(&self.status).ok_or_else(|| {
            let known = ErpOrderStatus::ALL.map(ErpOrderStatus::name).join(", ");
            FieldProblem::new("status", format!("is none of {known}"))
        })?;
        let acknowledged_at = self.acknowledged_at.map(|time| time_of("acknowledged_at", time)).transpose()?;
        let facts = OrderStatusFacts {
            order_number: order_number("order_number", &self.order_number)?,
            status,
            document_number: non_empty(self.document_number),
            acknowledged_at,
            note: non_empty(self.note),
        };
        facts.validate()?;
        Ok(facts)
    }
}
