//! Judged queries over real catalogues, read from the data folder beside the project where there is one.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::path::PathBuf;

use coheron_core::attribute::Attributes;
use coheron_core::document::{CategoryCrumb, DocumentCategory, ProductDocument};
use coheron_core::slug::slugify;
use serde::Deserialize;

use super::fixture::{euros, product};

pub(super) struct JudgedSet {
    pub(super) products: Vec<ProductDocument>,
    /// Grades by SKU, by query.
    pub(super) queries: Vec<(String, HashMap<String, u32>)>,
}

#[derive(Deserialize)]
struct FeedProduct {
    sku: String,
    name: String,
    #[serde(default)]
    description: String,
    brand: Option<String>,
    mpn: Option<String>,
    #[serde(default)]
    gtin: Vec<String>,
    price_minor: Option<i64>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    attributes: Attributes,
}

impl JudgedSet {
    /// None, with one line said, where the data is not there.
    pub(super) fn load(name: &str) -> Option<Self> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
        let files = (
            std::fs::File::open(folder.join(format!("{name}.products.jsonl.zst"))),
            std::fs::read_to_string(folder.join(format!("{name}.judgements.tune.tsv"))),
        );
        let (Ok(products), Ok(judgements)) = files else {
            // Past the test harness, which swallows what a test that passes has printed.
            writeln!(std::io::stderr(), "skipped: the judged set {name} is not there").expect("a line");
            return None;
        };
        let mut lines = String::new();
        zstd::Decoder::new(products).expect("zstd").read_to_string(&mut lines).expect("text");
        let products = lines.lines().map(|line| read_product(serde_json::from_str(line).expect("a product"))).collect();
        let mut queries: Vec<(String, HashMap<String, u32>)> = Vec::new();
        for line in judgements.lines().skip(1) {
            let [query, sku, grade]: [&str; 3] =
                line.split('\t').collect::<Vec<_>>().try_into().expect("three columns");
            if queries.last().is_none_or(|(last, _)| last != query) {
                queries.push((query.to_owned(), HashMap::new()));
            }
            let (_, grades) = queries.last_mut().expect("a query");
            grades.insert(sku.to_owned(), grade.parse().expect("a grade"));
        }
        Some(Self { products, queries })
    }
}

/// Of the first ten: gains 2^grade - 1, discounted by the logarithm of the rank, against the best possible order.
pub(super) fn ndcg_at_10(ranked: &[String], grades: &HashMap<String, u32>) -> f64 {
    let gain = |grade: u32| f64::from((1u32 << grade) - 1);
    let discounted = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.take(10).zip(2u32..).map(|(gain, rank)| gain / f64::from(rank).log2()).sum()
    };
    let mut best: Vec<f64> = grades.values().map(|grade| gain(*grade)).collect();
    best.sort_by(|left, right| right.total_cmp(left));
    let ideal = discounted(&mut best.into_iter());
    let reached = discounted(&mut ranked.iter().map(|sku| gain(grades.get(sku).copied().unwrap_or(0))));
    if ideal > 0.0 { reached / ideal } else { 0.0 }
}

fn read_product(feed: FeedProduct) -> ProductDocument {
    let mut read = product(&feed.sku, &feed.name);
    read.description = feed.description;
    read.brand = feed.brand;
    read.mpn = feed.mpn;
    read.gtins = feed.gtin;
    read.price = feed.price_minor.and_then(euros);
    read.attributes = feed.attributes;
    read.categories = feed.categories.iter().map(|path| read_category(path)).collect();
    read
}

fn read_category(path: &str) -> DocumentCategory {
    let mut crumbs: Vec<CategoryCrumb> = Vec::new();
    for name in path.split(" > ") {
        let parent = crumbs.last().map_or(String::new(), |parent| format!("{}/", parent.id));
        crumbs.push(CategoryCrumb { id: format!("{parent}{}", slugify(name)), name: name.to_owned() });
    }
    let last = crumbs.last().expect("a name").clone();
    DocumentCategory { id: last.id, name: last.name, path: crumbs }
}

#[test]
fn the_measure_is_one_for_the_best_order() {
    let grades = HashMap::from([("A".to_owned(), 3), ("B".to_owned(), 1), ("C".to_owned(), 0)]);
    let ranked = |skus: [&str; 3]| skus.map(str::to_owned);
    assert!((ndcg_at_10(&ranked(["A", "B", "C"]), &grades) - 1.0).abs() < 1e-9);
    assert!(ndcg_at_10(&ranked(["C", "B", "A"]), &grades) < 0.7);
}
