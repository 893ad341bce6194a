//! Records to Avro bytes and back, with schema resolution.

use apache_avro::reader::datum::GenericDatumReader;
use coheron_core::retry::RetryClass;

use crate::record_kind::RecordKind;
use crate::records::{
    CategoryChange, ContractRecord, OrderEvent, OrderStatusChange, PriceChange, ProductChange, StockChange,
};
use crate::writer_schema::WriterSchema;

/// The most memory that one length inside a record may ask for: far above any valid record, far below harm.
const MAX_ALLOCATION_BYTES: usize = 16 * 1024 * 1024;
/// Longest explanation kept of a foreign error, in bytes; the library quotes whole schemas.
const MAX_MESSAGE_BYTES: usize = 400;

#[derive(Debug, Clone, thiserror::Error)]
pub enum CodecError {
    #[error("the record does not begin with a zero byte and a schema id")]
    NotFramed,
    #[error("the value does not fit its schema: {0}")]
    Encode(String),
    #[error("the JSON is not a record of this kind: {0}")]
    InvalidJson(String),
    #[error("the bytes do not fit the schema they name: {0}")]
    Garbled(String),
    #[error("the schema is not valid Avro: {0}")]
    InvalidSchema(String),
    #[error("the schema is refused: {0}")]
    RefusedSchema(String),
    #[error("the schema describes {found}, but this topic carries {expected}")]
    WrongRecord { found: String, expected: &'static str },
    #[error("the schema has no field {0}, which the contract requires")]
    MissingField(String),
    #[error("the schema cannot be read as {expected}: {problem}")]
    Incompatible { expected: &'static str, problem: String },
}

impl CodecError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Encode(_) => RetryClass::Fatal,
            Self::NotFramed
            | Self::InvalidJson(_)
            | Self::Garbled(_)
            | Self::InvalidSchema(_)
            | Self::RefusedSchema(_)
            | Self::WrongRecord { .. }
            | Self::MissingField(_)
            | Self::Incompatible { .. } => RetryClass::Poison,
        }
    }
}

/// The Avro body of a record by the current schema of its kind, without framing.
pub fn encode<Record: ContractRecord>(record: &Record) -> Result<Vec<u8>, CodecError> {
    let writer = Record::KIND.writer().ok_or_else(no_codec)?;
    writer.write_ser_to_vec(record).map_err(|error| CodecError::Encode(brief(&error)))
}

/// The Avro body of a record that is held as JSON, without framing.
pub fn encode_json(kind: RecordKind, json: &[u8]) -> Result<Vec<u8>, CodecError> {
    match kind {
        RecordKind::Product => encode_json_of::<ProductChange>(json),
        RecordKind::Category => encode_json_of::<CategoryChange>(json),
        RecordKind::Price => encode_json_of::<PriceChange>(json),
        RecordKind::Stock => encode_json_of::<StockChange>(json),
        RecordKind::OrderStatus => encode_json_of::<OrderStatusChange>(json),
        RecordKind::OrderEvent => encode_json_of::<OrderEvent>(json),
    }
}

fn encode_json_of<Record: ContractRecord>(json: &[u8]) -> Result<Vec<u8>, CodecError> {
    let record: Record = serde_json::from_slice(json).map_err(|error| CodecError::InvalidJson(brief(&error)))?;
    encode(&record)
}

/// Reads an Avro body that was written by `writer`, and resolves it to the current schema of the wanted record.
///
/// Every byte must be used and none may be missing: a truncated or padded body is garbled.
pub fn decode<Record: ContractRecord>(writer: &WriterSchema, body: &[u8]) -> Result<Record, CodecError> {
    // Takes effect once per process; later calls only read the setting.
    apache_avro::util::max_allocation_bytes(MAX_ALLOCATION_BYTES);
    writer.check_readable_as(Record::KIND)?;
    let mut bytes = StrictBytes { rest: body };
    let record = if writer.has_the_bytes_of(Record::KIND) {
        Record::KIND.reader().ok_or_else(no_codec)?.read_deser(&mut bytes).map_err(garbled)?
    } else {
        let reader_schema = &Record::KIND.parsed().schema;
        let reader =
            GenericDatumReader::builder(writer.schema()).reader_schema(reader_schema).build().map_err(garbled)?;
        let value = reader.read_value(&mut bytes).map_err(garbled)?;
        apache_avro::from_value(&value).map_err(garbled)?
    };
    if !bytes.rest.is_empty() {
        return Err(CodecError::Garbled(format!("{} bytes are left over", bytes.rest.len())));
    }
    Ok(record)
}

/// The start of an error's text, short enough for a dead letter.
pub(crate) fn brief(error: &impl std::fmt::Display) -> String {
    let mut text = error.to_string();
    if text.len() > MAX_MESSAGE_BYTES {
        let end = (0..=MAX_MESSAGE_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}

fn no_codec() -> CodecError {
    CodecError::InvalidSchema("a schema of this program".to_owned())
}

fn garbled(error: apache_avro::Error) -> CodecError {
    CodecError::Garbled(brief(&error))
}

/// Bytes whose end is an error of its own kind. The library takes an `UnexpectedEof` inside a string or a union for a
/// null, which would turn a truncated record into a valid one.
struct StrictBytes<'a> {
    rest: &'a [u8],
}

impl std::io::Read for StrictBytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.rest.len());
        if count == 0 && !buffer.is_empty() {
            return Err(truncated());
        }
        let (head, tail) = self.rest.split_at(count);
        buffer[..count].copy_from_slice(head);
        self.rest = tail;
        Ok(count)
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> std::io::Result<()> {
        let Some((head, tail)) = self.rest.split_at_checked(buffer.len()) else { return Err(truncated()) };
        buffer.copy_from_slice(head);
        self.rest = tail;
        Ok(())
    }
}

fn truncated() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, "the record ends too early")
}

#[cfg(test)]
mod tests;
