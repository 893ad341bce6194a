//! The simulated ERP: what it knows, and the records it makes of it.

use chrono::{DateTime, Utc};
use coheron_core::change::{PriceFacts, StockFacts};
use coheron_core::sku::Sku;
use coheron_schemas::codec::CodecError;
use coheron_schemas::records::{CategoryChange, PriceChange, ProductChange, Stamp, StockChange};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use super::publisher::OutgoingErpRecord;
use super::records::SchemaIds;
use crate::erp_catalogue::ErpCatalogue;

/// Prices stay within this share of where they started.
const PRICE_SWING: f64 = 0.2;
const MOST_STOCK: i64 = 400;
/// Of 100 changes, so many concern stock; the others prices.
const STOCK_CHANGES_PERCENT: u32 = 60;

/// Tells the time; replaced in tests.
pub type Clock = fn() -> DateTime<Utc>;

pub struct ErpSimulator {
    site: String,
    catalogue: ErpCatalogue,
    /// What can change: every price and stock record of the catalogue, popular products first.
    prices: Vec<(Sku, PriceFacts, i64)>,
    stock: Vec<(Sku, StockFacts)>,
    schema_ids: SchemaIds,
    random: ChaCha8Rng,
    clock: Clock,
    last_version: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    #[error("a record could not be encoded")]
    Encode(#[from] CodecError),
    #[error("the catalogue has no price and no stock of {sku}")]
    UnknownSku { sku: String },
}

impl ErpSimulator {
    /// `site` is the shop's code or id, as records carry it.
    pub fn new(site: &str, mut catalogue: ErpCatalogue, schema_ids: SchemaIds, seed: u64, clock: Clock) -> Self {
        catalogue.products.sort_by(|left, right| right.facts.popularity.total_cmp(&left.facts.popularity));
        let prices = catalogue.products.iter().flat_map(|product| product.prices.iter());
        let stock = catalogue.products.iter().flat_map(|product| product.stock.iter());
        Self {
            site: site.to_owned(),
            prices: prices.map(|(sku, facts)| (sku.clone(), facts.clone(), facts.amount_minor)).collect(),
            stock: stock.cloned().collect(),
            catalogue,
            schema_ids,
            random: ChaCha8Rng::seed_from_u64(seed),
            clock,
            last_version: 0,
        }
    }

    pub fn record_count(&self) -> usize {
        self.catalogue.record_count()
    }

    pub fn product_count(&self) -> usize {
        self.catalogue.products.len()
    }

    /// Everything the ERP knows, categories first.
    pub fn full_export(&mut self) -> impl Iterator<Item = Result<OutgoingErpRecord, SimulatorError>> {
        // Versions are drawn first, so that the iterator below only borrows what it reads.
        let first_version = self.next_version();
        let count = self.record_count();
        self.last_version = first_version + count as i64;
        let now = (self.clock)();
        let stamps = (first_version..).map(move |entity_version| stamp(entity_version, now));
        self.export_steps().zip(stamps).map(|(step, stamp)| step.encode(&self.site, &self.schema_ids, stamp))
    }

    /// One random change of a price or a quantity; popular products change more often.
    pub fn next_change(&mut self) -> Result<OutgoingErpRecord, SimulatorError> {
        let is_stock = self.prices.is_empty() || self.random.random_ratio(STOCK_CHANGES_PERCENT, 100);
        if is_stock && !self.stock.is_empty() {
            let chosen = popular_index(&mut self.random, self.stock.len());
            let on_hand = self.random.random_range(0..=MOST_STOCK);
            let (sku, facts) = &mut self.stock[chosen];
            facts.on_hand = on_hand;
            let (sku, facts) = (sku.clone(), facts.clone());
            return self.stock_record(&sku, &facts);
        }
        if self.prices.is_empty() {
            return Err(SimulatorError::UnknownSku { sku: "any product".to_owned() });
        }
        let chosen = popular_index(&mut self.random, self.prices.len());
        let swing = self.random.random_range(1.0 - PRICE_SWING..=1.0 + PRICE_SWING);
        let (sku, facts, started_at) = &mut self.prices[chosen];
        facts.amount_minor = ((*started_at as f64 * swing).round() as i64).max(1);
        let (sku, facts) = (sku.clone(), facts.clone());
        self.price_record(&sku, &facts)
    }

    /// A new price of one product or variant, in the currency of its present price.
    pub fn set_price(&mut self, sku: &str, amount_minor: i64) -> Result<OutgoingErpRecord, SimulatorError> {
        let known = self.prices.iter_mut().find(|(known, _, _)| known.as_str() == sku);
        let Some((sku, facts, _)) = known else { return Err(SimulatorError::UnknownSku { sku: sku.to_owned() }) };
        facts.amount_minor = amount_minor;
        let (sku, facts) = (sku.clone(), facts.clone());
        self.price_record(&sku, &facts)
    }

    fn price_record(&mut self, sku: &Sku, facts: &PriceFacts) -> Result<OutgoingErpRecord, SimulatorError> {
        let stamp = self.stamp_now();
        Step::Price(sku, facts).encode(&self.site, &self.schema_ids, stamp)
    }

    fn stock_record(&mut self, sku: &Sku, facts: &StockFacts) -> Result<OutgoingErpRecord, SimulatorError> {
        let stamp = self.stamp_now();
        Step::Stock(sku, facts).encode(&self.site, &self.schema_ids, stamp)
    }

    fn stamp_now(&mut self) -> Stamp {
        let entity_version = self.next_version();
        stamp(entity_version, (self.clock)())
    }

    /// Microseconds of the clock, so that versions go on growing after a restart; at least one more than the last.
    fn next_version(&mut self) -> i64 {
        self.last_version = (self.last_version + 1).max((self.clock)().timestamp_micros());
        self.last_version
    }

    fn export_steps(&self) -> impl Iterator<Item = Step<'_>> {
        let categories = self.catalogue.categories.iter().map(|(id, facts)| Step::Category(id, facts));
        let products = self.catalogue.products.iter().flat_map(|product| {
            let prices = product.prices.iter().map(|(sku, facts)| Step::Price(sku, facts));
            let stock = product.stock.iter().map(|(sku, facts)| Step::Stock(sku, facts));
            std::iter::once(Step::Product(&product.sku, &product.facts)).chain(prices).chain(stock)
        });
        categories.chain(products)
    }
}

enum Step<'a> {
    Category(&'a str, &'a coheron_core::change::CategoryFacts),
    Product(&'a Sku, &'a coheron_core::change::ProductFacts),
    Price(&'a Sku, &'a PriceFacts),
    Stock(&'a Sku, &'a StockFacts),
}

impl Step<'_> {
    fn encode(&self, site: &str, ids: &SchemaIds, stamp: Stamp) -> Result<OutgoingErpRecord, SimulatorError> {
        Ok(match *self {
            Self::Category(id, facts) => ids.encode(site, id, &CategoryChange::new(site, id, facts, stamp))?,
            Self::Product(sku, facts) => {
                ids.encode(site, sku.as_str(), &ProductChange::new(site, sku.as_str(), facts, stamp))?
            }
            Self::Price(sku, facts) => {
                ids.encode(site, sku.as_str(), &PriceChange::new(site, sku.as_str(), facts, stamp))?
            }
            Self::Stock(sku, facts) => {
                ids.encode(site, sku.as_str(), &StockChange::new(site, sku.as_str(), facts, stamp))?
            }
        })
    }
}

fn stamp(entity_version: i64, occurred_at: DateTime<Utc>) -> Stamp {
    Stamp { entity_version, occurred_at, event_id: Uuid::now_v7().to_string(), source: "erp-sim".to_owned() }
}

/// The square of a uniform number favours the front of the list.
fn popular_index(random: &mut ChaCha8Rng, length: usize) -> usize {
    let uniform: f64 = random.random();
    ((uniform * uniform * length as f64) as usize).min(length - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use coheron_schemas::framing::unframe;
    use coheron_schemas::record_kind::RecordKind;
    use coheron_schemas::writer_schema::WriterSchema;

    use super::*;
    use crate::demo_shop::DemoShop;

    fn frozen_clock() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    fn simulator() -> ErpSimulator {
        let ids = RecordKind::ALL.into_iter().zip(1..).collect::<HashMap<_, _>>();
        let mut catalogue = ErpCatalogue::from(DemoShop::generate(1));
        catalogue.products.truncate(20);
        ErpSimulator::new("demo", catalogue, SchemaIds::new(ids), 7, frozen_clock)
    }

    fn version_of(record: &OutgoingErpRecord) -> i64 {
        let body = unframe(&record.payload).expect("framed").body;
        let kind = RecordKind::of_topic(record.topic).expect("a kind");
        let schema = WriterSchema::parse(kind.avsc()).expect("a schema");
        match kind {
            RecordKind::Price => codec_version::<PriceChange>(&schema, body, |price| price.entity_version),
            RecordKind::Stock => codec_version::<StockChange>(&schema, body, |stock| stock.entity_version),
            RecordKind::Product => codec_version::<ProductChange>(&schema, body, |product| product.entity_version),
            _ => codec_version::<CategoryChange>(&schema, body, |category| category.entity_version),
        }
    }

    fn codec_version<R: coheron_schemas::records::ErpRecord>(
        schema: &WriterSchema,
        body: &[u8],
        version: impl Fn(&R) -> i64,
    ) -> i64 {
        version(&coheron_schemas::codec::decode::<R>(schema, body).expect("a record"))
    }

    #[test]
    fn an_export_holds_everything_and_versions_grow_without_end() {
        let mut simulator = simulator();
        let expected = simulator.record_count();
        let records: Vec<_> = simulator.full_export().collect::<Result<_, _>>().expect("records");
        assert_eq!(records.len(), expected);
        let mut versions: Vec<i64> = records.iter().map(version_of).collect();
        versions.push(version_of(&simulator.next_change().expect("a change")));
        assert!(versions.is_sorted_by(|left, right| left < right));
        assert!(records.iter().all(|record| record.key.starts_with("demo:")));
    }

    #[test]
    fn prices_stay_plausible_and_equal_seeds_change_alike() {
        let (mut first, mut second) = (simulator(), simulator());
        for _ in 0..500 {
            let (left, right) = (first.next_change().expect("a change"), second.next_change().expect("a change"));
            assert_eq!((left.topic, left.key), (right.topic, right.key));
        }
        for (sku, facts, started_at) in &first.prices {
            let share = facts.amount_minor as f64 / *started_at as f64;
            assert!((0.75..=1.25).contains(&share), "{sku} is at {share}");
        }
    }

    #[test]
    fn a_price_can_be_set_for_what_is_known() {
        let mut simulator = simulator();
        let sku = simulator.prices[0].0.clone();
        let record = simulator.set_price(sku.as_str(), 4_242).expect("a record");
        assert_eq!(record.key, format!("demo:{sku}"));
        assert!(simulator.set_price("NO-SUCH", 1).is_err());
    }
}
