//! Typed product attributes.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Attributes by key, in the order the ERP gave them.
pub type Attributes = IndexMap<String, AttributeValue>;

/// One attribute value. JSON and Avro carry the bare value: `"Cotton"`, `220`, `true`, `["S", "M"]`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AttributeValue {
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<String>),
}

impl AttributeValue {
    /// The values as shoppers and facets see them; a list gives one entry per element.
    pub fn display_values(&self) -> Vec<String> {
        match self {
            Self::Flag(true) => vec!["yes".to_owned()],
            Self::Flag(false) => vec!["no".to_owned()],
            Self::Number(number) => vec![number.to_string()],
            Self::Text(text) => vec![text.clone()],
            Self::List(values) => values.clone(),
        }
    }
}

/// Tells the kinds apart by what stands there. (What serde derives for untagged enums tries one kind after the other, on a
/// copy, and documents have hundreds of values.)
impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BareValue)
    }
}

struct BareValue;

impl<'de> Visitor<'de> for BareValue {
    type Value = AttributeValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a number, true, false or a list of texts")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Flag(flag))
    }

    #[expect(clippy::cast_precision_loss, reason = "attributes are floats; larger integers are identifiers, and texts")]
    fn visit_i64<E>(self, number: i64) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "attributes are floats; larger integers are identifiers, and texts")]
    fn visit_u64<E>(self, number: u64) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<AttributeValue, A::Error> {
        let mut values = Vec::with_capacity(elements.size_hint().unwrap_or_default().min(64));
        while let Some(value) = elements.next_element()? {
            values.push(value);
        }
        Ok(AttributeValue::List(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_json_values_keep_their_type() {
        let attributes: Attributes =
            serde_json::from_str(r#"{"material": "Cotton", "weight_g": 220, "organic": true, "sizes": ["S", "M"]}"#)
                .expect("attributes");
        assert_eq!(attributes["weight_g"], AttributeValue::Number(220.0));
        assert_eq!(attributes["weight_g"].display_values(), ["220"]);
        assert_eq!(attributes["organic"].display_values(), ["yes"]);
        assert_eq!(attributes["sizes"].display_values(), ["S", "M"]);
        let numbers: Attributes = serde_json::from_str(r#"{"a": -3, "b": 2.5, "c": false}"#).expect("attributes");
        assert_eq!(
            numbers.values().collect::<Vec<_>>(),
            [&AttributeValue::Number(-3.0), &AttributeValue::Number(2.5), &AttributeValue::Flag(false)]
        );
    }

    #[test]
    fn other_json_is_refused_with_what_is_expected() {
        for json in ["null", "{}", "[1]", "[[]]"] {
            let error = serde_json::from_str::<AttributeValue>(json).expect_err(json).to_string();
            assert!(error.contains("expected a"), "{json}: {error}");
        }
    }
}
