//! JSON values whose objects keep the order of their keys: the order of a product's attributes and of a variant's
//! options is the ERP's, whatever the JSON library was built with.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

pub(crate) type JsonObject = IndexMap<String, JsonValue>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JsonValue {
    Null,
    Flag(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<JsonValue>),
    Object(JsonObject),
}

impl JsonValue {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[JsonValue]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&JsonObject> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for JsonValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = JsonValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<JsonValue, E> {
        Ok(JsonValue::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<JsonValue, E> {
        Ok(JsonValue::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<JsonValue, E> {
        Ok(JsonValue::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<JsonValue, E> {
        Ok(i64::try_from(number).map_or(JsonValue::Number(number as f64), JsonValue::Integer))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<JsonValue, E> {
        Ok(JsonValue::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<JsonValue, E> {
        Ok(JsonValue::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<JsonValue, E> {
        Ok(JsonValue::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<JsonValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(JsonValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<JsonValue, A::Error> {
        let mut object = JsonObject::new();
        while let Some((key, value)) = entries.next_entry::<String, JsonValue>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key {key:?} stands twice")));
            }
            object.insert(key, value);
        }
        Ok(JsonValue::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_numbers_their_kind() {
        let value: JsonValue =
            serde_json::from_str(r#"{"size": 1, "colour": -2.5, "b": [null, true, "t"], "a": 18446744073709551615}"#)
                .expect("JSON");
        let object = value.as_object().expect("an object");
        assert_eq!(object.keys().collect::<Vec<_>>(), ["size", "colour", "b", "a"]);
        assert_eq!(object["size"], JsonValue::Integer(1));
        assert_eq!(object["colour"].as_number(), Some(-2.5));
        assert_eq!(object["a"].as_integer(), None);
        assert_eq!(object["b"].as_list().map(<[_]>::len), Some(3));
    }

    #[test]
    fn a_repeated_key_is_an_error() {
        let error = serde_json::from_str::<JsonValue>(r#"{"sku": "A", "sku": "B"}"#).expect_err("ambiguous");
        assert!(error.to_string().contains("sku"), "{error}");
    }
}
