//! Why a record was not accepted.

use std::fmt;

use coheron_core::change::FieldProblem;
use coheron_core::ports::SchemaSourceError;
use coheron_core::retry::RetryClass;
use coheron_schemas::codec::CodecError;

/// What keeps a record from becoming a change.
#[derive(Debug, thiserror::Error)]
pub enum DecodeFailure {
    /// The record itself is at fault: it belongs into the dead letters.
    #[error(transparent)]
    Refused(#[from] IngestError),
    /// The record could not be judged, since its schema could not be fetched: try again later.
    #[error("the schema of the record could not be fetched")]
    RegistryUnavailable(#[source] SchemaSourceError),
}

/// A record that breaks the contract. Displayed as its message alone; the reason is a field of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct IngestError {
    pub reason: IngestReason,
    /// For the people at the ERP: names the field where there is one.
    pub message: String,
    /// The field at fault, where there is one.
    pub field: Option<String>,
    /// The schema that the record names, where it names one.
    pub schema_id: Option<i32>,
}

/// Stable codes; operators filter dead letters by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IngestReason {
    UnknownSchema,
    IncompatibleSchema,
    GarbledAvro,
    InvalidJson,
    MissingField,
    InvalidValue,
    UnknownSite,
    MissingKey,
    KeyMismatch,
    RecordTooLarge,
    UnsupportedTopic,
}

impl DecodeFailure {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Refused(_) => RetryClass::Poison,
            Self::RegistryUnavailable(_) => RetryClass::Transient,
        }
    }
}

impl IngestReason {
    pub const ALL: [Self; 11] = [
        Self::UnknownSchema,
        Self::IncompatibleSchema,
        Self::GarbledAvro,
        Self::InvalidJson,
        Self::MissingField,
        Self::InvalidValue,
        Self::UnknownSite,
        Self::MissingKey,
        Self::KeyMismatch,
        Self::RecordTooLarge,
        Self::UnsupportedTopic,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownSchema => "unknown_schema",
            Self::IncompatibleSchema => "incompatible_schema",
            Self::GarbledAvro => "garbled_avro",
            Self::InvalidJson => "invalid_json",
            Self::MissingField => "missing_field",
            Self::InvalidValue => "invalid_value",
            Self::UnknownSite => "unknown_site",
            Self::MissingKey => "missing_key",
            Self::KeyMismatch => "key_mismatch",
            Self::RecordTooLarge => "record_too_large",
            Self::UnsupportedTopic => "unsupported_topic",
        }
    }
}

impl IngestError {
    pub(crate) fn new(reason: IngestReason, message: impl fmt::Display) -> Self {
        Self { reason, message: message.to_string(), field: None, schema_id: None }
    }

    pub(crate) fn missing(field: impl Into<String>) -> Self {
        let field = field.into();
        let message = format!("{field}: is missing");
        Self { field: Some(field), ..Self::new(IngestReason::MissingField, message) }
    }

    pub(crate) fn with_schema(self, schema_id: i32) -> Self {
        Self { schema_id: Some(schema_id), ..self }
    }
}

impl From<FieldProblem> for IngestError {
    fn from(problem: FieldProblem) -> Self {
        let error = Self::new(IngestReason::InvalidValue, &problem);
        Self { field: Some(problem.field), ..error }
    }
}

impl From<CodecError> for IngestError {
    fn from(error: CodecError) -> Self {
        let reason = match &error {
            CodecError::MissingField(field) => {
                let message = &error;
                return Self { field: Some(field.clone()), ..Self::new(IngestReason::MissingField, message) };
            }
            CodecError::InvalidJson(_) => IngestReason::InvalidJson,
            CodecError::NotFramed | CodecError::Garbled(_) | CodecError::Encode(_) => IngestReason::GarbledAvro,
            CodecError::InvalidSchema(_)
            | CodecError::RefusedSchema(_)
            | CodecError::WrongRecord { .. }
            | CodecError::Incompatible { .. } => IngestReason::IncompatibleSchema,
        };
        Self::new(reason, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_snake_case_words() {
        let codes: std::collections::BTreeSet<&str> = IngestReason::ALL.into_iter().map(IngestReason::code).collect();
        assert_eq!(codes.len(), IngestReason::ALL.len());
        assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    }
}
