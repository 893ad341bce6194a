//! The schema a record was written with, as the registry gave it: parsed and checked once, used for every record.

use apache_avro::Schema;
use apache_avro::error::CompatibilityError;
use apache_avro::schema_compatibility::SchemaCompatibility;

use crate::codec::{CodecError, brief};
use crate::record_kind::RecordKind;
use crate::schema_shape;

/// A parsed writer schema. It comes from outside: what could make reading run away is refused here.
pub struct WriterSchema {
    schema: Schema,
    canonical_form: String,
}

impl WriterSchema {
    pub fn parse(text: &str) -> Result<Self, CodecError> {
        let schema = Schema::parse_str(text).map_err(|error| CodecError::InvalidSchema(brief(&error)))?;
        schema_shape::check_bounded(&schema).map_err(CodecError::RefusedSchema)?;
        let canonical_form = schema.canonical_form();
        Ok(Self { schema, canonical_form })
    }

    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Whether records have the same bytes as those of the current schema, so that no resolution is needed.
    pub(crate) fn has_the_bytes_of(&self, kind: RecordKind) -> bool {
        self.canonical_form == kind.parsed().canonical_form
    }

    /// Names what keeps every record of this schema from being read as `kind`.
    pub(crate) fn check_readable_as(&self, kind: RecordKind) -> Result<(), CodecError> {
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
