//! A feed as a whole catalogue.

use std::collections::HashSet;
use std::path::Path;

use coheron_core::change::{FieldProblem, StockFacts};
use coheron_core::sku::Sku;

use super::{FeedError, FeedProduct, open_feed};
use crate::erp_catalogue::{CatalogueProduct, ErpCatalogue};

/// What a feed file held.
#[derive(Debug, Default)]
pub struct LoadedCatalogue {
    pub catalogue: ErpCatalogue,
    /// Lines that were left out.
    pub bad_lines: u64,
}

/// Reads a feed file. Bad lines are handed to `on_bad_line` and left out; an unreadable file is an error.
pub fn load_catalogue(path: &Path, mut on_bad_line: impl FnMut(&FeedError)) -> Result<LoadedCatalogue, FeedError> {
    let mut loaded = LoadedCatalogue::default();
    let mut categories = HashSet::new();
    let mut skus = HashSet::new();
    for product in open_feed(path)? {
        let product = product.and_then(|product| match skus.insert(product.sku.clone()) {
            true => Ok(product),
            false => Err(FeedError::at_line(product.line, FieldProblem::new("sku", "stands on an earlier line too"))),
        });
        match product {
            Ok(product) => add_product(&mut loaded.catalogue, &mut categories, product),
            Err(error @ FeedError::Line { .. }) => {
                loaded.bad_lines += 1;
                on_bad_line(&error);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(loaded)
}

/// Reads a feed file and gives the lines that were left out beside the catalogue.
pub fn read_catalogue(path: &Path) -> Result<(ErpCatalogue, Vec<String>), FeedError> {
    let mut problems = Vec::new();
    let loaded = load_catalogue(path, |problem| problems.push(problem.to_string()))?;
    Ok((loaded.catalogue, problems))
}

fn add_product(catalogue: &mut ErpCatalogue, seen_categories: &mut HashSet<String>, product: FeedProduct) {
    for path in &product.categories {
        let position = i32::try_from(catalogue.categories.len()).unwrap_or(i32::MAX);
        for (id, facts) in path.records(position) {
            catalogue.add_category(seen_categories, id, facts);
        }
    }
    let stock = product.stock.unwrap_or_else(|| stock_of(&product.sku));
    catalogue.products.push(CatalogueProduct {
        prices: product.price.map(|price| (product.sku.clone(), price)).into_iter().collect(),
        stock: vec![(product.sku.clone(), stock)],
        sku: product.sku,
        facts: product.facts,
    });
}

/// Feeds rarely tell the stock. The figure depends on the SKU alone, so that every run has the same; one in twelve is
/// sold out.
fn stock_of(sku: &Sku) -> StockFacts {
    // FNV-1a, folded: spreads similar SKUs well enough for a made-up figure.
    let hash = sku
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let folded = (hash >> 32) ^ (hash & 0xffff_ffff);
    let on_hand = if folded % 12 == 0 { 0 } else { i64::try_from(folded / 12 % 120).unwrap_or(0) + 1 };
    StockFacts { on_hand, last_order_number: None }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::PathBuf;

    use super::*;

    struct ScratchFile(PathBuf);

    impl ScratchFile {
        fn new(name: &str, bytes: &[u8]) -> Self {
            let path = std::env::temp_dir().join(format!("coheron-feed-{}-{name}", std::process::id()));
            std::fs::File::create(&path).and_then(|mut file| file.write_all(bytes)).expect("a scratch file");
            Self(path)
        }
    }

    impl Drop for ScratchFile {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    const FEED: &str = concat!(
        "{\"sku\":\"A\",\"name\":\"a\",\"categories\":[\"X > Y\"],\"price_minor\":5,\"currency\":\"EUR\"}\n",
        "{\"sku\":\"B\",\"name\":\"b\",\"categories\":[\"X > Z\"]}\n",
        "{\"sku\":\"A\",\"name\":\"again\"}\n",
        "{\"sku\":\"C\"}\n",
    );

    #[test]
    fn a_compressed_feed_becomes_a_catalogue_and_bad_lines_are_told() {
        let file = ScratchFile::new("a.jsonl.zst", &zstd::encode_all(FEED.as_bytes(), 3).expect("compressed"));
        let loaded = load_catalogue(&file.0, |_| {}).expect("a catalogue");
        let (catalogue, problems) = read_catalogue(&file.0).expect("a catalogue");
        assert_eq!(catalogue, loaded.catalogue);
        let ids: Vec<&str> = loaded.catalogue.categories.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["x", "x.y", "x.z"]);
        assert_eq!(loaded.catalogue.products.len(), 2);
        assert_eq!((loaded.catalogue.products[0].prices.len(), loaded.catalogue.products[1].prices.len()), (1, 0));
        assert_eq!(loaded.catalogue.record_count(), 3 + 2 + 1 + 2);
        assert_eq!(loaded.bad_lines, 2);
        assert_eq!(problems, ["line 3, sku: stands on an earlier line too", "line 4, name: is missing"]);
    }

    #[test]
    fn files_that_are_no_feeds_are_refused() {
        let refused = |name: &str, bytes: &[u8]| {
            let file = ScratchFile::new(name, bytes);
            load_catalogue(&file.0, |_| {}).expect_err("refused")
        };
        assert!(matches!(refused("a.xml", b"<a/>"), FeedError::UnknownFormat { .. }));
        assert!(matches!(refused("b.jsonl.zst", b"plain text"), FeedError::Read { .. } | FeedError::Open { .. }));
        let missing = load_catalogue(Path::new("/nowhere/a.csv"), |_| {}).expect_err("missing");
        assert!(matches!(missing, FeedError::Open { .. }));
    }

    #[test]
    fn the_real_feeds_are_read_whole() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let path = folder.join("online-retail.products.jsonl.zst");
        if !path.exists() {
            // Past the test harness, which swallows what a test that passes has printed.
            writeln!(std::io::stderr(), "skipped: no folder with real feeds is beside the project").expect("a line");
            return;
        }
        let loaded = load_catalogue(&path, |_| {}).expect("a catalogue");
        assert!(loaded.catalogue.products.len() > 3_000, "{}", loaded.catalogue.products.len());
        assert!(loaded.catalogue.products.iter().any(|product| product.stock[0].1.on_hand == 0));
    }
}
