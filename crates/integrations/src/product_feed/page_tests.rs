//! The page that tells the shape of feeds must tell what is read.

use std::io::Cursor;

use super::{FeedError, FeedProduct, MAX_LINE_BYTES, csv_feed, jsonl_feed};

const PAGE: &str = include_str!("../../../../docs/erp-contract.md");

/// The example in this format.
fn example(format: &str) -> &'static str {
    let begun = PAGE.split_once(&format!("```{format}\n")).expect("an example").1;
    begun.split_once("```").expect("its end").0
}

fn section() -> &'static str {
    let begun = PAGE.split_once("\n## Product feed files\n").expect("the section").1;
    begun.split_once("\n## ").expect("the next section").0
}

fn csv_products() -> Vec<FeedProduct> {
    let feed = csv_feed::read(Box::new(Cursor::new(example("csv")))).expect("a feed");
    feed.collect::<Result<Vec<_>, FeedError>>().expect("products")
}

fn jsonl_products() -> Vec<FeedProduct> {
    let feed = jsonl_feed::read(Box::new(Cursor::new(example("jsonl"))));
    feed.collect::<Result<Vec<_>, FeedError>>().expect("products")
}

#[test]
fn the_examples_are_read_and_tell_the_same_in_both_formats() {
    let (from_csv, mut from_jsonl) = (csv_products(), jsonl_products());
    assert_eq!(from_csv.len(), 2);
    let mug = &from_jsonl[0];
    assert!(mug.facts.popularity > 0.0 && mug.facts.released_at.is_some());
    assert_eq!(mug.facts.category_ids, ["home.kitchen.mugs", "gifts"]);
    for (csv, jsonl) in from_csv.iter().zip(&mut from_jsonl) {
        // What CSV does not tell.
        jsonl.line = csv.line;
        jsonl.facts.popularity = 0.0;
        jsonl.facts.released_at = None;
    }
    assert_eq!(from_csv, from_jsonl);
}

#[test]
fn the_examples_have_every_field_of_the_table_and_no_other() {
    let rows = || section().lines().filter(|line| line.starts_with("| ") && !line.starts_with("| CSV column"));
    let cells = |number: usize| {
        let names = rows().filter_map(move |row| row.split('|').nth(number));
        names.map(|cell| cell.trim().trim_matches('`')).filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    let header = example("csv").lines().next().expect("a header row");
    let mut columns: Vec<&str> =
        header.split(',').map(|name| if name.starts_with("attr:") { "attr:NAME" } else { name }).collect();
    columns.dedup();
    assert_eq!(columns, cells(1));
    let line = example("jsonl").lines().next().expect("a line");
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).expect("an object");
    let mut members: Vec<&str> = object.keys().map(String::as_str).collect();
    let mut told = cells(2);
    members.sort_unstable();
    told.sort_unstable();
    assert_eq!(members, told);
    assert!(section().contains(&format!("at most {} MiB", MAX_LINE_BYTES / 1024 / 1024)));
}
