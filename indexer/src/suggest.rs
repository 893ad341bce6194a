//! Completions while a shopper types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use coheron_core::change::Image;
use coheron_core::document::category_url;
use coheron_core::money::Money;
use coheron_core::ports::{CategorySuggestion, ProductSuggestion, Suggestions};
use coheron_core::product_query::{ProductQuery, Sort};
use coheron_core::sku::Sku;
use serde::Deserialize;

use crate::error::IndexerError;
use crate::matching::search::search_snapshot;
use crate::matching::spelling::{corrections, nearest_prefix};
use crate::reading::snapshot::Snapshot;
use crate::schema::TermKind;
use crate::words::WordAnalyzer;

/// Phrases of the dictionary that are looked at; the range of a single letter is longer.
const MOST_PHRASES_READ: usize = 4_000;
/// A phrase of one product is that product's name, not a query.
const COMMON_FROM_PRODUCTS: u32 = 2;

#[derive(Deserialize)]
struct SuggestedProduct {
    sku: Sku,
    name: String,
    url: String,
    images: Vec<Image>,
    price: Option<Money>,
}

/// At most `limit` of each kind.
pub(crate) fn suggest(snapshot: &Arc<Snapshot>, typed: &str, limit: usize) -> Result<Suggestions, IndexerError> {
    let mut analyzer = WordAnalyzer::new();
    let words: Vec<String> = analyzer.words(typed).into_iter().map(|word| word.text).collect();
    if words.is_empty() {
        return Ok(Suggestions::default());
    }
    let found = SearchedProducts::find(snapshot, typed, limit)?;
    let mut start = words.join(" ");
    if typed.ends_with(char::is_whitespace) {
        start.push(' ');
    }
    let mut queries = phrases(snapshot, &start, limit)?;
    if queries.is_empty()
        && let Some(corrected) = corrected_start(snapshot, &words).or_else(|| found.did_you_mean.clone())
    {
        queries = phrases(snapshot, &corrected, limit)?;
        start = corrected;
    }
    let overview = snapshot.overview();
    let brands = overview.brands.iter().filter(|(brand, _)| has_words_starting(brand, &start, &mut analyzer));
    let brands = most_common(brands.map(|(brand, count)| (*count, brand.clone())), limit);
    let mut names = Vec::new();
    for (id, count) in &overview.categories {
        if let Some(name) = snapshot.category_name(id)
            && has_words_starting(name, &start, &mut analyzer)
        {
            names.push((*count, (id.clone(), name.to_owned())));
        }
    }
    let categories = most_common(names.into_iter(), limit)
        .into_iter()
        .map(|(id, name)| CategorySuggestion { url: category_url(&id, &name), id, name })
        .collect();
    Ok(Suggestions { queries, products: found.products, categories, brands })
}

struct SearchedProducts {
    products: Vec<ProductSuggestion>,
    did_you_mean: Option<String>,
}

impl SearchedProducts {
    fn find(snapshot: &Arc<Snapshot>, typed: &str, limit: usize) -> Result<Self, IndexerError> {
        let query =
            ProductQuery { text: Some(typed.to_owned()), sort: Sort::Relevance, limit, ..ProductQuery::default() };
        let page = search_snapshot(snapshot, &query)?;
        let mut products = Vec::with_capacity(page.hits.len());
        for hit in &page.hits {
            let product: SuggestedProduct =
                serde_json::from_str(&hit.document_json).map_err(IndexerError::StoredDocument)?;
            products.push(ProductSuggestion {
                sku: product.sku,
                name: product.name,
                url: product.url,
                image_url: product.images.into_iter().next().map(|image| image.url),
                price: product.price,
            });
        }
        Ok(Self { products, did_you_mean: page.did_you_mean })
    }
}

/// The commonest phrases that begin with the text; shorter ones first among equals.
fn phrases(snapshot: &Snapshot, start: &str, limit: usize) -> Result<Vec<String>, IndexerError> {
    let failed = IndexerError::engine("reading phrases");
    let first = TermKind::Phrase.text(start);
    let mut products: BTreeMap<String, u32> = BTreeMap::new();
    for segment in snapshot.searcher.segment_readers() {
        let inverted_index = segment.inverted_index(snapshot.fields.terms).map_err(&failed)?;
        let range = inverted_index.terms().range().ge(first.as_bytes());
        let mut terms = range.into_stream().map_err(|error| failed(error.into()))?;
        let mut read = 0;
        while terms.advance() && terms.key().starts_with(first.as_bytes()) && read < MOST_PHRASES_READ {
            read += 1;
            let phrase = terms.key().strip_prefix(TermKind::Phrase.prefix().as_bytes()).unwrap_or_default();
            if let Ok(phrase) = std::str::from_utf8(phrase) {
                *products.entry(phrase.to_owned()).or_insert(0) += terms.value().doc_freq;
            }
        }
    }
    let common = products.iter().any(|(_, products)| *products >= COMMON_FROM_PRODUCTS);
    let mut ranked: Vec<(&String, &u32)> =
        products.iter().filter(|(_, products)| !common || **products >= COMMON_FROM_PRODUCTS).collect();
    ranked.sort_by(|left, right| right.1.cmp(left.1).then(left.0.len().cmp(&right.0.len())).then(left.0.cmp(right.0)));
    Ok(ranked.into_iter().take(limit).map(|(phrase, _)| phrase.clone()).collect())
}

/// Each finished word that the catalogue does not know is replaced by its nearest; the last one as far as it is typed.
fn corrected_start(snapshot: &Snapshot, words: &[String]) -> Option<String> {
    let (last, finished) = words.split_last()?;
    let mut corrected: Vec<String> = Vec::with_capacity(words.len());
    for word in finished {
        let is_known = snapshot.products_with_word(word) > 0;
        let nearest = if is_known { None } else { corrections(snapshot, word).into_iter().next() };
        corrected.push(nearest.unwrap_or_else(|| word.clone()));
    }
    corrected.push(nearest_prefix(snapshot, last).unwrap_or_else(|| last.clone()));
    let corrected = corrected.join(" ");
    (corrected != words.join(" ")).then_some(corrected)
}

/// Whether every typed word begins a word of the name.
fn has_words_starting(name: &str, start: &str, analyzer: &mut WordAnalyzer) -> bool {
    let words: BTreeSet<String> = analyzer.words(name).into_iter().map(|word| word.text).collect();
    start.split_whitespace().all(|typed| words.iter().any(|word| word.starts_with(typed)))
}

fn most_common<T: Ord>(counted: impl Iterator<Item = (u64, T)>, most: usize) -> Vec<T> {
    let mut counted: Vec<(u64, T)> = counted.collect();
    counted.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    counted.into_iter().take(most).map(|(_, item)| item).collect()
}
