//! The selected filters of a query, in the ordinals of one segment.

use std::collections::BTreeMap;
use std::ops::Range;

use coheron_core::product_query::{ProductQuery, StockFilter};

use crate::reading::segment_columns::{NO_PRICE, SegmentColumns};
use crate::writing::product_fields::facet_term;

/// The selected values by facet key: brand, category, attributes and options alike.
pub(crate) fn selections(query: &ProductQuery) -> BTreeMap<String, Vec<String>> {
    let mut selections: BTreeMap<String, Vec<String>> = query
        .attributes
        .iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(key, values)| (key.clone(), values.clone()))
        .collect();
    if !query.brands.is_empty() {
        selections.entry("brand".to_owned()).or_default().extend(query.brands.iter().cloned());
    }
    if let Some(category) = &query.category {
        selections.entry("category".to_owned()).or_default().push(category.clone());
    }
    selections
}

#[derive(Debug)]
pub(super) struct SegmentFilters {
    /// One bit per selected key.
    all_groups: u64,
    /// By facet ordinal: the bit of the group in which the value is selected, 0 for others.
    group_bits: Vec<u64>,
    /// By group: the ordinals of all values of its key.
    group_ordinals: Vec<Range<usize>>,
    price: Range<i64>,
    stock: StockFilter,
}

/// What the filters say of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Match,
    /// Only the price is outside: it still counts for the range of prices.
    OnlyPriceFails,
    /// Only this key's selection is not met: the document counts for that key's values.
    OnlyKeyFails(Range<usize>),
    Fail,
}

impl SegmentFilters {
    /// More keys than bits cannot be selected: a query has at most 20 attribute filters.
    pub(super) fn new(
        columns: &SegmentColumns,
        selections: &BTreeMap<String, Vec<String>>,
        query: &ProductQuery,
    ) -> Self {
        let mut filters = Self {
            all_groups: 0,
            group_bits: if selections.is_empty() { Vec::new() } else { vec![0; columns.facet_terms.len()] },
            group_ordinals: Vec::with_capacity(selections.len()),
            price: query.price_min_minor.unwrap_or(i64::MIN)
                ..query.price_max_minor.map_or(i64::MAX, |most| most.saturating_add(1)),
            stock: query.stock,
        };
        for (group, (key, values)) in selections.iter().take(64).enumerate() {
            let bit = 1 << group;
            filters.all_groups |= bit;
            filters.group_ordinals.push(columns.facet_key(key).map_or(0..0, |key| key.ordinals.clone()));
            for value in values {
                let ordinal = columns.facet_terms.find(&facet_term(key, value));
                if let Some(bits) = ordinal.and_then(|ordinal| filters.group_bits.get_mut(ordinal)) {
                    *bits = bit;
                }
            }
        }
        filters
    }

    pub(super) fn judge(&self, columns: &SegmentColumns, document: u32) -> Verdict {
        if self.stock == StockFilter::InStock && !columns.is_orderable(document) {
            return Verdict::Fail;
        }
        let mut missing = self.all_groups;
        if missing != 0 {
            for ordinal in columns.facets_of(document) {
                missing &= !self.group_bits.get(*ordinal as usize).copied().unwrap_or(0);
            }
        }
        let price_fits = self.price_fits(columns.prices.get(document, NO_PRICE));
        match (missing.count_ones(), price_fits) {
            (0, true) => Verdict::Match,
            (0, false) => Verdict::OnlyPriceFails,
            (1, true) => {
                let group = missing.trailing_zeros() as usize;
                Verdict::OnlyKeyFails(self.group_ordinals.get(group).cloned().unwrap_or(0..0))
            }
            _ => Verdict::Fail,
        }
    }

    /// Without a price a product is outside of every range, but inside no range at all.
    fn price_fits(&self, price: i64) -> bool {
        if price == NO_PRICE { self.price == (i64::MIN..i64::MAX) } else { self.price.contains(&price) }
    }
}
