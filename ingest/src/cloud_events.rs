//! CloudEvents in binary mode: the event's attributes travel as headers `ce_*`, the data as the payload.

use chrono::DateTime;
use coheron_core::change::FieldProblem;

use crate::incoming_record::IncomingRecord;

/// What a record says about itself outside of its body; used where the body is silent.
pub(crate) struct Fallbacks {
    pub event_id: String,
    pub source: String,
    /// Milliseconds since 1970.
    pub occurred_at: Option<i64>,
}

/// The source of records that name none.
const DEFAULT_SOURCE: &str = "erp";

/// Reads `ce_id`, `ce_source` and `ce_time`; without them the position in the stream stands for the event id.
pub(crate) fn fallbacks(record: &IncomingRecord<'_>) -> Result<Fallbacks, FieldProblem> {
    let event_id = match record.header("ce_id") {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => format!("{}-{}-{}", record.topic, record.partition, record.offset),
    };
    let source = record.header("ce_source").filter(|source| !source.is_empty()).unwrap_or(DEFAULT_SOURCE).to_owned();
    let occurred_at = record.header("ce_time").map(|text| read_time("ce_time", text)).transpose()?;
    Ok(Fallbacks { event_id, source, occurred_at })
}

/// A time in RFC 3339 or as milliseconds since 1970, as headers carry it.
pub(crate) fn read_time(field: &str, text: &str) -> Result<i64, FieldProblem> {
    if let Ok(milliseconds) = text.parse() {
        return Ok(milliseconds);
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Ok(time.timestamp_millis()),
        Err(_) => Err(FieldProblem::new(field, "must be a time like 2026-03-01T12:00:00Z or milliseconds since 1970")),
    }
}
