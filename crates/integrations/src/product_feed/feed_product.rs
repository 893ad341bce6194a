//! One product of a feed, whatever the file format.

use chrono::{DateTime, Utc};
use coheron_core::attribute::{AttributeValue, Attributes};
use indexmap::IndexMap;
use serde::Deserialize;

/// Fields as feeds name them. Unknown fields are ignored: feeds carry much that a shop does not need.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FeedProduct {
    pub sku: String,
    pub name: String,
    pub mpn: Option<String>,
    pub description: String,
    pub brand: Option<String>,
    pub gtin: Vec<String>,
    /// Minor units of `currency`.
    pub price_minor: Option<i64>,
    pub currency: Option<String>,
    pub images: Vec<String>,
    pub updated_at: Option<DateTime<Utc>>,
    /// Paths such as `Home > Kitchen > Mugs`.
    pub categories: Vec<String>,
    pub stock: Option<i64>,
    pub attributes: IndexMap<String, serde_json::Value>,
}

impl FeedProduct {
    /// Attributes with tidy keys; values that are neither text, number, flag nor list of texts are left out.
    pub fn tidy_attributes(&self) -> Attributes {
        let tidy = self.attributes.iter().filter_map(|(key, value)| {
            let value = serde_json::from_value::<AttributeValue>(value.clone()).ok()?;
            Some((tidy_key(key), value))
        });
        tidy.collect()
    }
}

fn tidy_key(key: &str) -> String {
    let bare = ["t_", "n_", "b_"].iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
    let words: Vec<&str> = bare.split(['_', ' ']).filter(|word| !word.is_empty()).collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lose_prefixes_and_stray_underscores() {
        assert_eq!(tidy_key("t_contrast_ratio__typical_"), "contrast_ratio_typical");
        assert_eq!(tidy_key("colour"), "colour");
    }
}
