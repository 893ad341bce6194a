//! Facets from the counts of one pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use coheron_core::ports::FacetValue;
use coheron_core::product_query::FacetRequest;
use indexmap::IndexMap;

use crate::reading::segment_columns::SegmentColumns;
use crate::reading::snapshot::Snapshot;

const MOST_VALUES: usize = 50;
/// A key with more values than this, and nearly as many as products, names things rather than describes them.
const NAMES_FROM_VALUES: usize = 20;
const CERTAIN_NAMES_FROM_VALUES: usize = 200;
/// Numbers with more values than this belong on a slider.
const MOST_NUMBERS: usize = 12;
/// Values longer than this on average are sentences.
const LONGEST_MEAN_VALUE_BYTES: usize = 40;
/// Keys that are looked at closely, per key that is wanted.
const CANDIDATES_PER_KEY: usize = 4;

/// The counts of one segment by facet ordinal, with the columns that name the ordinals.
type SegmentCounts<'a> = (&'a SegmentColumns, &'a [u32]);

pub(super) fn build_facets(
    snapshot: &Snapshot,
    segments: &[SegmentCounts<'_>],
    request: &FacetRequest,
    selections: &BTreeMap<String, Vec<String>>,
) -> IndexMap<String, Vec<FacetValue>> {
    let counted: Vec<(String, HashMap<&str, u64>)> = match request {
        FacetRequest::None => return IndexMap::new(),
        FacetRequest::Keys(keys) => keys.iter().map(|key| (key.clone(), count_values(segments, key))).collect(),
        FacetRequest::Automatic { most } => choose(segments, *most, selections),
    };
    counted
        .into_iter()
        .map(|(key, counts)| {
            let selected = selections.get(&key).map(Vec::as_slice).unwrap_or_default();
            let values = sorted_values(snapshot, &key, counts, selected);
            (key, values)
        })
        .collect()
}

/// The keys that tell the matches apart best: brand, then what is selected, then by coverage and evenness.
fn choose<'a>(
    segments: &[SegmentCounts<'a>],
    most: usize,
    selections: &BTreeMap<String, Vec<String>>,
) -> Vec<(String, HashMap<&'a str, u64>)> {
    let mut chosen: Vec<(String, HashMap<&str, u64>)> = Vec::new();
    let brands = count_values(segments, "brand");
    if brands.len() >= 2 || selections.contains_key("brand") {
        chosen.push(("brand".to_owned(), brands));
    }
    for key in selections.keys().filter(|key| *key != "brand") {
        chosen.push((key.clone(), count_values(segments, key)));
    }
    let mut rated: Vec<(f64, &str, HashMap<&str, u64>)> = candidates(segments, most * CANDIDATES_PER_KEY)
        .into_iter()
        .filter(|key| *key != "brand" && !selections.contains_key(*key))
        .map(|key| (key, count_values(segments, key)))
        .filter(|(key, counts)| *key == "category" || describes(counts))
        .filter(|(_, counts)| counts.len() >= 2)
        .map(|(key, counts)| (separation(key, &counts), key, counts))
        .collect();
    rated.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
    chosen.extend(rated.into_iter().map(|(_, key, counts)| (key.to_owned(), counts)));
    chosen.truncate(most.max(selections.len()));
    chosen
}

/// The keys with the most products among the matches. What is plainly a name in one segment is left out before its
/// values are gathered: there may be as many of them as products.
fn candidates<'a>(segments: &[SegmentCounts<'a>], most: usize) -> BTreeSet<&'a str> {
    let mut coverage: HashMap<&str, u64> = HashMap::new();
    let mut naming: BTreeSet<&str> = BTreeSet::new();
    for (columns, counts) in segments {
        for key in &columns.facet_keys {
            let of_key = counts.get(key.ordinals.clone()).unwrap_or_default();
            let products: u64 = of_key.iter().map(|count| u64::from(*count)).sum();
            let values = of_key.iter().filter(|count| **count > 0).count();
            if values > CERTAIN_NAMES_FROM_VALUES && is_naming(values, products) && key.key != "category" {
                naming.insert(&key.key);
            }
            if products > 0 {
                *coverage.entry(key.key.as_str()).or_insert(0) += products;
            }
        }
    }
    let described = coverage.into_iter().filter(|(key, _)| !naming.contains(key));
    let mut keys: Vec<(u64, &str)> = described.map(|(key, products)| (products, key)).collect();
    keys.sort_unstable_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    keys.into_iter().take(most).map(|(_, key)| key).collect()
}

/// Whether the values are properties that products share.
fn describes(counts: &HashMap<&str, u64>) -> bool {
    let products: u64 = counts.values().sum();
    let is_naming = counts.len() > NAMES_FROM_VALUES && is_naming(counts.len(), products);
    let is_measure = counts.len() > MOST_NUMBERS && counts.keys().all(|value| value.parse::<f64>().is_ok());
    let bytes: usize = counts.keys().map(|value| value.len()).sum();
    !is_naming && !is_measure && bytes <= counts.len() * LONGEST_MEAN_VALUE_BYTES
}

fn is_naming(values: usize, products: u64) -> bool {
    values as u64 * 2 > products
}

/// Coverage times entropy: how much is known once the value is known.
#[expect(clippy::cast_precision_loss, reason = "counts of products fit a float")]
fn separation(key: &str, counts: &HashMap<&str, u64>) -> f64 {
    if key == "category" {
        return f64::MAX;
    }
    let products: u64 = counts.values().sum();
    let share = |count: &u64| *count as f64 / products.max(1) as f64;
    let entropy: f64 =
        counts.values().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum();
    // Beyond eight equal values a list gets no clearer by getting longer.
    products as f64 * entropy.min(3.0)
}

fn count_values<'a>(segments: &[SegmentCounts<'a>], key: &str) -> HashMap<&'a str, u64> {
    let mut values = HashMap::new();
    for (columns, counts) in segments {
        let Some(key) = columns.facet_key(key) else { continue };
        for ordinal in key.ordinals.clone() {
            let count = counts.get(ordinal).copied().unwrap_or(0);
            if count > 0 {
                *values.entry(columns.facet_value(ordinal)).or_insert(0) += u64::from(count);
            }
        }
    }
    values
}

fn sorted_values<'a>(
    snapshot: &Snapshot,
    key: &str,
    mut counts: HashMap<&'a str, u64>,
    selected: &'a [String],
) -> Vec<FacetValue> {
    for value in selected {
        counts.entry(value.as_str()).or_insert(0);
    }
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(value, count)| FacetValue {
            value: value.to_owned(),
            label: label(snapshot, key, value),
            count,
            selected: selected.iter().any(|selected| selected == value),
        })
        .collect();
    values.sort_unstable_by(|left, right| {
        right
            .count
            .cmp(&left.count)
            .then_with(|| left.label.cmp(&right.label))
            .then_with(|| left.value.cmp(&right.value))
    });
    let mut shown = 0;
    values.retain(|value| {
        shown += 1;
        shown <= MOST_VALUES || value.selected
    });
    values
}

fn label(snapshot: &Snapshot, key: &str, value: &str) -> String {
    if key == "category" { snapshot.category_name(value).unwrap_or(value).to_owned() } else { value.to_owned() }
}
