//! Categories of the tree.

use coheron_core::change::{CategoryFacts, FieldProblem};
use coheron_schemas::records::CategoryChange;

use crate::feed_record::{FeedRecord, JsonStamp, check_id, non_empty};
use crate::ingest_error::IngestError;
use crate::json::fields::JsonFields;

impl FeedRecord for CategoryChange {
    type Facts = CategoryFacts;
    const ENTITY_FIELD: &'static str = "category_id";

    fn from_json(fields: &JsonFields<'_>, stamp: JsonStamp) -> Result<Self, IngestError> {
        let position = fields.optional_integer("position")?.unwrap_or_default();
        let position =
            i32::try_from(position).map_err(|_| FieldProblem::new("position", "must be a whole number of 32 bits"))?;
        Ok(Self {
            site: stamp.site,
            category_id: stamp.entity_id,
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at,
            event_id: stamp.event_id,
            source: stamp.source,
            name: fields.text("name")?,
            parent_id: fields.optional_text("parent_id")?,
            position,
        })
    }

    fn site(&self) -> &str {
        &self.site
    }

    fn entity_id(&self) -> &str {
        &self.category_id
    }

    fn entity_version(&self) -> i64 {
        self.entity_version
    }

    fn occurred_at(&self) -> i64 {
        self.occurred_at
    }

    fn into_facts(self) -> Result<CategoryFacts, FieldProblem> {
        let parent_id = non_empty(self.parent_id);
        if let Some(parent_id) = &parent_id {
            check_id("parent_id", parent_id)?;
            if *parent_id == self.category_id {
                return Err(FieldProblem::new("parent_id", "a category cannot be its own parent"));
            }
        }
        let facts = CategoryFacts { name: self.name, parent_id, position: self.position };
        facts.validate()?;
        Ok(facts)
    }
}
