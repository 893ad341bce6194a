//! What stands around the fields of a JSON record.

use coheron_core::change::VersionedDelete;

use crate::cloud_events::Fallbacks;
use crate::feed_record::JsonStamp;
use crate::incoming_record::IncomingRecord;
use crate::ingest_error::{IngestError, IngestReason};
use crate::json::fields::JsonFields;
use crate::json::ordered_value::{JsonObject, JsonValue};
use crate::tombstone::Deletion;

/// The content of a JSON record without its envelope.
#[derive(Debug, PartialEq)]
pub(crate) enum JsonContent {
    /// The fields of the record.
    Image(JsonObject),
    /// The delete of a change data capture envelope, with the last image where the connector sent it.
    Delete { before: JsonObject, captured_at: Option<i64> },
}

/// Reads a payload and takes its envelope off.
pub(crate) fn open(payload: &[u8]) -> Result<JsonContent, IngestError> {
    let value: JsonValue =
        serde_json::from_slice(payload).map_err(|error| invalid(format!("invalid JSON: {error}")))?;
    let JsonValue::Object(mut object) = value else {
        return Err(invalid("the record is not a JSON object".to_owned()));
    };
    // Connectors with schemas enabled wrap the envelope once more.
    if let Some(JsonValue::Object(inner)) = object.get("payload")
        && is_capture_envelope(inner)
        && let Some(JsonValue::Object(inner)) = object.swap_remove("payload")
    {
        return open_capture_envelope(inner);
    }
    if is_capture_envelope(&object) {
        return open_capture_envelope(object);
    }
    Ok(JsonContent::Image(object))
}

/// The fields that every record has.
pub(crate) fn read_stamp(
    fields: &JsonFields<'_>,
    entity_field: &'static str,
    fallbacks: Fallbacks,
) -> Result<JsonStamp, IngestError> {
    let site = fields.text("site")?;
    let entity_id = fields.text(entity_field)?;
    let entity_version = fields.integer("entity_version")?;
    let occurred_at = fields
        .optional_time("occurred_at")?
        .or(fallbacks.occurred_at)
        .ok_or_else(|| IngestError::missing("occurred_at"))?;
    let event_id = fields.optional_text("event_id")?.unwrap_or(fallbacks.event_id);
    let source = fields.optional_text("source")?.unwrap_or(fallbacks.source);
    Ok(JsonStamp { site, entity_id, entity_version, occurred_at, event_id, source })
}

/// A delete follows the image it removes, so it counts as the version after it.
pub(crate) fn read_deletion(
    before: &JsonObject,
    captured_at: Option<i64>,
    record: &IncomingRecord<'_>,
) -> Result<Deletion, IngestError> {
    let occurred_at = captured_at.unwrap_or_else(|| record.timestamp.timestamp_millis());
    let deletion = match JsonFields::of_record(before).optional_integer("entity_version")? {
        Some(last) => Deletion { versioned: VersionedDelete::Yes, entity_version: last.saturating_add(1), occurred_at },
        None => Deletion { versioned: VersionedDelete::No, entity_version: 0, occurred_at },
    };
    Ok(deletion)
}

fn is_capture_envelope(object: &JsonObject) -> bool {
    object.get("op").is_some_and(|operation| operation.as_text().is_some())
        && (object.contains_key("after") || object.contains_key("before"))
}

fn open_capture_envelope(mut envelope: JsonObject) -> Result<JsonContent, IngestError> {
    let source_time = envelope
        .get("source")
        .and_then(JsonValue::as_object)
        .and_then(|source| source.get("ts_ms"))
        .and_then(JsonValue::as_integer);
    let captured_at =
        source_time.filter(|time| *time > 0).or_else(|| envelope.get("ts_ms").and_then(JsonValue::as_integer));
    let operation = envelope.get("op").and_then(JsonValue::as_text).unwrap_or_default().to_owned();
    match operation.as_str() {
        // Create, update and the read of a first snapshot.
        "c" | "u" | "r" => match envelope.swap_remove("after") {
            Some(JsonValue::Object(mut after)) => {
                if let Some(captured_at) = captured_at
                    && after.get("occurred_at").is_none_or(JsonValue::is_null)
                {
                    after.insert("occurred_at".to_owned(), JsonValue::Integer(captured_at));
                }
                Ok(JsonContent::Image(after))
            }
            _ => Err(IngestError::missing("after")),
        },
        "d" => {
            let before = match envelope.swap_remove("before") {
                Some(JsonValue::Object(before)) => before,
                _ => JsonObject::new(),
            };
            Ok(JsonContent::Delete { before, captured_at })
        }
        other => Err(invalid(format!("op: {other:?} is not one of c, u, r, d"))),
    }
}

fn invalid(message: String) -> IngestError {
    IngestError::new(IngestReason::InvalidJson, message)
}
