//! Attribute keys of feeds.

use coheron_core::attribute::{AttributeValue, Attributes};

/// The key without the prefix that names its type (`t_` text, `n_` number, `b_` flag) and without stray underscores.
pub(super) fn tidy(key: &str) -> String {
    let unprefixed = ["t_", "n_", "b_"].iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
    let words: Vec<&str> = unprefixed.split(|mark: char| mark == '_' || mark.is_whitespace()).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_lowercase()
}

/// Adds a value under its tidy key. Two keys that differ only in their prefix are both kept, the later one numbered.
pub(super) fn insert(attributes: &mut Attributes, key: &str, value: AttributeValue) {
    let tidy_key = tidy(key);
    if tidy_key.is_empty() {
        return;
    }
    let mut free_key = tidy_key.clone();
    let mut number = 2;
    while attributes.contains_key(&free_key) {
        free_key = format!("{tidy_key}_{number}");
        number += 1;
    }
    attributes.insert(free_key, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_stray_underscores_go() {
        for (key, tidied) in [
            ("t_product_colour", "product_colour"),
            ("n_weight", "weight"),
            ("b_rohs_compliance", "rohs_compliance"),
            ("t__cable__length_", "cable_length"),
            ("Screen size", "screen_size"),
            ("tint", "tint"),
            ("t_", ""),
        ] {
            assert_eq!(tidy(key), tidied, "{key}");
        }
    }

    #[test]
    fn no_value_is_lost_when_keys_meet() {
        let mut attributes = Attributes::new();
        insert(&mut attributes, "n_width", AttributeValue::Number(3.0));
        insert(&mut attributes, "t_width", AttributeValue::Text("narrow".to_owned()));
        assert_eq!(attributes.keys().collect::<Vec<_>>(), ["width", "width_2"]);
    }
}
