//! Lists that a file writes as an array and the environment as one comma separated text.

use serde::{Deserialize, Deserializer};

/// For `#[serde(deserialize_with = "comma_list")]` on a list of texts.
pub fn comma_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        List(Vec<String>),
        Text(String),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::List(values) => values,
        Written::Text(text) => {
            text.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
        }
    })
}
