//! CSV with a header row.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::{FeedProduct, LineProblem};

/// Before the name of an attribute in the header.
const ATTRIBUTE: &str = "attr:";

/// Products with their line numbers.
pub fn read(input: impl Read) -> impl Iterator<Item = Result<(u64, FeedProduct), LineProblem>> {
    let mut reader = ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
    let headers = reader.headers().cloned();
    reader.into_records().map(move |row| {
        let unreadable = |error: &csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            LineProblem { line, field: "line".to_owned(), problem: error.to_string() }
        };
        let headers = headers.as_ref().map_err(unreadable)?;
        let row = row.map_err(|error| unreadable(&error))?;
        let line = row.position().map_or(0, csv::Position::line);
        let product = product_of(headers, &row).map_err(|(field, problem)| LineProblem { line, field, problem })?;
        Ok((line, product))
    })
}

fn product_of(headers: &StringRecord, row: &StringRecord) -> Result<FeedProduct, (String, String)> {
    let mut product = FeedProduct::default();
    for (header, cell) in headers.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
        let wrong = |problem: &str| (header.to_owned(), format!("{cell:?} is not {problem}"));
        let values = || cell.split('|').map(|value| value.trim().to_owned()).collect::<Vec<String>>();
        match header {
            "sku" => product.sku = cell.to_owned(),
            "name" => product.name = cell.to_owned(),
            "mpn" => product.mpn = Some(cell.to_owned()),
            "description" => product.description = cell.to_owned(),
            "brand" => product.brand = Some(cell.to_owned()),
            "gtin" => product.gtin = values(),
            "price_minor" => {
                product.price_minor = Some(cell.parse().map_err(|_| wrong("a whole number of minor units"))?);
            }
            "currency" => product.currency = Some(cell.to_owned()),
            "image" => product.images = values(),
            "category" => product.categories = values(),
            "stock" => product.stock = Some(cell.parse().map_err(|_| wrong("a whole number"))?),
            "updated_at" => {
                product.updated_at = Some(cell.parse().map_err(|_| wrong("a time like 2026-03-01T12:00:00Z"))?);
            }
            other => {
                if let Some(name) = other.strip_prefix(ATTRIBUTE) {
                    product.attributes.insert(name.to_owned(), attribute(cell));
                }
            }
        }
    }
    Ok(product)
}

fn attribute(cell: &str) -> serde_json::Value {
    match (cell, cell.parse::<f64>()) {
        ("true" | "yes", _) => true.into(),
        ("false" | "no", _) => false.into(),
        (_, Ok(number)) if number.is_finite() => number.into(),
        _ if cell.contains('|') => cell.split('|').map(str::trim).collect::<Vec<_>>().into(),
        _ => cell.into(),
    }
}
