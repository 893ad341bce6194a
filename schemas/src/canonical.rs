//! When two schema texts are the same schema to the registry.

use std::collections::BTreeMap;

use apache_avro::Schema;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::codec::{CodecError, brief};

/// A schema text without its accidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalSchema {
    /// JSON without white space, keys sorted. Documentation and defaults count: another default is another schema.
    pub text: String,
    /// SHA-256 of `text` in hexadecimal digits.
    pub fingerprint: String,
}

/// Checks that the text is a valid Avro schema and normalises it.
pub fn canonical(schema_text: &str) -> Result<CanonicalSchema, CodecError> {
    Schema::parse_str(schema_text).map_err(|error| CodecError::InvalidSchema(brief(&error)))?;
    // A bare primitive may come without quotes: `string`.
    let value = serde_json::from_str(schema_text).unwrap_or_else(|_| Value::String(schema_text.trim().to_owned()));
    let text = sorted(value).to_string();
    let fingerprint = hex::encode(Sha256::digest(&text));
    Ok(CanonicalSchema { text, fingerprint })
}

/// Sorts the keys of every object, whatever map type the JSON library was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(entries) => {
            let entries: BTreeMap<String, Value> =
                entries.into_iter().map(|(key, entry)| (key, sorted(entry))).collect();
            Value::Object(entries.into_iter().collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record_kind::RecordKind;

    #[test]
    fn formatting_does_not_count_but_content_does() {
        let first = canonical(r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]}"#);
        let same = canonical(r#"{"name":"R","fields":[{"type":"long","name":"a"}],"type":"record"}"#);
        let other = canonical(r#"{"name":"R","fields":[{"type":"long","name":"a","default":1}],"type":"record"}"#);
        let first = first.expect("valid");
        assert_eq!(first, same.expect("valid"));
        assert_ne!(first.fingerprint, other.expect("valid").fingerprint);
        assert_eq!(first.fingerprint.len(), 64);
    }

    #[test]
    fn the_canonical_text_is_still_the_schema() {
        for kind in RecordKind::ALL {
            let canonical = canonical(kind.avsc()).expect("valid");
            let schema = Schema::parse_str(&canonical.text).expect("valid");
            assert_eq!(schema.canonical_form(), kind.parsed().canonical_form);
        }
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for text in ["", "{", r#"{"type": "record"}"#, r#""nosuchtype""#, "[1]"] {
            assert!(matches!(canonical(text), Err(CodecError::InvalidSchema(_))), "{text}");
        }
    }
}
