//! The schema a record was written with, as the registry gave it: parsed and checked once, used for every record.

use std::sync::OnceLock;

use apache_avro::Schema;
use apache_avro::error::CompatibilityError;
use apache_avro::schema_compatibility::SchemaCompatibility;

use crate::codec::{CodecError, brief};
use crate::record_kind::RecordKind;
use crate::schema_shape;

/// A parsed writer schema. It comes from outside: what could make reading run away is refused here.
pub struct WriterSchema {
    schema: Schema,
    /// Whether records have the same bytes as those of the current schema, by kind.
    has_same_bytes: [bool; RecordKind::ALL.len()],
    /// By kind, judged on first use: the comparison costs far more than a record.
    readable: [OnceLock<Result<(), CodecError>>; RecordKind::ALL.len()],
}

impl WriterSchema {
    pub fn parse(text: &str) -> Result<Self, CodecError> {
        let schema = Schema::parse_str(text).map_err(|error| CodecError::InvalidSchema(brief(&error)))?;
        schema_shape::check_bounded(&schema).map_err(CodecError::RefusedSchema)?;
        let canonical_form = schema.canonical_form();
        let has_same_bytes = RecordKind::ALL.map(|kind| kind.parsed().canonical_form == canonical_form);
        Ok(Self { schema, has_same_bytes, readable: Default::default() })
    }

    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Whether records have the same bytes as those of the current schema, so that no resolution is needed.
    pub(crate) fn has_the_bytes_of(&self, kind: RecordKind) -> bool {
        self.has_same_bytes[kind as usize]
    }

    /// Names what keeps every record of this schema from being read as `kind`.
    pub(crate) fn check_readable_as(&self, kind: RecordKind) -> Result<(), CodecError> {
        self.readable[kind as usize].get_or_init(|| self.judge_readable_as(kind)).clone()
    }

    fn judge_readable_as(&self, kind: RecordKind) -> Result<(), CodecError> {
        if self.has_the_bytes_of(kind) {
            return Ok(());
        }
        let found = self.schema.name().map_or("an unnamed type", |name| name.name());
        if found != kind.name() {
            return Err(CodecError::WrongRecord { found: found.to_owned(), expected: kind.name() });
        }
        let writer = schema_shape::inline_references(&self.schema).map_err(CodecError::RefusedSchema)?;
        let reader = schema_shape::inline_references(&kind.parsed().schema).map_err(CodecError::RefusedSchema)?;
        match SchemaCompatibility::can_read(&writer, &reader) {
            // Partial: whether it fits depends on the record.
            Ok(_) => Ok(()),
            Err(error) => Err(incompatible(kind, error)),
        }
    }
}

fn incompatible(kind: RecordKind, error: CompatibilityError) -> CodecError {
    match error {
        CompatibilityError::MissingDefaultValue(field) => CodecError::MissingField(field),
        other => CodecError::Incompatible { expected: kind.name(), problem: brief(&other) },
    }
}
