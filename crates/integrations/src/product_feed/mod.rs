//! Product feeds as files: JSON lines or CSV, plain or compressed with zstd.
//!
//! JSON lines: one object per line with `sku`, `name`, and optionally `mpn`, `description`, `brand`, `gtin` (list),
//! `price_minor`, `currency`, `images` (list of addresses), `updated_at` (RFC 3339), `categories` (list of paths like
//! `A > B > C`), `stock`, `attributes` (object). Prefixes `t_`, `n_` and `b_` of attribute keys are dropped.
//!
//! CSV: a header row with any of `sku`, `name`, `mpn`, `description`, `brand`, `gtin`, `price_minor`, `currency`, `image`,
//! `category`, `stock`, `updated_at`, and `attr:<name>` for attributes; several values of a cell are separated by `|`.

mod catalogue;
mod csv_rows;
mod feed_product;
mod json_lines;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use coheron_core::retry::RetryClass;

use crate::erp_catalogue::ErpCatalogue;
use catalogue::CatalogueBuilder;
pub use feed_product::FeedProduct;

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {field}: {problem}")]
pub struct LineProblem {
    /// Counted from 1.
    pub line: u64,
    pub field: String,
    pub problem: String,
}

#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("the feed {} cannot be read", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the feed {} is neither .jsonl nor .csv (with or without .zst)", path.display())]
    UnknownFormat { path: PathBuf },
}

impl FeedError {
    pub fn retry_class(&self) -> RetryClass {
        RetryClass::Fatal
    }
}

/// Reads a whole feed; lines that cannot be used are left out and named.
pub fn read_catalogue(path: &Path) -> Result<(ErpCatalogue, Vec<LineProblem>), FeedError> {
    let unreadable = |source| FeedError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_lowercase();
    let (reader, format): (Box<dyn Read>, &str) = match name.strip_suffix(".zst") {
        Some(inner) => (Box::new(zstd::Decoder::new(file).map_err(unreadable)?), inner),
        None => (Box::new(file), name.as_str()),
    };
    let lines: Box<dyn Iterator<Item = Result<(u64, FeedProduct), LineProblem>>> = match format.rsplit('.').next() {
        Some("jsonl" | "ndjson") => Box::new(json_lines::read(BufReader::new(reader).lines())),
        Some("csv") => Box::new(csv_rows::read(reader)),
        _ => return Err(FeedError::UnknownFormat { path: path.to_owned() }),
    };
    let mut builder = CatalogueBuilder::default();
    let mut problems = Vec::new();
    for line in lines {
        let added = line.and_then(|(number, product)| builder.add(number, product));
        problems.extend(added.err());
    }
    Ok((builder.finish(), problems))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use coheron_core::attribute::AttributeValue;

    use super::*;

    fn feed(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        File::create(&path).and_then(|mut file| file.write_all(content)).expect("a feed");
        (folder, path)
    }

    const JSON_LINES: &str = r#"{"sku":"A","name":"First","price_minor":1250,"currency":"EUR","categories":["Home > Kitchen"],"attributes":{"t_colour":"Red","n_weight":2.5,"b_new":true},"stock":4}
{"sku":"B","name":"","price_minor":1,"currency":"EUR"}
not json

{"sku":"C","name":"Third","price_minor":-1,"currency":"EUR"}
{"sku":"A","name":"Again"}
{"sku":"D","name":"Fourth","categories":["Home > Garden", "Home"]}"#;

    #[test]
    fn json_lines_become_a_catalogue_and_bad_lines_are_named() {
        let (_folder, path) = feed("shop.jsonl", JSON_LINES.as_bytes());
        let (catalogue, problems) = read_catalogue(&path).expect("a catalogue");
        let skus: Vec<&str> = catalogue.products.iter().map(|product| product.sku.as_str()).collect();
        assert_eq!(skus, ["A", "D"]);
        let first = &catalogue.products[0];
        assert_eq!(first.facts.attributes["colour"], AttributeValue::Text("Red".to_owned()));
        assert_eq!(first.facts.attributes["weight"], AttributeValue::Number(2.5));
        assert_eq!(first.facts.attributes["new"], AttributeValue::Flag(true));
        assert_eq!(first.facts.category_ids, ["home-kitchen"]);
        assert_eq!((first.prices[0].1.amount_minor, first.stock[0].1.on_hand), (1_250, 4));
        let categories: Vec<_> =
            catalogue.categories.iter().map(|(id, facts)| (id.as_str(), facts.parent_id.as_deref())).collect();
        assert_eq!(categories, [("home", None), ("home-kitchen", Some("home")), ("home-garden", Some("home"))]);
        let named: Vec<_> = problems.iter().map(|problem| (problem.line, problem.field.as_str())).collect();
        assert_eq!(named, [(2, "name"), (3, "line"), (5, "amount_minor"), (6, "sku")]);
    }

    #[test]
    fn csv_and_compressed_files_are_read_alike() {
        let csv = "sku,name,brand,category,price_minor,currency,stock,image,attr:material\n\
                   M1,\"Mug, big\",Verd,Home > Kitchen,1900,EUR,3,/a.svg|/b.svg,Stoneware\n\
                   M2,Bowl,,,x,EUR,1,,\n";
        let (_folder, path) = feed("shop.csv.zst", &zstd::encode_all(csv.as_bytes(), 1).expect("compressed"));
        let (catalogue, problems) = read_catalogue(&path).expect("a catalogue");
        assert_eq!(catalogue.products.len(), 1);
        let mug = &catalogue.products[0];
        assert_eq!((mug.facts.name.as_str(), mug.facts.images.len()), ("Mug, big", 2));
        assert_eq!(mug.facts.attributes["material"], AttributeValue::Text("Stoneware".to_owned()));
        assert_eq!((problems[0].line, problems[0].field.as_str()), (3, "price_minor"));
    }

    #[test]
    fn other_files_are_refused_by_name() {
        let (_folder, path) = feed("shop.xlsx", b"");
        assert!(matches!(read_catalogue(&path), Err(FeedError::UnknownFormat { .. })));
        let missing = read_catalogue(Path::new("no-such-feed.jsonl")).expect_err("an error");
        assert!(missing.to_string().contains("no-such-feed.jsonl"));
    }
}
