//! Rows in the format that was asked for, up to the bounds of an answer.

use std::time::Instant;

use coheron_core::analytics_ports::{AnswerFormat, SqlAnswer};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;

use super::formats::{ArrowStreamFormat, CsvFormat, JsonFormat, ParquetFormat};

/// What an answer may hold.
#[derive(Debug, Clone, Copy)]
pub struct AnswerBounds {
    pub rows: usize,
    pub bytes: usize,
}

/// Rows on their way into one format.
pub trait RowFormat: Send {
    fn write(&mut self, rows: &RecordBatch) -> Result<()>;

    /// Bytes made so far.
    fn bytes(&self) -> usize;

    fn finish(self: Box<Self>, summary: &Summary) -> Result<Vec<u8>>;
}

/// What is known when the last row was written.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    pub rows: u64,
    pub truncated: bool,
    pub took_ms: u64,
}

/// Whether more rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appetite {
    More,
    Full,
}

/// Takes rows until a bound is reached. It has to be offered one row more than it may hold, so that it can tell whether
/// there were any.
pub struct AnswerWriter {
    format: Box<dyn RowFormat>,
    bounds: AnswerBounds,
    rows: usize,
    truncated: bool,
}

/// Rows are written in parts of this size, so that the bound on bytes is not missed by much.
const PART_ROWS: usize = 512;

impl AnswerWriter {
    pub fn new(format: AnswerFormat, schema: SchemaRef, bounds: AnswerBounds) -> Result<Self> {
        let format: Box<dyn RowFormat> = match format {
            AnswerFormat::Json => Box::new(JsonFormat::new(schema)),
            AnswerFormat::Csv => Box::new(CsvFormat::new(schema)?),
            AnswerFormat::ArrowStream => Box::new(ArrowStreamFormat::new(&schema)?),
            AnswerFormat::Parquet => Box::new(ParquetFormat::new(schema)?),
        };
        Ok(Self { format, bounds, rows: 0, truncated: false })
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<Appetite> {
        let fitting = batch.num_rows().min(self.bounds.rows - self.rows);
        self.truncated = fitting < batch.num_rows();
        for start in (0..fitting).step_by(PART_ROWS) {
            if self.format.bytes() > self.bounds.bytes {
                self.truncated = true;
                break;
            }
            let part = batch.slice(start, PART_ROWS.min(fitting - start));
            self.format.write(&part)?;
            self.rows += part.num_rows();
        }
        Ok(if self.truncated { Appetite::Full } else { Appetite::More })
    }

    pub fn finish(self, started: Instant) -> Result<SqlAnswer> {
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let summary = Summary { rows: self.rows as u64, truncated: self.truncated, took_ms };
        let body = self.format.finish(&summary)?;
        Ok(SqlAnswer { body, row_count: summary.rows, truncated: summary.truncated, took_ms })
    }
}
