//! The collector: what one search gathers in one pass.

use std::collections::BTreeMap;
use std::sync::Arc;

use coheron_core::ports::FacetValue;
use coheron_core::product_query::{FacetRequest, MAX_OFFSET, ProductQuery};
use indexmap::IndexMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

use super::facets::build_facets;
use super::filters::{SegmentFilters, Verdict, selections};
use super::ranking::{BestHits, Order, RankedHit};
use crate::reading::segment_columns::{NO_PRICE, SegmentColumns};
use crate::reading::snapshot::Snapshot;

#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) total: u64,
    /// The best hits, from the first up to the end of the asked page.
    pub(crate) addresses: Vec<DocAddress>,
    pub(crate) facets: IndexMap<String, Vec<FacetValue>>,
    pub(crate) price_range_minor: Option<(i64, i64)>,
}

pub(crate) struct PageCollector {
    snapshot: Arc<Snapshot>,
    query: ProductQuery,
    selections: BTreeMap<String, Vec<String>>,
    order: Order,
}

pub(crate) struct SegmentPass {
    ordinal: SegmentOrdinal,
    columns: Arc<SegmentColumns>,
    filters: SegmentFilters,
    order: Order,
    best: BestHits,
    /// By facet ordinal; empty where no facets are asked for.
    counts: Vec<u32>,
    total: u64,
    price_range: Option<(i64, i64)>,
}

pub(crate) struct SegmentFruit {
    pub(super) ordinal: SegmentOrdinal,
    pub(super) hits: Vec<RankedHit>,
    pub(super) counts: Vec<u32>,
    pub(super) total: u64,
    pub(super) price_range: Option<(i64, i64)>,
}

impl PageCollector {
    pub(crate) fn new(snapshot: Arc<Snapshot>, query: &ProductQuery) -> Self {
        Self {
            snapshot,
            selections: selections(query),
            order: Order::of(query.sort, query.text.is_some()),
            query: query.clone(),
        }
    }

    fn columns(&self, segment: SegmentOrdinal) -> Result<&Arc<SegmentColumns>, TantivyError> {
        let columns = self.snapshot.segments.get(segment as usize);
        columns.ok_or_else(|| TantivyError::InternalError("a segment without columns".to_owned()))
    }
}

impl Collector for PageCollector {
    type Fruit = Collected;
    type Child = SegmentPass;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentPass> {
        let columns = Arc::clone(self.columns(segment)?);
        let counted = if self.query.facets == FacetRequest::None { 0 } else { columns.facet_terms.len() };
        Ok(SegmentPass {
            ordinal: segment,
            filters: SegmentFilters::new(&columns, &self.selections, &self.query),
            order: self.order,
            best: BestHits::new(self.query.offset.min(MAX_OFFSET) + self.query.limit),
            counts: vec![0; counted],
            total: 0,
            price_range: None,
            columns,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Score
    }

    fn merge_fruits(&self, fruits: Vec<SegmentFruit>) -> tantivy::Result<Collected> {
        let mut hits = Vec::new();
        for fruit in &fruits {
            let columns = self.columns(fruit.ordinal)?;
            hits.extend(fruit.hits.iter().map(|hit| (fruit.ordinal, columns.as_ref(), *hit)));
        }
        hits.sort_unstable_by(|left, right| self.order.compare((left.1, left.2), (right.1, right.2)));
        hits.truncate(self.query.offset.min(MAX_OFFSET) + self.query.limit);
        let counts: Vec<(&SegmentColumns, &[u32])> = fruits
            .iter()
            .filter_map(|fruit| Some((self.columns(fruit.ordinal).ok()?.as_ref(), fruit.counts.as_slice())))
            .collect();
        let total = fruits.iter().map(|fruit| fruit.total).sum();
        Ok(Collected {
            total,
            addresses: hits.into_iter().map(|(segment, _, hit)| DocAddress::new(segment, hit.document)).collect(),
            facets: build_facets(&self.snapshot, &counts, &self.query.facets, &self.selections),
            price_range_minor: fruits.iter().filter_map(|fruit| fruit.price_range).reduce(widest),
        })
    }
}

impl SegmentCollector for SegmentPass {
    type Fruit = SegmentFruit;

    fn collect(&mut self, document: DocId, score: Score) {
        match self.filters.judge(&self.columns, document) {
            Verdict::Match => {
                self.total += 1;
                self.see_price(document);
                if !self.counts.is_empty() {
                    for ordinal in self.columns.facets_of(document) {
                        if let Some(count) = self.counts.get_mut(*ordinal as usize) {
                            *count += 1;
                        }
                    }
                }
                self.best.offer(self.order.rank(&self.columns, document, score));
            }
            Verdict::OnlyPriceFails => self.see_price(document),
            Verdict::OnlyKeyFails(ordinals) => {
                if !self.counts.is_empty() {
                    let of_key = self.columns.facets_of(document).iter().map(|ordinal| *ordinal as usize);
                    for ordinal in of_key.filter(|ordinal| ordinals.contains(ordinal)) {
                        if let Some(count) = self.counts.get_mut(ordinal) {
                            *count += 1;
                        }
                    }
                }
            }
            Verdict::Fail => {}
        }
    }

    fn harvest(self) -> SegmentFruit {
        SegmentFruit {
            ordinal: self.ordinal,
            hits: self.best.into_hits(),
            counts: self.counts,
            total: self.total,
            price_range: self.price_range,
        }
    }
}

impl SegmentPass {
    fn see_price(&mut self, document: DocId) {
        let price = self.columns.prices.get(document, NO_PRICE);
        if price != NO_PRICE {
            self.price_range = Some(self.price_range.map_or((price, price), |range| widest(range, (price, price))));
        }
    }
}

fn widest(left: (i64, i64), right: (i64, i64)) -> (i64, i64) {
    (left.0.min(right.0), left.1.max(right.1))
}
