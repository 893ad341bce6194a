//! The prices of a catalogue, changed one after the other.

use anyhow::ensure;
use chrono::{DateTime, Utc};
use coheron_core::change::PriceFacts;
use coheron_integrations::erp_catalogue::ErpCatalogue;
use coheron_stream::OutgoingRecord;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::ErpRecords;

/// Amounts stay within a currency unit of where they began, so that prices remain plausible.
const DIFFERENT_AMOUNTS: usize = 97;

/// Goes through all SKUs in an order shuffled by a seed, again and again: changes of one SKU are as far apart as can be,
/// and each gives the SKU an amount other than the one before.
pub struct PriceBook {
    records: ErpRecords,
    start: Vec<(String, PriceFacts)>,
    changes: usize,
}

pub struct PriceChange {
    pub sku: String,
    pub version: i64,
    pub amount_minor: i64,
    pub record: OutgoingRecord,
}

impl PriceBook {
    pub fn new(records: ErpRecords, catalogue: &ErpCatalogue, seed: u64) -> anyhow::Result<Self> {
        let prices = catalogue.products.iter().flat_map(|product| &product.prices);
        let mut start: Vec<(String, PriceFacts)> =
            prices.map(|(sku, facts)| (sku.as_str().to_owned(), facts.clone())).collect();
        ensure!(!start.is_empty(), "the catalogue has no prices that could change");
        start.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        Ok(Self { records, start, changes: 0 })
    }

    /// The version of the newest change.
    pub fn last_version(&self) -> i64 {
        self.records.last_version()
    }

    pub fn next_change(&mut self, occurred_at: DateTime<Utc>) -> anyhow::Result<PriceChange> {
        let (sku, start) = &self.start[self.changes % self.start.len()];
        let round = self.changes / self.start.len() + 1;
        let amount_minor = start.amount_minor + i64::try_from(round % DIFFERENT_AMOUNTS)?;
        let facts = PriceFacts { amount_minor, ..start.clone() };
        let record = self.records.price(sku, &facts, occurred_at)?;
        self.changes += 1;
        Ok(PriceChange { sku: sku.clone(), version: self.records.last_version(), amount_minor, record })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use coheron_integrations::demo_shop::DemoShop;

    use super::*;
    use crate::system::SchemaIds;

    fn book(seed: u64) -> PriceBook {
        let mut catalogue = ErpCatalogue::from(DemoShop::generate(1));
        catalogue.products.truncate(20);
        let records = ErpRecords::new("bench", SchemaIds { product: 1, category: 2, price: 3, stock: 4 });
        PriceBook::new(records, &catalogue, seed).expect("prices")
    }

    #[test]
    fn every_sku_changes_once_per_round_to_another_amount() {
        let mut book = book(7);
        let count = book.start.len();
        let changes: Vec<PriceChange> =
            (0..2 * count).map(|_| book.next_change(Utc::now()).expect("a change")).collect();
        let skus: HashSet<&str> = changes[..count].iter().map(|change| change.sku.as_str()).collect();
        assert_eq!(skus.len(), count);
        for (first, second) in changes[..count].iter().zip(&changes[count..]) {
            assert_eq!(first.sku, second.sku);
            assert!(first.amount_minor != second.amount_minor && first.version < second.version);
        }
        assert_eq!(book.last_version(), changes[2 * count - 1].version);
    }

    #[test]
    fn the_order_comes_from_the_seed() {
        let order = |seed| {
            let mut book = book(seed);
            (0..book.start.len()).map(|_| book.next_change(Utc::now()).expect("a change").sku).collect::<Vec<_>>()
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
    }
}
