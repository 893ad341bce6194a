//! Values of any column as JSON.

use datafusion::arrow::array::{Array, AsArray, MapArray, StructArray};
use datafusion::arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

/// Appends one value. Numbers are numbers, times are RFC 3339 texts, lists are arrays, structs and maps are objects;
/// what JSON has no form for is a text.
pub fn write_value(array: &dyn Array, row: usize, json: &mut String) -> Result<(), ArrowError> {
    if array.is_null(row) || array.data_type() == &DataType::Null {
        json.push_str("null");
        return Ok(());
    }
    match array.data_type() {
        DataType::Boolean => json.push_str(if array.as_boolean().value(row) { "true" } else { "false" }),
        DataType::Int8 => write_number(array.as_primitive::<Int8Type>().value(row), json),
        DataType::Int16 => write_number(array.as_primitive::<Int16Type>().value(row), json),
        DataType::Int32 => write_number(array.as_primitive::<Int32Type>().value(row), json),
        DataType::Int64 => write_number(array.as_primitive::<Int64Type>().value(row), json),
        DataType::UInt8 => write_number(array.as_primitive::<UInt8Type>().value(row), json),
        DataType::UInt16 => write_number(array.as_primitive::<UInt16Type>().value(row), json),
        DataType::UInt32 => write_number(array.as_primitive::<UInt32Type>().value(row), json),
        DataType::UInt64 => write_number(array.as_primitive::<UInt64Type>().value(row), json),
        DataType::Float32 => write_float(f64::from(array.as_primitive::<Float32Type>().value(row)), json),
        DataType::Float64 => write_float(array.as_primitive::<Float64Type>().value(row), json),
        DataType::Utf8 => write_text(array.as_string::<i32>().value(row), json),
        DataType::LargeUtf8 => write_text(array.as_string::<i64>().value(row), json),
        DataType::Utf8View => write_text(array.as_string_view().value(row), json),
        DataType::List(_) => write_list(array.as_list::<i32>().value(row).as_ref(), json)?,
        DataType::LargeList(_) => write_list(array.as_list::<i64>().value(row).as_ref(), json)?,
        DataType::FixedSizeList(..) => write_list(array.as_fixed_size_list().value(row).as_ref(), json)?,
        DataType::Struct(_) => write_struct(array.as_struct(), row, json)?,
        DataType::Map(..) => write_map(array.as_map(), row, json)?,
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = dictionary.normalized_keys().get(row).copied().unwrap_or_default();
            write_value(dictionary.values().as_ref(), key, json)?;
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(array, &options)?;
            write_text(&formatter.value(row).try_to_string()?, json);
        }
    }
    Ok(())
}

pub fn write_text(text: &str, json: &mut String) {
    json.push_str(&serde_json::Value::from(text).to_string());
}

fn write_number(number: impl std::fmt::Display, json: &mut String) {
    json.push_str(&number.to_string());
}

/// JSON knows neither infinity nor NaN.
fn write_float(number: f64, json: &mut String) {
    match serde_json::Number::from_f64(number) {
        Some(number) => json.push_str(&number.to_string()),
        None => json.push_str("null"),
    }
}

fn write_list(elements: &dyn Array, json: &mut String) -> Result<(), ArrowError> {
    json.push('[');
    for position in 0..elements.len() {
        if position > 0 {
            json.push(',');
        }
        write_value(elements, position, json)?;
    }
    json.push(']');
    Ok(())
}

fn write_struct(parts: &StructArray, row: usize, json: &mut String) -> Result<(), ArrowError> {
    json.push('{');
    for (position, (field, column)) in parts.fields().iter().zip(parts.columns()).enumerate() {
        if position > 0 {
            json.push(',');
        }
        write_text(field.name(), json);
        json.push(':');
        write_value(column.as_ref(), row, json)?;
    }
    json.push('}');
    Ok(())
}

fn write_map(map: &MapArray, row: usize, json: &mut String) -> Result<(), ArrowError> {
    let entries = map.value(row);
    let options = FormatOptions::default();
    let names = ArrayFormatter::try_new(entries.column(0).as_ref(), &options)?;
    json.push('{');
    for position in 0..entries.len() {
        if position > 0 {
            json.push(',');
        }
        write_text(&names.value(position).try_to_string()?, json);
        json.push(':');
        write_value(entries.column(1).as_ref(), position, json)?;
    }
    json.push('}');
    Ok(())
}
