//! Choosing a variant: one group of links per option, each leading to the variant that comes nearest.

use coheron_core::document::{DocumentVariant, ProductDocument};

use super::colour::{is_colour_key, tone_of};
use super::label::{key_label, value_label};
use crate::listing_address::encode;

#[derive(Debug, Clone)]
pub struct OptionGroup {
    pub key: String,
    pub label: String,
    pub chosen: String,
    pub choices: Vec<OptionChoice>,
    /// Every choice has a tone, so they are shown as swatches.
    pub is_colour: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionChoice {
    pub label: String,
    pub url: String,
    pub is_chosen: bool,
    /// The variant it leads to can be ordered.
    pub is_orderable: bool,
    pub tone: Option<&'static str>,
}

/// The variant of this SKU; else the one to show first: the cheapest that can be ordered, then the first.
pub fn choose_variant<'a>(document: &'a ProductDocument, sku: Option<&str>) -> Option<&'a DocumentVariant> {
    let asked = sku.and_then(|sku| document.variants.iter().find(|variant| variant.sku.as_str() == sku));
    asked
        .or_else(|| {
            let orderable = document.variants.iter().filter(|variant| variant.availability.is_orderable());
            orderable.min_by_key(|variant| variant.price.map_or(i64::MAX, |price| price.amount_minor))
        })
        .or_else(|| document.variants.first())
}

pub fn option_groups(document: &ProductDocument, chosen: &DocumentVariant) -> Vec<OptionGroup> {
    let mut keys: Vec<&str> = Vec::new();
    for variant in &document.variants {
        for key in variant.options.keys() {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
    }
    if keys.is_empty() {
        return if document.variants.len() > 1 { vec![group_by_sku(document, chosen)] } else { Vec::new() };
    }
    keys.into_iter().map(|key| group_by_option(document, chosen, key)).collect()
}

fn group_by_option(document: &ProductDocument, chosen: &DocumentVariant, key: &str) -> OptionGroup {
    let mut values: Vec<&str> = Vec::new();
    for value in document.variants.iter().filter_map(|variant| variant.options.get(key)) {
        if !values.contains(&value.as_str()) {
            values.push(value);
        }
    }
    let chosen_value = chosen.options.get(key).map(String::as_str);
    let choices: Vec<OptionChoice> = values
        .into_iter()
        .filter_map(|value| {
            let target = nearest(document, chosen, key, value)?;
            Some(OptionChoice {
                label: value_label(key, value),
                url: variant_url(document, target),
                is_chosen: chosen_value == Some(value),
                is_orderable: target.availability.is_orderable(),
                tone: is_colour_key(key).then(|| tone_of(value)).flatten(),
            })
        })
        .collect();
    OptionGroup {
        key: key.to_owned(),
        label: key_label(key),
        chosen: chosen_value.map(|value| value_label(key, value)).unwrap_or_default(),
        is_colour: !choices.is_empty() && choices.iter().all(|choice| choice.tone.is_some()),
        choices,
    }
}

/// Among the variants with this value, the one that shares most other options with the chosen one; the first in the
/// feed's order where several do.
fn nearest<'a>(
    document: &'a ProductDocument,
    chosen: &DocumentVariant,
    key: &str,
    value: &str,
) -> Option<&'a DocumentVariant> {
    let shared = |variant: &DocumentVariant| {
        let others = variant.options.iter().filter(|(other, _)| other.as_str() != key);
        others.filter(|(other, value)| chosen.options.get(*other) == Some(value)).count()
    };
    let candidates =
        document.variants.iter().filter(|variant| variant.options.get(key).map(String::as_str) == Some(value));
    candidates.rev().max_by_key(|variant| (shared(variant), variant.availability.is_orderable()))
}

/// Variants that a feed gave no options for are told apart by their SKU.
fn group_by_sku(document: &ProductDocument, chosen: &DocumentVariant) -> OptionGroup {
    let choices = document.variants.iter().map(|variant| OptionChoice {
        label: variant.sku.as_str().to_owned(),
        url: variant_url(document, variant),
        is_chosen: variant.sku == chosen.sku,
        is_orderable: variant.availability.is_orderable(),
        tone: None,
    });
    OptionGroup {
        key: "sku".to_owned(),
        label: "Version".to_owned(),
        chosen: chosen.sku.as_str().to_owned(),
        choices: choices.collect(),
        is_colour: false,
    }
}

fn variant_url(document: &ProductDocument, variant: &DocumentVariant) -> String {
    format!("{}?variant={}", document.url, encode(variant.sku.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn a_choice_keeps_the_other_options() {
        let document = sample::shirt();
        let chosen = choose_variant(&document, Some("PW-TS-MOSS-M")).expect("a variant");
        let groups = option_groups(&document, chosen);
        assert_eq!(groups.iter().map(|group| group.label.as_str()).collect::<Vec<_>>(), ["Colour", "Size"]);
        assert!(groups[0].is_colour);
        assert_eq!(groups[0].chosen, "Moss");
        let sky = groups[0].choices.iter().find(|choice| choice.label == "Sky").expect("a choice");
        assert_eq!(sky.url, format!("{}?variant=PW-TS-SKY-M", document.url));
        let large = groups[1].choices.iter().find(|choice| choice.label == "L").expect("a choice");
        assert!(!large.is_orderable, "moss in L is sold out");
        assert_eq!(groups[1].choices.iter().filter(|choice| choice.is_chosen).count(), 1);
    }

    #[test]
    fn the_first_variant_shown_can_be_ordered() {
        let document = sample::shirt();
        let chosen = choose_variant(&document, None).expect("a variant");
        assert!(chosen.availability.is_orderable());
        assert_eq!(chosen.price, document.price);
        assert_eq!(choose_variant(&document, Some("gone")), Some(chosen));
        assert_eq!(choose_variant(&sample::mug(), None), None);
    }

    #[test]
    fn variants_without_options_are_told_apart_by_sku() {
        let mut document = sample::shirt();
        for variant in &mut document.variants {
            variant.options.clear();
        }
        let chosen = choose_variant(&document, None).expect("a variant").clone();
        let groups = option_groups(&document, &chosen);
        assert_eq!((groups.len(), groups[0].choices.len()), (1, document.variants.len()));
    }
}
