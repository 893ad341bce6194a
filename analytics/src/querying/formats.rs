//! JSON, CSV, Arrow stream and Parquet.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use datafusion::arrow::csv::WriterBuilder;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::error::Result;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::answer::{RowFormat, Summary};
use super::information_schema::type_name;
use super::json_values::{write_text, write_value};

/// An object with `columns`, `rows`, `row_count`, `truncated` and `took_ms`.
pub struct JsonFormat {
    schema: SchemaRef,
    /// Arrays of values, separated by commas.
    rows: String,
}

impl JsonFormat {
    pub fn new(schema: SchemaRef) -> Self {
        Self { schema, rows: String::new() }
    }
}

impl RowFormat for JsonFormat {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        for row in 0..rows.num_rows() {
            self.rows.push_str(if self.rows.is_empty() { "[" } else { ",[" });
            for (position, column) in rows.columns().iter().enumerate() {
                if position > 0 {
                    self.rows.push(',');
                }
                write_value(column.as_ref(), row, &mut self.rows)?;
            }
            self.rows.push(']');
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.rows.len()
    }

    fn finish(self: Box<Self>, summary: &Summary) -> Result<Vec<u8>> {
        let mut body = String::with_capacity(self.rows.len() + 1_024);
        body.push_str("{\"columns\":[");
        for (position, field) in self.schema.fields().iter().enumerate() {
            body.push_str(if position > 0 { ",{\"name\":" } else { "{\"name\":" });
            write_text(field.name(), &mut body);
            body.push_str(",\"type\":");
            write_text(&type_name(field.data_type()), &mut body);
            body.push('}');
        }
        let Summary { rows, truncated, took_ms } = summary;
        body.push_str("],\"rows\":[");
        body.push_str(&self.rows);
        body.push_str(&format!("],\"row_count\":{rows},\"truncated\":{truncated},\"took_ms\":{took_ms}}}"));
        Ok(body.into_bytes())
    }
}

/// With a header line. Lists, structs and maps, for which CSV has no form, are JSON texts.
pub struct CsvFormat {
    flat: SchemaRef,
    body: Vec<u8>,
}

impl CsvFormat {
    pub fn new(schema: SchemaRef) -> Result<Self> {
        let fields: Vec<Field> = schema.fields().iter().map(|field| flat_field(field)).collect();
        let flat = Arc::new(Schema::new(fields));
        let mut body = Vec::new();
        WriterBuilder::new().with_header(true).build(&mut body).write(&RecordBatch::new_empty(flat.clone()))?;
        Ok(Self { flat, body })
    }

    fn flat_rows(&self, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let columns = rows.columns().iter().map(flat_column).collect::<Result<Vec<ArrayRef>, ArrowError>>()?;
        RecordBatch::try_new(self.flat.clone(), columns)
    }
}

impl RowFormat for CsvFormat {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let rows = self.flat_rows(rows)?;
        WriterBuilder::new().with_header(false).build(&mut self.body).write(&rows)?;
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.body.len()
    }

    fn finish(self: Box<Self>, _summary: &Summary) -> Result<Vec<u8>> {
        Ok(self.body)
    }
}

fn is_flat(data_type: &DataType) -> bool {
    !data_type.is_nested() && data_type != &DataType::Null
}

fn flat_field(field: &Field) -> Field {
    let data_type = if is_flat(field.data_type()) { field.data_type().clone() } else { DataType::Utf8 };
    Field::new(field.name(), data_type, true)
}

fn flat_column(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if is_flat(column.data_type()) {
        return Ok(column.clone());
    }
    let mut texts = StringBuilder::new();
    let mut json = String::new();
    for row in 0..column.len() {
        if column.is_null(row) || column.data_type() == &DataType::Null {
            texts.append_null();
            continue;
        }
        json.clear();
        write_value(column.as_ref(), row, &mut json)?;
        texts.append_value(&json);
    }
    Ok(Arc::new(texts.finish()))
}

pub struct ArrowStreamFormat {
    writer: StreamWriter<Vec<u8>>,
}

impl ArrowStreamFormat {
    pub fn new(schema: &Schema) -> Result<Self> {
        Ok(Self { writer: StreamWriter::try_new(Vec::new(), schema)? })
    }
}

impl RowFormat for ArrowStreamFormat {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        Ok(self.writer.write(rows)?)
    }

    fn bytes(&self) -> usize {
        self.writer.get_ref().len()
    }

    fn finish(self: Box<Self>, _summary: &Summary) -> Result<Vec<u8>> {
        // Ends the stream as well.
        Ok(self.writer.into_inner()?)
    }
}

pub struct ParquetFormat {
    writer: ArrowWriter<Vec<u8>>,
}

impl ParquetFormat {
    pub fn new(schema: SchemaRef) -> Result<Self> {
        let compression = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        Ok(Self { writer: ArrowWriter::try_new(Vec::new(), schema, Some(properties))? })
    }
}

impl RowFormat for ParquetFormat {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        Ok(self.writer.write(rows)?)
    }

    fn bytes(&self) -> usize {
        self.writer.bytes_written() + self.writer.in_progress_size()
    }

    fn finish(self: Box<Self>, _summary: &Summary) -> Result<Vec<u8>> {
        Ok(self.writer.into_inner()?)
    }
}
