//! Deletes, and the record key that names what is deleted.

use chrono::{DateTime, Utc};
use coheron_core::change::{FieldProblem, VersionedDelete};

use crate::cloud_events::read_time;
use crate::incoming_record::IncomingRecord;
use crate::ingest_error::{IngestError, IngestReason};

/// The parts of a record key `<site>:<entity>`. The entity may contain colons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordKey<'a> {
    pub site: &'a str,
    pub entity_id: &'a str,
}

/// A delete as the record tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deletion {
    pub versioned: VersionedDelete,
    /// 0 where the delete has no version.
    pub entity_version: i64,
    /// Milliseconds since 1970.
    pub occurred_at: i64,
}

pub(crate) fn parse_key<'a>(record: &IncomingRecord<'a>) -> Result<RecordKey<'a>, IngestError> {
    let Some(key) = record.key.filter(|key| !key.is_empty()) else {
        return Err(IngestError::new(IngestReason::MissingKey, "the record has no key; it must be <site>:<entity>"));
    };
    let not_a_key = || IngestError::new(IngestReason::KeyMismatch, "the record key is not <site>:<entity>");
    let text = std::str::from_utf8(key).map_err(|_| not_a_key())?;
    let (site, entity_id) = text.split_once(':').ok_or_else(not_a_key)?;
    if site.is_empty() || entity_id.is_empty() {
        return Err(not_a_key());
    }
    Ok(RecordKey { site, entity_id })
}

/// Reads the headers `entity_version` and `occurred_at` of a record without payload.
pub(crate) fn read_tombstone(record: &IncomingRecord<'_>) -> Result<Deletion, IngestError> {
    let occurred_at = match record.header("occurred_at").or_else(|| record.header("ce_time")) {
        Some(text) => read_time("occurred_at", text)?,
        None => publication_time(record.timestamp),
    };
    let Some(text) = record.header("entity_version") else {
        return Ok(Deletion { versioned: VersionedDelete::No, entity_version: 0, occurred_at });
    };
    let entity_version = text
        .trim()
        .parse()
        .map_err(|_| FieldProblem::new("entity_version", "the header must be a whole number in decimal digits"))?;
    Ok(Deletion { versioned: VersionedDelete::Yes, entity_version, occurred_at })
}

fn publication_time(timestamp: DateTime<Utc>) -> i64 {
    timestamp.timestamp_millis()
}
