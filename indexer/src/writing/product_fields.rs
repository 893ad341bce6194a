//! The index document of a product.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use coheron_core::attribute::AttributeValue;
use coheron_core::document::ProductDocument;
use tantivy::TantivyDocument;

use super::incoming::StoredProduct;
use super::phrases::{name_phrases, whole_phrase};
use crate::schema::{Fields, SEPARATOR, TermKind};
use crate::weighted_text::{
    ATTRIBUTE_WEIGHT, BRAND_WEIGHT, CATEGORY_WEIGHT, DESCRIPTION_WEIGHT, NAME_WEIGHT, weighted,
};
use crate::words::{WordAnalyzer, compact_identifier};

/// What of a description is searched. Its end is legal text and repetition.
const MAX_DESCRIPTION_BYTES: usize = 20_000;
/// Longer values are texts, not choices.
const MAX_FACET_BYTES: usize = 320;
const MAX_FACETS: usize = 1_000;
const MAX_COMPOUND_BYTES: usize = 24;
const BRAND: &str = "brand";
const CATEGORY: &str = "category";

/// `json` is stored as it came, so that a hit is the document that was published, byte for byte.
pub(crate) fn product_fields(fields: &Fields, stored: &StoredProduct, now: DateTime<Utc>) -> TantivyDocument {
    let StoredProduct { document: product, json, numbers } = stored;
    let mut document = TantivyDocument::new();
    document.add_text(fields.sku, product.sku.as_str());
    document.add_text(fields.document, json);
    document.add_i64(fields.version, numbers.version);
    document.add_i64(fields.fingerprint, numbers.fingerprint);
    document.add_i64(fields.orderable, i64::from(numbers.is_orderable));
    document.add_f64(fields.popularity, numbers.popularity);
    document.add_i64(fields.newness, numbers.newness);
    document.add_i64(fields.indexed_at, now.timestamp_micros());
    document.add_text(fields.name, truncate(&product.name.to_lowercase(), MAX_FACET_BYTES));
    if let Some(price) = numbers.price {
        document.add_i64(fields.price, price);
    }
    let mut analyzer = WordAnalyzer::new();
    let mut terms = BTreeSet::from([TermKind::Sku.text(product.sku.as_str())]);
    terms.extend(identifiers(product).iter().map(|identifier| TermKind::Identifier.text(identifier)));
    terms.extend(phrases(product, &mut analyzer).iter().map(|phrase| TermKind::Phrase.text(phrase)));
    for (weight, text) in texts(product) {
        terms.extend(analyzer.words(&text).iter().map(|word| TermKind::Word.text(&word.text)));
        document.add_text(fields.text, weighted(weight, &text));
    }
    for term in terms {
        document.add_text(fields.terms, term);
    }
    add_facets(&mut document, fields, product);
    document
}

/// What is searched, with its weight.
fn texts(product: &ProductDocument) -> Vec<(u8, String)> {
    let mut texts = Vec::new();
    let mut add = |weight: u8, text: &str| texts.push((weight, text.to_owned()));
    add(NAME_WEIGHT, &product.name);
    if let Some(brand) = &product.brand {
        add(BRAND_WEIGHT, brand);
    }
    add(NAME_WEIGHT, &joined_compounds(&product.name));
    let category_names: BTreeSet<&str> =
        product.categories.iter().flat_map(|category| &category.path).map(|crumb| crumb.name.as_str()).collect();
    for name in category_names {
        add(CATEGORY_WEIGHT, name);
    }
    for (key, value) in &product.attributes {
        match value {
            // "organic: yes" is found by "organic", not by "yes".
            AttributeValue::Flag(true) => add(ATTRIBUTE_WEIGHT, &readable_key(key)),
            AttributeValue::Flag(false) => {}
            AttributeValue::Number(_) | AttributeValue::Text(_) | AttributeValue::List(_) => {
                add(ATTRIBUTE_WEIGHT, &value.display_values().join(" "));
            }
        }
    }
    let option_values: BTreeSet<&str> =
        product.variants.iter().flat_map(|variant| variant.options.values()).map(String::as_str).collect();
    for value in option_values {
        add(ATTRIBUTE_WEIGHT, value);
    }
    add(DESCRIPTION_WEIGHT, truncate(&product.description, MAX_DESCRIPTION_BYTES));
    texts
}

fn identifiers(product: &ProductDocument) -> BTreeSet<String> {
    std::iter::once(product.sku.as_str())
        .chain(product.variants.iter().map(|variant| variant.sku.as_str()))
        .chain(product.mpn.as_deref())
        .chain(product.gtins.iter().map(String::as_str))
        .flat_map(|identifier| [identifier.to_lowercase(), compact_identifier(identifier)])
        .filter(|identifier| !identifier.is_empty() && identifier.len() <= MAX_FACET_BYTES)
        .collect()
}

fn add_facets(document: &mut TantivyDocument, fields: &Fields, product: &ProductDocument) {
    let mut facets = BTreeSet::new();
    let mut category_names = BTreeSet::new();
    if let Some(brand) = &product.brand {
        facets.insert(facet_term(BRAND, brand));
    }
    for category in &product.categories {
        facets.insert(facet_term(CATEGORY, &category.id));
        for crumb in &category.path {
            facets.insert(facet_term(CATEGORY, &crumb.id));
            category_names.insert(facet_term(&crumb.id, &crumb.name));
        }
    }
    for (key, value) in product.attributes.iter().filter(|(key, _)| !is_reserved(key)) {
        facets.extend(value.display_values().iter().map(|value| facet_term(key, value)));
    }
    for (key, value) in product.variants.iter().flat_map(|variant| &variant.options) {
        if !is_reserved(key) {
            facets.insert(facet_term(key, value));
        }
    }
    for facet in facets.into_iter().filter(|facet| facet.len() <= MAX_FACET_BYTES).take(MAX_FACETS) {
        document.add_text(fields.facets, facet);
    }
    for name in category_names.into_iter().filter(|name| name.len() <= MAX_FACET_BYTES) {
        document.add_text(fields.category_names, name);
    }
}

fn phrases(product: &ProductDocument, analyzer: &mut WordAnalyzer) -> BTreeSet<String> {
    let mut phrases = BTreeSet::new();
    name_phrases(&analyzer.words(&product.name), &mut phrases);
    let brand = product.brand.as_deref().unwrap_or_default();
    whole_phrase(&analyzer.words(brand), &mut phrases);
    for category in &product.categories {
        whole_phrase(&analyzer.words(&category.name), &mut phrases);
        whole_phrase(&analyzer.words(&format!("{brand} {}", category.name)), &mut phrases);
    }
    phrases
}

pub(crate) fn facet_term(key: &str, value: &str) -> String {
    format!("{key}{SEPARATOR}{value}")
}

/// Whether an attribute or option of this key would be read as the product's brand or as a category of the tree.
fn is_reserved(key: &str) -> bool {
    let read_as = key.split_once(SEPARATOR).map_or(key, |(before, _)| before);
    read_as == BRAND || read_as == CATEGORY
}

/// `T-shirt` is also looked for as `tshirt`.
fn joined_compounds(name: &str) -> String {
    let is_compound = |word: &&str| {
        let mut parts = word.split('-');
        word.contains('-')
            && word.len() <= MAX_COMPOUND_BYTES
            && parts.all(|part| !part.is_empty() && part.chars().all(char::is_alphabetic))
    };
    let words = name.split(|character: char| !character.is_alphanumeric() && character != '-');
    words.filter(is_compound).map(|word| word.replace('-', "")).collect::<Vec<_>>().join(" ")
}

fn readable_key(key: &str) -> String {
    let bare = ["t_", "n_", "b_"].iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
    bare.replace(['_', '.'], " ")
}

fn truncate(text: &str, most_bytes: usize) -> &str {
    let mut end = text.len().min(most_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
