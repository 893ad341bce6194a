//! `information_schema.tables` and `.columns`: what can be asked for, with comments.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider};
use datafusion::datasource::MemTable;
use datafusion::error::Result;

use super::session::{CATALOGUE, SCHEMA};
use crate::columns::{ORDERS, TableDescription, WEB_EVENTS};

pub const NAME: &str = "information_schema";

pub fn information_schema() -> Result<MemorySchemaProvider> {
    let tables: [&TableDescription; 2] = [&WEB_EVENTS, &ORDERS];
    let schema = MemorySchemaProvider::new();
    for (name, rows) in [("tables", table_rows(&tables)?), ("columns", column_rows(&tables)?)] {
        schema.register_table(name.to_owned(), Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?))?;
    }
    Ok(schema)
}

fn table_rows(tables: &[&TableDescription]) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_from_iter([
        ("table_catalog", texts(tables.iter().map(|_| CATALOGUE))),
        ("table_schema", texts(tables.iter().map(|_| SCHEMA))),
        ("table_name", texts(tables.iter().map(|table| table.name))),
        ("table_type", texts(tables.iter().map(|_| "BASE TABLE"))),
        ("comment", texts(tables.iter().map(|table| table.comment))),
    ])
}

fn column_rows(tables: &[&TableDescription]) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<_> = tables
        .iter()
        .flat_map(|table| {
            let fields = table.schema.fields().iter().enumerate();
            fields.zip(&table.column_comments).map(|((at, field), comment)| (table.name, at, field, *comment))
        })
        .collect();
    let types: Vec<String> = columns.iter().map(|(_, _, field, _)| type_name(field.data_type())).collect();
    let positions = columns.iter().map(|(_, at, _, _)| i64::try_from(*at + 1).unwrap_or(i64::MAX));
    let ordinal: ArrayRef = Arc::new(Int64Array::from_iter_values(positions));
    RecordBatch::try_from_iter([
        ("table_catalog", texts(columns.iter().map(|_| CATALOGUE))),
        ("table_schema", texts(columns.iter().map(|_| SCHEMA))),
        ("table_name", texts(columns.iter().map(|(table, ..)| *table))),
        ("column_name", texts(columns.iter().map(|(_, _, field, _)| field.name().as_str()))),
        ("ordinal_position", ordinal),
        ("is_nullable", texts(columns.iter().map(|(_, _, field, _)| if field.is_nullable() { "YES" } else { "NO" }))),
        ("data_type", texts(types.iter().map(String::as_str))),
        ("comment", texts(columns.iter().map(|(.., comment)| *comment))),
    ])
}

/// Types in the words of SQL.
pub fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Int64 => "bigint".to_owned(),
        DataType::Int32 => "integer".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Float64 => "double".to_owned(),
        DataType::Date32 => "date".to_owned(),
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone".to_owned(),
        DataType::Timestamp(_, None) => "timestamp".to_owned(),
        DataType::List(element) => format!("list of {}", type_name(element.data_type())),
        DataType::Struct(fields) => {
            let parts: Vec<String> =
                fields.iter().map(|field| format!("{} {}", field.name(), type_name(field.data_type()))).collect();
            format!("struct({})", parts.join(", "))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(parts) if parts.len() == 2 => {
                format!("map({}, {})", type_name(parts[0].data_type()), type_name(parts[1].data_type()))
            }
            other => format!("map({})", type_name(other)),
        },
        DataType::Dictionary(_, value) => type_name(value),
        other => other.to_string().to_lowercase(),
    }
}

fn texts<'text>(values: impl Iterator<Item = &'text str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}
