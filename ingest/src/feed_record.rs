//! From a record of a feed to the facts it tells. Whatever the wire format was, it passes here.

use chrono::{DateTime, Utc};
use coheron_core::change::{FieldProblem, MAX_KEY_BYTES};
use coheron_core::sku::Sku;
use coheron_schemas::records::ContractRecord;

use crate::ingest_error::IngestError;
use crate::json::fields::JsonFields;

/// A record of a feed of the ERP.
pub(crate) trait FeedRecord: ContractRecord {
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

/// Checks the id of an entity; SKUs have rules of their own.
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

pub(crate) fn date_of(field: &str, milliseconds: i64) -> Result<DateTime<Utc>, FieldProblem> {
    let fits = (EARLIEST_RELEASE_MS..LATEST_TIME_MS).contains(&milliseconds);
    DateTime::from_timestamp_millis(milliseconds).filter(|_| fits).ok_or_else(|| {
        FieldProblem::new(
            field,
            format!("is {milliseconds}; milliseconds since 1970, between the years 1800 and 2100, are expected"),
        )
    })
}

pub(crate) fn check_id(field: &str, text: &str) -> Result<(), FieldProblem> {
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
pub(crate) fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
