//! Order of the hits: within a segment by numbers, between segments also by strings.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use coheron_core::product_query::Sort;
use tantivy::DocId;

use crate::reading::segment_columns::{NO_PRICE, SegmentColumns};

/// What availability and popularity add at most to a text score, as a part of it: they decide between equals.
const AVAILABILITY_BOOST: f64 = 0.02;
const POPULARITY_BOOST: f64 = 0.02;

/// How hits are ordered: the query's sort, with relevance split by whether there is a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Score,
    PopularThenNew,
    By(Sort),
}

/// A hit of one segment. Greater is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RankedHit {
    /// Comparable between segments, except for the order by name.
    pub(super) rank: (u64, u64),
    pub(super) sku_ordinal: u32,
    pub(super) document: DocId,
}

/// Keeps the best hits of a segment.
pub(super) struct BestHits {
    most: usize,
    worst_first: BinaryHeap<Reverse<RankedHit>>,
}

impl Order {
    pub(super) fn of(sort: Sort, has_text: bool) -> Self {
        match sort {
            Sort::Relevance if has_text => Self::Score,
            Sort::Relevance => Self::PopularThenNew,
            other => Self::By(other),
        }
    }

    pub(super) fn rank(self, columns: &SegmentColumns, document: DocId, score: f32) -> RankedHit {
        let at = document as usize;
        let price = columns.prices.get(document, NO_PRICE);
        let popularity = columns.popularity(document);
        let newness = ordered_i64(columns.newness.get(document, i64::MIN));
        let rank = match self {
            Self::Score => (ordered_f64(boosted(score, columns.is_orderable(document), popularity)), 0),
            Self::PopularThenNew => (ordered_f64(popularity), newness),
            Self::By(Sort::PriceAscending) if price == NO_PRICE => (0, 0),
            Self::By(Sort::PriceAscending) => (u64::MAX - ordered_i64(price), 0),
            Self::By(Sort::PriceDescending) => (ordered_i64(price), 0),
            Self::By(Sort::Name) => (u64::MAX - u64::from(columns.name_ordinals.get(at).copied().unwrap_or(0)), 0),
            Self::By(Sort::Newest) => (newness, 0),
            Self::By(Sort::Popularity | Sort::Relevance) => (ordered_f64(popularity), 0),
        };
        RankedHit { rank, sku_ordinal: columns.sku_ordinals.get(at).copied().unwrap_or(0), document }
    }

    /// Best first, over segments.
    pub(super) fn compare(self, left: (&SegmentColumns, RankedHit), right: (&SegmentColumns, RankedHit)) -> Ordering {
        let by_rank = match self {
            Self::By(Sort::Name) => left.0.name_of(left.1.document).cmp(right.0.name_of(right.1.document)),
            _ => right.1.rank.cmp(&left.1.rank),
        };
        by_rank.then_with(|| left.0.sku_of(left.1.document).cmp(right.0.sku_of(right.1.document)))
    }
}

impl BestHits {
    pub(super) fn new(most: usize) -> Self {
        Self { most, worst_first: BinaryHeap::new() }
    }

    pub(super) fn offer(&mut self, hit: RankedHit) {
        if self.worst_first.len() < self.most {
            self.worst_first.push(Reverse(hit));
            return;
        }
        if let Some(mut worst) = self.worst_first.peek_mut()
            && worst.0 < hit
        {
            worst.0 = hit;
        }
    }

    pub(super) fn into_hits(self) -> Vec<RankedHit> {
        self.worst_first.into_iter().map(|Reverse(hit)| hit).collect()
    }
}

impl Ord for RankedHit {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank).then(other.sku_ordinal.cmp(&self.sku_ordinal))
    }
}

impl PartialOrd for RankedHit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn boosted(score: f32, is_orderable: bool, popularity: f64) -> f64 {
    let availability = if is_orderable { AVAILABILITY_BOOST } else { 0.0 };
    let known = popularity.max(0.0);
    let popular = POPULARITY_BOOST * known / (known + 1.0);
    f64::from(score) * (1.0 + availability + popular)
}

/// Keeps the order of numbers in that of their bits.
fn ordered_f64(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

fn ordered_i64(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_keep_the_order() {
        let floats = [-2.5, -0.0, 0.0, 0.5, 3.0];
        assert!(floats.windows(2).all(|pair| ordered_f64(pair[0]) <= ordered_f64(pair[1])));
        let integers = [i64::MIN, -1, 0, 7, i64::MAX];
        assert!(integers.windows(2).all(|pair| ordered_i64(pair[0]) < ordered_i64(pair[1])));
    }

    #[test]
    fn keeps_the_best_and_prefers_the_first_sku() {
        let mut best = BestHits::new(2);
        for (rank, sku_ordinal) in [(1, 0), (5, 9), (5, 3), (5, 4), (2, 1)] {
            best.offer(RankedHit { rank: (rank, 0), sku_ordinal, document: sku_ordinal });
        }
        let mut skus: Vec<u32> = best.into_hits().into_iter().map(|hit| hit.sku_ordinal).collect();
        skus.sort_unstable();
        assert_eq!(skus, [3, 4]);
        let mut none = BestHits::new(0);
        none.offer(RankedHit { rank: (1, 0), sku_ordinal: 0, document: 0 });
        assert!(none.into_hits().is_empty());
    }
}
