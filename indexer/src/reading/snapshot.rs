//! One commit of a site's index, with everything that a search reads of it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use coheron_core::document::ProductDocument;
use coheron_core::sku::Sku;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument, Term};

use super::newer_numbers::{NewerNumbers, NewerProduct};
use super::segment_columns::SegmentColumns;
use super::vocabulary::{Vocabulary, WordShape};
use crate::error::IndexerError;
use crate::schema::{Fields, TermKind};

pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    /// In the order of the searcher's segments.
    pub(crate) segments: Vec<Arc<SegmentColumns>>,
    newer: Arc<NewerNumbers>,
    overview: OnceLock<Overview>,
}

/// A product as an index holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IndexedProduct {
    pub(crate) address: DocAddress,
    pub(crate) version: i64,
    pub(crate) fingerprint: i64,
}

/// Products by category id and by brand over the whole catalogue.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    pub(crate) categories: BTreeMap<String, u64>,
    pub(crate) brands: BTreeMap<String, u64>,
}

impl Snapshot {
    pub(crate) fn new(
        searcher: Searcher,
        fields: Fields,
        segments: Vec<Arc<SegmentColumns>>,
        newer: Arc<NewerNumbers>,
    ) -> Self {
        Self { searcher, fields, segments, newer, overview: OnceLock::new() }
    }

    /// Where a product stands, and what of it.
    pub(crate) fn find(&self, sku: &str) -> Result<Option<IndexedProduct>, IndexerError> {
        let failed = IndexerError::engine("looking up a product");
        let term = TermKind::Sku.term(&self.fields, sku);
        let mut newest: Option<IndexedProduct> = None;
        for ((ordinal, segment), columns) in (0..).zip(self.searcher.segment_readers()).zip(&self.segments) {
            let inverted_index = segment.inverted_index(self.fields.terms).map_err(&failed)?;
            let postings = inverted_index.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(|error| failed(error.into()))? else { continue };
            while postings.doc() != TERMINATED {
                let document = postings.doc();
                let version = columns.versions.get(document, i64::MIN);
                if !segment.is_deleted(document) && newest.is_none_or(|newest| newest.version < version) {
                    let fingerprint = columns.fingerprints.get(document as usize).copied().unwrap_or(0);
                    newest = Some(IndexedProduct { address: DocAddress::new(ordinal, document), version, fingerprint });
                }
                postings.advance();
            }
        }
        Ok(newest)
    }

    /// Shows a product with other numbers: its texts must be the same.
    pub(crate) fn replace(&self, address: DocAddress, sku: &Sku, newer: NewerProduct) {
        if let Some(columns) = self.segments.get(address.segment_ord as usize) {
            let numbers = newer.numbers;
            self.newer.insert(sku.clone(), newer);
            columns.replace_numbers(address.doc_id, &numbers);
        }
    }

    /// The document as it is now.
    pub(crate) fn document_json(&self, address: DocAddress) -> Result<String, IndexerError> {
        let entry = self.entry_json(address)?;
        match self.newer_than_entry(address) {
            Some(newer) => newer.in_document.written_into(&entry).map_err(IndexerError::StoredDocument),
            None => Ok(entry),
        }
    }

    /// The document as it was when its entry was written.
    pub(crate) fn entry_json(&self, address: DocAddress) -> Result<String, IndexerError> {
        let stored: TantivyDocument = self.searcher.doc(address).map_err(IndexerError::engine("reading a document"))?;
        Ok(stored.get_first(self.fields.document).and_then(|json| json.as_str()).unwrap_or_default().to_owned())
    }

    /// Whether these numbers are newer than the product's entry, and of its texts.
    pub(crate) fn shows(&self, sku: &Sku, newer: &Arc<NewerProduct>) -> bool {
        let Ok(Some(entry)) = self.find(sku.as_str()) else { return false };
        self.newer_than_entry(entry.address).is_some_and(|shown| Arc::ptr_eq(&shown, newer))
    }

    fn newer_than_entry(&self, address: DocAddress) -> Option<Arc<NewerProduct>> {
        let columns = self.segments.get(address.segment_ord as usize)?;
        let newer = self.newer.get(columns.sku_of(address.doc_id))?;
        columns.is_outdated_by(address.doc_id, &newer.numbers).then_some(newer)
    }

    pub(crate) fn content_hashes(&self) -> Result<BTreeMap<Sku, [u8; 32]>, IndexerError> {
        let mut hashes = BTreeMap::new();
        for (ordinal, segment) in (0u32..).zip(self.searcher.segment_readers()) {
            for document in segment.doc_ids_alive() {
                let json = self.document_json(DocAddress::new(ordinal, document))?;
                let product: ProductDocument = serde_json::from_str(&json).map_err(IndexerError::StoredDocument)?;
                let hash = product.content_hash();
                hashes.insert(product.sku, hash);
            }
        }
        Ok(hashes)
    }

    pub(crate) fn overview(&self) -> &Overview {
        self.overview.get_or_init(|| self.count_overview())
    }

    /// The latest name of a category.
    pub(crate) fn category_name(&self, id: &str) -> Option<&str> {
        let names = self.segments.iter().filter_map(|columns| columns.category_names.get(id));
        names.max_by_key(|(_, indexed_at)| *indexed_at).map(|(name, _)| name.as_str())
    }

    pub(crate) fn products_with_word(&self, word: &str) -> u32 {
        self.vocabularies().map(|vocabulary| vocabulary.products_with(word)).sum()
    }

    /// Words that begin with the prefix, with the number of products that have them.
    pub(crate) fn words_with_prefix(&self, prefix: &str) -> BTreeMap<&str, u32> {
        sum_by_word(self.vocabularies().flat_map(|vocabulary| vocabulary.with_prefix(prefix)))
    }

    /// Words that may be within this many edits of a word.
    pub(crate) fn words_near(&self, word: &str, edits: u8) -> BTreeMap<&str, u32> {
        let shape = WordShape::of(word);
        sum_by_word(self.vocabularies().flat_map(move |vocabulary| vocabulary.near(shape, edits)))
    }

    /// In how many products the stem stands.
    pub(crate) fn products_with_stem(&self, stem: &str) -> u64 {
        self.searcher.doc_freq(&Term::from_field_text(self.fields.text, stem)).unwrap_or(0)
    }

    fn vocabularies(&self) -> impl Iterator<Item = &Vocabulary> {
        self.segments.iter().map(|columns| &columns.vocabulary)
    }

    fn count_overview(&self) -> Overview {
        let mut overview = Overview::default();
        for (segment, columns) in self.searcher.segment_readers().iter().zip(&self.segments) {
            let mut counts = vec![0u64; columns.facet_terms.len()];
            for document in segment.doc_ids_alive() {
                for ordinal in columns.facets_of(document) {
                    if let Some(count) = counts.get_mut(*ordinal as usize) {
                        *count += 1;
                    }
                }
            }
            for (key, totals) in [("category", &mut overview.categories), ("brand", &mut overview.brands)] {
                let ordinals = columns.facet_key(key).map_or(0..0, |key| key.ordinals.clone());
                for ordinal in ordinals.filter(|ordinal| counts.get(*ordinal).is_some_and(|count| *count > 0)) {
                    let total = totals.entry(columns.facet_value(ordinal).to_owned()).or_insert(0);
                    *total += counts.get(ordinal).copied().unwrap_or(0);
                }
            }
        }
        overview
    }
}

fn sum_by_word<'a>(words: impl Iterator<Item = (&'a str, u32)>) -> BTreeMap<&'a str, u32> {
    let mut sums = BTreeMap::new();
    for (word, products) in words {
        *sums.entry(word).or_insert(0) += products;
    }
    sums
}
