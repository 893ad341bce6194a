//! Products with their variants.

use coheron_core::attribute::{AttributeValue, Attributes};
use coheron_core::change::{FieldProblem, ProductFacts, VariantFacts};
use coheron_core::sku::Sku;
use coheron_schemas::records::{Attribute, ProductChange, Variant};
use indexmap::IndexMap;

use crate::feed_record::{FeedRecord, JsonStamp, check_id, date_of, non_empty};
use crate::ingest_error::IngestError;
use crate::json::fields::JsonFields;

impl FeedRecord for ProductChange {
    type Facts = ProductFacts;
    const ENTITY_FIELD: &'static str = "sku";

    fn from_json(fields: &JsonFields<'_>, stamp: JsonStamp) -> Result<Self, IngestError> {
        Ok(Self {
            site: stamp.site,
            sku: stamp.entity_id,
            entity_version: stamp.entity_version,
            occurred_at: stamp.occurred_at,
            event_id: stamp.event_id,
            source: stamp.source,
            name: fields.text("name")?,
            description: fields.optional_text("description")?.unwrap_or_default(),
            brand: fields.optional_text("brand")?,
            category_ids: fields.texts("category_ids")?,
            attributes: fields.attributes("attributes")?,
            images: fields.images("images")?,
            variants: fields.variants("variants")?,
            gtins: fields.texts("gtins")?,
            mpn: fields.optional_text("mpn")?,
            popularity: fields.optional_number("popularity")?.unwrap_or_default(),
            released_at: fields.optional_time("released_at")?,
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

    fn into_facts(self) -> Result<ProductFacts, FieldProblem> {
        for category_id in &self.category_ids {
            check_id("category_ids", category_id)?;
        }
        let facts = ProductFacts {
            name: self.name,
            description: self.description,
            brand: non_empty(self.brand),
            category_ids: without_repetition(self.category_ids),
            attributes: attributes_of(self.attributes)?,
            images: self.images,
            variants: self.variants.into_iter().map(variant_of).collect::<Result<_, _>>()?,
            gtins: self.gtins,
            mpn: non_empty(self.mpn),
            popularity: self.popularity,
            released_at: self.released_at.map(|time| date_of("released_at", time)).transpose()?,
        };
        facts.validate()?;
        Ok(facts)
    }
}

fn without_repetition(texts: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
}

fn attributes_of(attributes: Vec<Attribute>) -> Result<Attributes, FieldProblem> {
    let mut by_name = Attributes::with_capacity(attributes.len());
    for Attribute { name, value } in attributes {
        if name.trim().is_empty() {
            return Err(FieldProblem::new("attributes", "an attribute has no name"));
        }
        if matches!(value, AttributeValue::Number(number) if !number.is_finite()) {
            return Err(FieldProblem::new(format!("attributes.{name}"), "must be a finite number"));
        }
        if by_name.contains_key(&name) {
            return Err(FieldProblem::new(format!("attributes.{name}"), "stands twice"));
        }
        by_name.insert(name, value);
    }
    Ok(by_name)
}

fn variant_of(variant: Variant) -> Result<VariantFacts, FieldProblem> {
    let sku = Sku::parse(variant.sku).map_err(|error| FieldProblem::new("variants.sku", error))?;
    let mut options = IndexMap::with_capacity(variant.options.len());
    for option in variant.options {
        if option.name.trim().is_empty() {
            return Err(FieldProblem::new("variants.options", format!("an option of {sku} has no name")));
        }
        if options.insert(option.name, option.value).is_some() {
            return Err(FieldProblem::new("variants.options", format!("an option of {sku} stands twice")));
        }
    }
    Ok(VariantFacts { sku, options, images: variant.images })
}
