//! The columns of one segment, decoded once into plain memory. A segment never changes but for its deletions, so a
//! commit of one product loads one small segment and keeps all others.

use std::collections::HashMap;
use std::ops::Range;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader, TantivyError};

use super::live_numbers::LiveNumbers;
use super::newer_numbers::NewerNumbers;
use super::string_table::StringTable;
use super::vocabulary::Vocabulary;
use crate::schema::{
    CATEGORY_NAMES, FACETS, FINGERPRINT, Fields, INDEXED_AT, NAME, NEWNESS, ORDERABLE, POPULARITY, PRICE, SEPARATOR,
    SKU, VERSION,
};
use crate::writing::product_numbers::ProductNumbers;

/// Stands for "no price": no price is that low.
pub(crate) const NO_PRICE: i64 = i64::MIN;

#[derive(Debug)]
pub(crate) struct SegmentColumns {
    pub(crate) versions: LiveNumbers,
    /// The versions that the entries were written with.
    entry_versions: Vec<i64>,
    pub(crate) prices: LiveNumbers,
    /// 1 where it can be ordered now.
    orderable: LiveNumbers,
    /// The bits of floating-point numbers.
    popularity_bits: LiveNumbers,
    pub(crate) newness: LiveNumbers,
    pub(crate) fingerprints: Vec<i64>,
    pub(crate) sku_ordinals: Vec<u32>,
    pub(crate) skus: StringTable,
    pub(crate) name_ordinals: Vec<u32>,
    pub(crate) names: StringTable,
    /// `key SEPARATOR value`, sorted, so that the values of a key follow each other.
    pub(crate) facet_terms: StringTable,
    pub(crate) facet_keys: Vec<FacetKey>,
    facet_starts: Vec<u32>,
    facet_ordinals: Vec<u32>,
    /// Name by category id, with the time at which the latest product of that name was indexed.
    pub(crate) category_names: HashMap<String, (String, i64)>,
    pub(crate) vocabulary: Vocabulary,
}

/// A facet key and the ordinals of its values.
#[derive(Debug)]
pub(crate) struct FacetKey {
    pub(crate) key: String,
    pub(crate) ordinals: Range<usize>,
}

impl SegmentColumns {
    pub(crate) fn load(segment: &SegmentReader, fields: &Fields) -> Result<Self, TantivyError> {
        let columns = segment.fast_fields();
        let documents = 0..segment.max_doc();
        let numbers = |name: &str, absent: i64| -> Result<Vec<i64>, TantivyError> {
            let column: Column<i64> = columns.i64(name)?;
            Ok(documents.clone().map(|document| column.first(document).unwrap_or(absent)).collect())
        };
        let popularity = columns.f64(POPULARITY)?;
        let (skus, sku_ordinals) = load_single(columns.str(SKU)?, segment.max_doc())?;
        let (names, name_ordinals) = load_single(columns.str(NAME)?, segment.max_doc())?;
        let (facet_terms, facet_starts, facet_ordinals) = load_many(columns.str(FACETS)?, segment.max_doc())?;
        let (name_terms, name_starts, name_values) = load_many(columns.str(CATEGORY_NAMES)?, segment.max_doc())?;
        let indexed_at = numbers(INDEXED_AT, 0)?;
        let entry_versions = numbers(VERSION, i64::MIN)?;
        Ok(Self {
            versions: entry_versions.iter().copied().collect(),
            entry_versions,
            prices: numbers(PRICE, NO_PRICE)?.into_iter().collect(),
            orderable: numbers(ORDERABLE, 0)?.into_iter().collect(),
            popularity_bits: documents
                .clone()
                .map(|document| bits(popularity.first(document).unwrap_or(0.0)))
                .collect(),
            newness: numbers(NEWNESS, i64::MIN)?.into_iter().collect(),
            fingerprints: numbers(FINGERPRINT, 0)?,
            category_names: newest_names(&name_terms, &name_starts, &name_values, &indexed_at),
            facet_keys: facet_keys(&facet_terms),
            vocabulary: Vocabulary::load(segment, fields)?,
            sku_ordinals,
            skus,
            name_ordinals,
            names,
            facet_terms,
            facet_starts,
            facet_ordinals,
        })
    }

    /// Shows what is newer than these entries.
    pub(super) fn bring_up_to_date(&self, newer: &NewerNumbers) {
        if newer.is_empty() {
            return;
        }
        for document in (0..).take(self.fingerprints.len()) {
            if let Some(newer) = newer.get(self.sku_of(document))
                && self.is_outdated_by(document, &newer.numbers)
            {
                self.replace_numbers(document, &newer.numbers);
            }
        }
    }

    /// Whether these are newer numbers of the same texts as the entry's.
    pub(super) fn is_outdated_by(&self, document: DocId, numbers: &ProductNumbers) -> bool {
        self.fingerprints.get(document as usize) == Some(&numbers.fingerprint)
            && self.entry_versions.get(document as usize).is_some_and(|version| *version < numbers.version)
    }

    /// Replaces the numbers of a product whose texts stay as they are.
    pub(super) fn replace_numbers(&self, document: DocId, numbers: &ProductNumbers) {
        self.prices.set(document, numbers.price.unwrap_or(NO_PRICE));
        self.orderable.set(document, i64::from(numbers.is_orderable));
        self.popularity_bits.set(document, bits(numbers.popularity));
        self.newness.set(document, numbers.newness);
        self.versions.set(document, numbers.version);
    }

    pub(crate) fn is_orderable(&self, document: DocId) -> bool {
        self.orderable.get(document, 0) != 0
    }

    pub(crate) fn popularity(&self, document: DocId) -> f64 {
        f64::from_bits(self.popularity_bits.get(document, 0).cast_unsigned())
    }

    pub(crate) fn facets_of(&self, document: DocId) -> &[u32] {
        values_of(&self.facet_starts, &self.facet_ordinals, document as usize)
    }

    pub(crate) fn sku_of(&self, document: DocId) -> &str {
        self.skus.get(self.sku_ordinals.get(document as usize).map_or(0, |ordinal| *ordinal as usize))
    }

    pub(crate) fn name_of(&self, document: DocId) -> &str {
        self.names.get(self.name_ordinals.get(document as usize).map_or(0, |ordinal| *ordinal as usize))
    }

    pub(crate) fn facet_key(&self, key: &str) -> Option<&FacetKey> {
        let at = self.facet_keys.binary_search_by(|held| held.key.as_str().cmp(key)).ok()?;
        self.facet_keys.get(at)
    }

    /// The value part of a facet term.
    pub(crate) fn facet_value(&self, ordinal: usize) -> &str {
        self.facet_terms.get(ordinal).split_once(SEPARATOR).map_or("", |(_, value)| value)
    }
}

fn bits(number: f64) -> i64 {
    number.to_bits().cast_signed()
}

fn load_single(column: Option<StrColumn>, documents: DocId) -> Result<(StringTable, Vec<u32>), TantivyError> {
    let (terms, starts, ordinals) = load_many(column, documents)?;
    let first = |document: DocId| values_of(&starts, &ordinals, document as usize).first().copied().unwrap_or(0);
    let singles = (0..documents).map(first).collect();
    Ok((terms, singles))
}

/// The dictionary, and per document the run of its ordinals.
fn load_many(column: Option<StrColumn>, documents: DocId) -> Result<(StringTable, Vec<u32>, Vec<u32>), TantivyError> {
    let mut terms = StringTable::default();
    let mut starts = vec![0; documents as usize + 1];
    let mut ordinals = Vec::new();
    let Some(column) = column else { return Ok((terms, starts, ordinals)) };
    let mut stream = column.dictionary().stream()?;
    while stream.advance() {
        terms.push(std::str::from_utf8(stream.key()).unwrap_or_default());
    }
    for document in 0..documents {
        ordinals.extend(column.term_ords(document).map(|ordinal| u32::try_from(ordinal).unwrap_or(u32::MAX)));
        if let Some(end) = starts.get_mut(document as usize + 1) {
            *end = u32::try_from(ordinals.len()).unwrap_or(u32::MAX);
        }
    }
    Ok((terms, starts, ordinals))
}

fn values_of<'a>(starts: &[u32], ordinals: &'a [u32], document: usize) -> &'a [u32] {
    match starts.get(document..document + 2) {
        Some(&[start, end]) => ordinals.get(start as usize..end as usize).unwrap_or_default(),
        _ => &[],
    }
}

fn facet_keys(terms: &StringTable) -> Vec<FacetKey> {
    let mut keys: Vec<FacetKey> = Vec::new();
    for ordinal in 0..terms.len() {
        let key = terms.get(ordinal).split_once(SEPARATOR).map_or("", |(key, _)| key);
        match keys.last_mut() {
            Some(last) if last.key == key => last.ordinals.end = ordinal + 1,
            _ => keys.push(FacetKey { key: key.to_owned(), ordinals: ordinal..ordinal + 1 }),
        }
    }
    // A separator sorts below every letter, but a key that holds a control character may still break the order.
    keys.sort_by(|left, right| left.key.cmp(&right.key));
    keys
}

fn newest_names(
    terms: &StringTable,
    starts: &[u32],
    values: &[u32],
    indexed_at: &[i64],
) -> HashMap<String, (String, i64)> {
    let mut latest = vec![i64::MIN; terms.len()];
    for (document, time) in indexed_at.iter().enumerate() {
        for ordinal in values_of(starts, values, document) {
            if let Some(held) = latest.get_mut(*ordinal as usize) {
                *held = (*held).max(*time);
            }
        }
    }
    let mut names: HashMap<String, (String, i64)> = HashMap::new();
    for (ordinal, time) in latest.into_iter().enumerate() {
        let Some((id, name)) = terms.get(ordinal).split_once(SEPARATOR) else { continue };
        if names.get(id).is_none_or(|(_, held)| *held < time) {
            names.insert(id.to_owned(), (name.to_owned(), time));
        }
    }
    names
}
