//! Typed access to the fields of a JSON object, with errors that name the field. Unknown fields are ignored.

use chrono::DateTime;
use coheron_core::attribute::AttributeValue;
use coheron_core::change::{FieldProblem, Image};
use coheron_schemas::records::{Attribute, Variant, VariantOption};

use crate::ingest_error::IngestError;
use crate::json::ordered_value::{JsonObject, JsonValue};

/// The fields of one object. `path` stands before field names in messages, for example `variants.`.
pub(crate) struct JsonFields<'a> {
    object: &'a JsonObject,
    path: &'static str,
}

impl<'a> JsonFields<'a> {
    pub fn of_record(object: &'a JsonObject) -> Self {
        Self { object, path: "" }
    }

    pub fn text(&self, field: &str) -> Result<String, IngestError> {
        self.optional_text(field)?.ok_or_else(|| self.missing(field))
    }

    pub fn optional_text(&self, field: &str) -> Result<Option<String>, IngestError> {
        match self.present(field) {
            None => Ok(None),
            Some(JsonValue::Text(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(field, "must be a text")),
        }
    }

    pub fn integer(&self, field: &str) -> Result<i64, IngestError> {
        self.optional_integer(field)?.ok_or_else(|| self.missing(field))
    }

    pub fn optional_integer(&self, field: &str) -> Result<Option<i64>, IngestError> {
        let Some(value) = self.present(field) else { return Ok(None) };
        match value.as_integer() {
            Some(number) => Ok(Some(number)),
            None if field.ends_with("_minor") => {
                Err(self.wrong(field, "must be a whole number of minor units, for example 1999 for 19.99 EUR"))
            }
            None => Err(self.wrong(field, "must be a whole number of 64 bits")),
        }
    }

    pub fn optional_number(&self, field: &str) -> Result<Option<f64>, IngestError> {
        let Some(value) = self.present(field) else { return Ok(None) };
        value.as_number().map(Some).ok_or_else(|| self.wrong(field, "must be a number"))
    }

    /// Milliseconds since 1970, from a number of them or from RFC 3339.
    pub fn optional_time(&self, field: &str) -> Result<Option<i64>, IngestError> {
        let milliseconds = match self.present(field) {
            None => return Ok(None),
            Some(JsonValue::Text(text)) => DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_millis()),
            Some(value) => value.as_integer(),
        };
        let problem = "must be a time like 2026-03-01T12:00:00Z or milliseconds since 1970";
        milliseconds.map(Some).ok_or_else(|| self.wrong(field, problem))
    }

    pub fn texts(&self, field: &str) -> Result<Vec<String>, IngestError> {
        let wrong = || self.wrong(field, "must be a list of texts");
        let Some(value) = self.structured(field) else { return Ok(Vec::new()) };
        let items = value.as_list().ok_or_else(wrong)?;
        items.iter().map(|item| item.as_text().map(str::to_owned).ok_or_else(wrong)).collect()
    }

    /// `{"material": "Cotton", "weight_g": 220}`, or the list of names and values that Avro has.
    pub fn attributes(&self, field: &'static str) -> Result<Vec<Attribute>, IngestError> {
        self.named_values(field)?
            .into_iter()
            .map(|(name, value)| match attribute_value(&value) {
                Some(value) => Ok(Attribute { name, value }),
                None => {
                    Err(self.wrong(&format!("{field}.{name}"), "must be a text, a number, a flag or a list of texts"))
                }
            })
            .collect()
    }

    pub fn images(&self, field: &'static str) -> Result<Vec<Image>, IngestError> {
        self.objects(field, "images.", |image| {
            Ok(Image { url: image.text("url")?, alt: image.optional_text("alt")?.unwrap_or_default() })
        })
    }

    pub fn variants(&self, field: &'static str) -> Result<Vec<Variant>, IngestError> {
        self.objects(field, "variants.", |variant| {
            Ok(Variant {
                sku: variant.text("sku")?,
                options: variant.options("options")?,
                images: variant.images("images")?,
            })
        })
    }

    fn options(&self, field: &'static str) -> Result<Vec<VariantOption>, IngestError> {
        self.named_values(field)?
            .into_iter()
            .map(|(name, value)| match value {
                JsonValue::Text(value) => Ok(VariantOption { name, value }),
                _ => Err(self.wrong(field, "must be texts by name, for example {\"size\": \"M\"}")),
            })
            .collect()
    }

    fn objects<Item>(
        &self,
        field: &'static str,
        path: &'static str,
        read: impl Fn(&JsonFields<'_>) -> Result<Item, IngestError>,
    ) -> Result<Vec<Item>, IngestError> {
        let wrong = || self.wrong(field, "must be a list of objects");
        let Some(value) = self.structured(field) else { return Ok(Vec::new()) };
        let items = value.as_list().ok_or_else(wrong)?;
        items.iter().map(|item| read(&JsonFields { object: item.as_object().ok_or_else(wrong)?, path })).collect()
    }

    fn named_values(&self, field: &str) -> Result<Vec<(String, JsonValue)>, IngestError> {
        let wrong = || self.wrong(field, "must be an object, or a list of names and values");
        match self.structured(field) {
            None => Ok(Vec::new()),
            Some(JsonValue::Object(entries)) => Ok(entries.into_iter().collect()),
            Some(JsonValue::List(items)) => items
                .into_iter()
                .map(|item| {
                    let entry = item.as_object().ok_or_else(wrong)?;
                    let name = entry.get("name").and_then(JsonValue::as_text).ok_or_else(wrong)?.to_owned();
                    let value = entry.get("value").cloned().ok_or_else(wrong)?;
                    Ok((name, value))
                })
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// A list or object. Database connectors deliver JSON columns as text, so JSON within a text is read too.
    fn structured(&self, field: &str) -> Option<JsonValue> {
        let value = self.present(field)?;
        match value {
            JsonValue::Text(text) => serde_json::from_str(text).ok().or_else(|| Some(value.clone())),
            other => Some(other.clone()),
        }
    }

    /// Null and absence are the same.
    fn present(&self, field: &str) -> Option<&'a JsonValue> {
        self.object.get(field).filter(|value| !value.is_null())
    }

    fn missing(&self, field: &str) -> IngestError {
        IngestError::missing(format!("{}{field}", self.path))
    }

    fn wrong(&self, field: &str, problem: &str) -> IngestError {
        FieldProblem::new(format!("{}{field}", self.path), problem).into()
    }
}

fn attribute_value(value: &JsonValue) -> Option<AttributeValue> {
    match value {
        JsonValue::Flag(flag) => Some(AttributeValue::Flag(*flag)),
        JsonValue::Integer(_) | JsonValue::Number(_) => value.as_number().map(AttributeValue::Number),
        JsonValue::Text(text) => Some(AttributeValue::Text(text.clone())),
        JsonValue::List(items) => {
            items.iter().map(|item| item.as_text().map(str::to_owned)).collect::<Option<_>>().map(AttributeValue::List)
        }
        JsonValue::Null | JsonValue::Object(_) => None,
    }
}
