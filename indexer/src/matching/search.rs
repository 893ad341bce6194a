//! One search: understand, match, count, page, highlight.

use std::sync::Arc;

use coheron_core::ports::{SearchHit, SearchPage};
use coheron_core::product_query::{MAX_OFFSET, ProductQuery, Sort};
use indexmap::IndexMap;
use tantivy::query::{AllQuery, Query};

use super::text_query::{Requirement, required_words, text_query};
use super::understanding::{UnderstoodQuery, understand};
use crate::collecting::collector::{Collected, PageCollector};
use crate::error::IndexerError;
use crate::highlight::highlight;
use crate::reading::snapshot::Snapshot;
use crate::words::WordAnalyzer;

/// With fewer full matches than this, products that lack some of the words are shown after them.
const ENOUGH_FULL_MATCHES: u64 = 12;

pub(crate) fn search_snapshot(snapshot: &Arc<Snapshot>, query: &ProductQuery) -> Result<SearchPage, IndexerError> {
    let mut analyzer = WordAnalyzer::new();
    let Some(text) = &query.text else {
        let collected = collect(snapshot, query, &AllQuery)?;
        return page(snapshot, query, &collected, None, &mut analyzer);
    };
    let understood = understand(snapshot, text, &mut analyzer);
    let collected = collect_text(snapshot, query, &understood)?;
    page(snapshot, query, &collected, Some(&understood), &mut analyzer)
}

/// Products with all words; where there are too few of them, also those with only some.
fn collect_text(
    snapshot: &Arc<Snapshot>,
    query: &ProductQuery,
    understood: &UnderstoodQuery,
) -> Result<Collected, IndexerError> {
    let Some(all_words) = text_query(understood, &snapshot.fields, Requirement::AllWords) else {
        return Ok(Collected::default());
    };
    let full = collect(snapshot, query, all_words.as_ref())?;
    let words = required_words(understood);
    // An order other than relevance would carry the partial matches to the top.
    let enough = if query.sort == Sort::Relevance { ENOUGH_FULL_MATCHES } else { 1 };
    if full.total >= enough || words < 2 {
        return Ok(full);
    }
    match text_query(understood, &snapshot.fields, Requirement::AnyWord) {
        Some(any_word) => collect(snapshot, query, any_word.as_ref()),
        None => Ok(full),
    }
}

fn collect(snapshot: &Arc<Snapshot>, query: &ProductQuery, matching: &dyn Query) -> Result<Collected, IndexerError> {
    let collector = PageCollector::new(Arc::clone(snapshot), query);
    snapshot.searcher.search(matching, &collector).map_err(IndexerError::engine("searching"))
}

fn page(
    snapshot: &Snapshot,
    query: &ProductQuery,
    collected: &Collected,
    understood: Option<&UnderstoodQuery>,
    analyzer: &mut WordAnalyzer,
) -> Result<SearchPage, IndexerError> {
    let offset = query.offset.min(MAX_OFFSET);
    let mut hits = Vec::new();
    for address in collected.addresses.iter().skip(offset).take(query.limit) {
        let document_json = snapshot.document_json(*address)?;
        let highlight = match understood {
            Some(understood) => highlight(&document_json, &understood.stems(), analyzer)?,
            None => IndexMap::new(),
        };
        hits.push(SearchHit { document_json, highlight });
    }
    Ok(SearchPage {
        hits,
        total: collected.total,
        facets: collected.facets.clone(),
        price_range_minor: collected.price_range_minor,
        did_you_mean: understood.and_then(|understood| understood.corrected.clone()),
    })
}
