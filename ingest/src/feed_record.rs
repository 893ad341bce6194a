//! From a record of a feed to the facts of the catalogue. Whatever the wire format was, it passes here.

use chrono::{DateTime, Utc};
use coheron_core::attribute::{AttributeValue, Attributes};
use coheron_core::change::{
    CatalogueChange, CategoryFacts, Change, FieldProblem, MAX_KEY_BYTES, PriceFacts, ProductFacts, StockFacts,
    VariantFacts,
};
use coheron_core::money::Currency;
use coheron_core::sku::Sku;
use coheron_schemas::records::{
    Attribute, CategoryChange, ErpRecord, PriceChange, ProductChange, StockChange, Variant,
};
use indexmap::IndexMap;

use crate::ingest_error::IngestError;
use crate::json::fields::JsonFields;

/// A record of a catalogue feed.
pub(crate) trait FeedRecord: ErpRecord {
    type Facts;
    /// Name of the field that identifies the entity within the site.
    const ENTITY_FIELD: &'static str;

    fn from_json(fields: &JsonFields<'_>, stamp: JsonStamp) -> Result<Self, IngestError>;
    fn site(&self) -> &str;
    fn entity_id(&self) -> &str;
    fn entity_version(&self) -> i64;
    /// Milliseconds since 1970.
    fn occurred_at(&self) -> i64;
    /// Checked against the contract.
    fn into_facts(self) -> Result<Self::Facts, FieldProblem>;
    fn into_change(change: Change<Self::Facts>) -> CatalogueChange;
}

/// The fields that every record has, read from JSON with the record's own fallbacks.
pub(crate) struct JsonStamp {
    pub site: String,
    pub entity_id: String,
    pub entity_version: i64,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
    pub event_id: String,
    pub source: String,
}

/// Earlier times are seconds taken for milliseconds, or a clock that was never set.
const EARLIEST_TIME_MS: i64 = 946_684_800_000;
const LATEST_TIME_MS: i64 = 4_102_444_800_000;
/// Release dates reach back further than records.
const EARLIEST_RELEASE_MS: i64 = -5_364_662_400_000;

/// Checks an entity id; SKUs have rules of their own.
pub(crate) fn check_entity_id(field: &str, text: &str) -> Result<(), FieldProblem> {
    if field == "sku" {
        return Sku::parse(text).map(|_| ()).map_err(|error| FieldProblem::new(field, error));
    }
    check_id(field, text)
}

/// A moment that something happened, from milliseconds since 1970.
pub(crate) fn time_of(field: &str, milliseconds: i64) -> Result<DateTime<Utc>, FieldProblem> {
    if milliseconds < EARLIEST_TIME_MS {
        let problem =
            format!("is {milliseconds}, which lies before the year 2000; milliseconds since 1970 are expected");
        return Err(FieldProblem::new(field, problem));
    }
    date_of(field, milliseconds)
}

fn date_of(field: &str, milliseconds: i64) -> Result<DateTime<Utc>, FieldProblem> {
    let fits = (EARLIEST_RELEASE_MS..LATEST_TIME_MS).contains(&milliseconds);
    DateTime::from_timestamp_millis(milliseconds).filter(|_| fits).ok_or_else(|| {
        FieldProblem::new(
            field,
            format!("is {milliseconds}; milliseconds since 1970, between the years 1800 and 2100, are expected"),
        )
    })
}

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

    fn into_change(change: Change<ProductFacts>) -> CatalogueChange {
        CatalogueChange::Product(change)
    }
}

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

    fn into_change(change: Change<CategoryFacts>) -> CatalogueChange {
        CatalogueChange::Category(change)
    }
}

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

    fn into_change(change: Change<PriceFacts>) -> CatalogueChange {
        CatalogueChange::Price(change)
    }
}

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
        let facts = StockFacts { on_hand: self.on_hand, last_order_number: non_empty(self.last_order_number) };
        facts.validate()?;
        Ok(facts)
    }

    fn into_change(change: Change<StockFacts>) -> CatalogueChange {
        CatalogueChange::Stock(change)
    }
}

fn check_id(field: &str, text: &str) -> Result<(), FieldProblem> {
    let fits =
        !text.is_empty() && text.len() <= MAX_KEY_BYTES && text.trim() == text && !text.chars().any(char::is_control);
    if fits {
        return Ok(());
    }
    let problem =
        format!("an id has 1 to {MAX_KEY_BYTES} bytes, no control characters and no white space at either end");
    Err(FieldProblem::new(field, problem))
}

/// ERPs write "nothing" as null or as an empty text.
fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
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
