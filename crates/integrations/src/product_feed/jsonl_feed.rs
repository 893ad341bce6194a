//! Feeds of one JSON object per line.

use std::io::{BufRead, Read};

use chrono::{DateTime, Utc};
use coheron_core::attribute::{AttributeValue, Attributes};
use coheron_core::change::{FieldProblem, ProductFacts};
use serde_json::{Map, Value};

use super::feed_product::{FeedProduct, images_of, parse_categories, parse_price, parse_sku};
use super::{FeedError, MAX_LINE_BYTES, ProductFeed, attribute_key};

type Object = Map<String, Value>;

pub(super) fn read(text: Box<dyn BufRead + Send>) -> ProductFeed {
    Box::new(JsonLines { text, line: 0, buffer: Vec::new(), state: State::Open })
}

struct JsonLines {
    text: Box<dyn BufRead + Send>,
    line: u64,
    buffer: Vec<u8>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Open,
    /// At the end, or after an error of the file itself.
    Ended,
}

impl Iterator for JsonLines {
    type Item = Result<FeedProduct, FeedError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.state == State::Open {
            self.buffer.clear();
            let mut limited = (&mut self.text).take(MAX_LINE_BYTES);
            match limited.read_until(b'\n', &mut self.buffer) {
                Ok(0) => self.state = State::Ended,
                Ok(bytes) => {
                    self.line += 1;
                    if bytes as u64 == MAX_LINE_BYTES && !self.buffer.ends_with(b"\n") {
                        self.state = State::Ended;
                        let problem = FieldProblem::new("line", format!("is longer than {MAX_LINE_BYTES} bytes"));
                        return Some(Err(FeedError::at_line(self.line, problem)));
                    }
                    if !self.buffer.trim_ascii().is_empty() {
                        let product = parse(self.line, &self.buffer);
                        return Some(product.map_err(|problem| FeedError::at_line(self.line, problem)));
                    }
                }
                Err(source) => {
                    self.state = State::Ended;
                    return Some(Err(FeedError::Read { line: self.line, source }));
                }
            }
        }
        None
    }
}

fn parse(line: u64, bytes: &[u8]) -> Result<FeedProduct, FieldProblem> {
    let object: Object = serde_json::from_slice(bytes)
        .map_err(|error| FieldProblem::new("line", format!("is no JSON object: {error}")))?;
    let sku = parse_sku(text(&object, "sku")?.ok_or_else(|| FieldProblem::new("sku", "is missing"))?)?;
    let name = text(&object, "name")?.ok_or_else(|| FieldProblem::new("name", "is missing"))?.trim().to_owned();
    let categories = parse_categories(texts(&object, "categories")?.into_iter())?;
    let facts = ProductFacts {
        description: text(&object, "description")?.unwrap_or_default().to_owned(),
        brand: text(&object, "brand")?.map(str::trim).filter(|brand| !brand.is_empty()).map(str::to_owned),
        category_ids: categories.iter().map(|path| path.id()).collect(),
        attributes: attributes(&object)?,
        images: images_of(texts(&object, "images")?.into_iter(), &name),
        variants: Vec::new(),
        gtins: texts(&object, "gtin")?.into_iter().map(str::to_owned).collect(),
        mpn: text(&object, "mpn")?.map(str::to_owned),
        popularity: number(&object, "popularity")?.unwrap_or(0.0),
        released_at: time(&object, "updated_at")?,
        name,
    };
    facts.validate()?;
    let price = parse_price(integer(&object, "price_minor")?, text(&object, "currency")?)?;
    let stock =
        integer(&object, "stock")?.map(|on_hand| coheron_core::change::StockFacts { on_hand, last_order_number: None });
    Ok(FeedProduct { line, sku, facts, categories, price, stock })
}

fn present<'a>(object: &'a Object, field: &str) -> Option<&'a Value> {
    object.get(field).filter(|value| !value.is_null())
}

fn text<'a>(object: &'a Object, field: &str) -> Result<Option<&'a str>, FieldProblem> {
    let Some(value) = present(object, field) else { return Ok(None) };
    value.as_str().map(Some).ok_or_else(|| FieldProblem::new(field, "must be text"))
}

/// A list of texts; a single text counts as a list of one.
fn texts<'a>(object: &'a Object, field: &str) -> Result<Vec<&'a str>, FieldProblem> {
    let problem = || FieldProblem::new(field, "must be a list of texts");
    match present(object, field) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![text]),
        Some(Value::Array(values)) => values.iter().map(|value| value.as_str().ok_or_else(problem)).collect(),
        Some(_) => Err(problem()),
    }
}

fn integer(object: &Object, field: &str) -> Result<Option<i64>, FieldProblem> {
    let Some(value) = present(object, field) else { return Ok(None) };
    value.as_i64().map(Some).ok_or_else(|| FieldProblem::new(field, "must be a whole number"))
}

fn number(object: &Object, field: &str) -> Result<Option<f64>, FieldProblem> {
    let Some(value) = present(object, field) else { return Ok(None) };
    value.as_f64().map(Some).ok_or_else(|| FieldProblem::new(field, "must be a number"))
}

fn time(object: &Object, field: &str) -> Result<Option<DateTime<Utc>>, FieldProblem> {
    let Some(text) = text(object, field)? else { return Ok(None) };
    let time = DateTime::parse_from_rfc3339(text)
        .map_err(|_| FieldProblem::new(field, "must be a time like 2026-01-31T12:00:00Z"))?;
    Ok(Some(time.with_timezone(&Utc)))
}

fn attributes(object: &Object) -> Result<Attributes, FieldProblem> {
    let mut attributes = Attributes::new();
    let Some(given) = present(object, "attributes") else { return Ok(attributes) };
    let given = given.as_object().ok_or_else(|| FieldProblem::new("attributes", "must be an object"))?;
    for (key, value) in given {
        if value.is_null() {
            continue;
        }
        let value: AttributeValue = serde_json::from_value(value.clone()).map_err(|_| {
            FieldProblem::new(format!("attributes.{key}"), "must be text, a number, true or false, or a list of texts")
        })?;
        attribute_key::insert(&mut attributes, key, value);
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn feed(text: &str) -> Vec<Result<FeedProduct, FeedError>> {
        read(Box::new(Cursor::new(text.to_owned()))).collect()
    }

    #[test]
    fn a_whole_product_is_read() {
        let products = feed(
            r#"{"sku":"A-1","name":"Mug","mpn":"M1","description":"Round.","brand":"Kiln","gtin":["4006381333931"],"price_minor":1250,"currency":"EUR","images":["https://img.example/1.jpg"],"updated_at":"2024-05-01T00:00:00Z","attributes":{"t_material":"Stoneware","n_weight":330.5,"b_handmade":true},"categories":["Home > Kitchen > Mugs"],"stock":7}"#,
        );
        let product = products[0].as_ref().expect("a product");
        assert_eq!(product.line, 1);
        assert_eq!(product.facts.category_ids, ["home.kitchen.mugs"]);
        assert_eq!(product.facts.attributes["weight"], AttributeValue::Number(330.5));
        assert_eq!(product.facts.attributes["handmade"], AttributeValue::Flag(true));
        assert_eq!(product.facts.images[0].alt, "Mug");
        assert_eq!(product.price.as_ref().map(|price| price.amount_minor), Some(1250));
        assert_eq!(product.stock.as_ref().map(|stock| stock.on_hand), Some(7));
        assert_eq!(product.facts.released_at.map(|time| time.timestamp()), Some(1_714_521_600));
    }

    #[test]
    fn bad_lines_are_named_by_line_and_field_and_the_next_line_follows() {
        let products = feed(concat!(
            "{\"sku\":\"A\",\"name\":\"a\"}\n",
            "\n",
            "{\"sku\":\"B\"}\n",
            "{\"sku\":\"\",\"name\":\"c\"}\n",
            "{\"sku\":\"D\",\"name\":\"d\",\"price_minor\":-1,\"currency\":\"EUR\"}\n",
            "{\"sku\":\"E\",\"name\":\"e\",\"price_minor\":1.5,\"currency\":\"EUR\"}\n",
            "{\"sku\":\"F\",\"name\":\"f\",\"price_minor\":1,\"currency\":\"euro\"}\n",
            "{\"sku\":\"G\",\"name\":\"g\",\"attributes\":{\"t_x\":{}}}\n",
            "{\"sku\":\"H\",\"name\":\"h\",\"images\":[\"javascript:alert(1)\"]}\n",
            "{\"sku\":\"I\",\"name\n",
            "{\"sku\":\"J\",\"name\":\"j\",\"updated_at\":\"yesterday\"}\n",
            "{\"sku\":\"K\",\"name\":\"k\",\"categories\":[1]}\n",
            "{\"sku\":\"L\",\"name\":\"l\"}",
        ));
        let problems: Vec<(u64, String)> = products
            .iter()
            .filter_map(|product| match product {
                Err(FeedError::Line { line, field, .. }) => Some((*line, field.clone())),
                _ => None,
            })
            .collect();
        let expected = [
            (3, "name"),
            (4, "sku"),
            (5, "price_minor"),
            (6, "price_minor"),
            (7, "currency"),
            (8, "attributes.t_x"),
            (9, "images.url"),
            (10, "line"),
            (11, "updated_at"),
            (12, "categories"),
        ];
        assert_eq!(problems, expected.map(|(line, field)| (line, field.to_owned())));
        assert_eq!(products.iter().filter(|product| product.is_ok()).count(), 2);
    }

    #[test]
    fn a_line_without_end_stops_the_feed() {
        let endless = "x".repeat(usize::try_from(MAX_LINE_BYTES).expect("fits") + 10);
        let products = feed(&endless);
        assert_eq!(products.len(), 1);
        assert!(matches!(&products[0], Err(FeedError::Line { line: 1, field, .. }) if field == "line"));
    }
}
