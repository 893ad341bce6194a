//! Typed product attributes.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Attributes by key, in the order the ERP gave them.
pub type Attributes = IndexMap<String, AttributeValue>;

/// One attribute value. JSON and Avro carry the bare value: `"Cotton"`, `220`, `true`, `["S", "M"]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    }
}
