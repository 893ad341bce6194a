//! The simulated ERP: what it holds, and what changes next.

use chrono::{DateTime, Utc};
use coheron_core::change::PriceFacts;
use coheron_schemas::codec::encode;
use coheron_schemas::framing::frame;
use coheron_schemas::records::{
    CategoryChange, ContractRecord, PriceChange, ProductChange, Stamp, StockChange, record_key,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::order_book::OrderBook;
use super::shelves::Shelves;
use super::{BEFORE_ORDERS_HEADER, OutgoingErpRecord, SchemaIds, SimulationError};
use crate::erp_catalogue::ErpCatalogue;

pub(super) const SOURCE: &str = "erp-sim";
/// Even a product that nobody wants changes now and then.
const LEAST_WEIGHT: f64 = 1.0;
/// Stock changes more often than prices do.
const STOCK_CHANGES_PERCENT: u32 = 65;

/// An ERP with a catalogue. The same seed makes the same changes; versions and times come from the clock.
pub struct ErpSimulator {
    catalogue: ErpCatalogue,
    pub(super) site_code: String,
    schema_ids: SchemaIds,
    rng: ChaCha8Rng,
    pub(super) clock: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    pub(super) last_version: i64,
    pub(super) shelves: Shelves,
    /// None for an ERP that lets orders lie.
    pub(super) orders: Option<OrderBook>,
    /// Products that have something to change, with the running sum of their weights.
    changeable: Vec<(usize, f64)>,
    /// The prices of the catalogue as it was handed in, by product.
    start_prices: Vec<Vec<PriceFacts>>,
}

impl ErpSimulator {
    pub fn new(
        site_code: &str,
        catalogue: ErpCatalogue,
        schema_ids: SchemaIds,
        seed: u64,
        clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
    ) -> Self {
        let mut sum = 0.0;
        let mut changeable = Vec::new();
        let mut start_prices = Vec::with_capacity(catalogue.products.len());
        let mut shelves = Shelves::default();
        for (place, product) in catalogue.products.iter().enumerate() {
            start_prices.push(product.prices.iter().map(|(_, price)| price.clone()).collect());
            product.stock.iter().for_each(|(sku, stock)| shelves.fill(sku.as_str(), stock.on_hand));
            if !product.prices.is_empty() || !product.stock.is_empty() {
                sum += product.facts.popularity.max(0.0) + LEAST_WEIGHT;
                changeable.push((place, sum));
            }
        }
        Self {
            catalogue,
            site_code: site_code.to_owned(),
            schema_ids,
            rng: ChaCha8Rng::seed_from_u64(seed),
            clock: Box::new(clock),
            last_version: 0,
            shelves,
            orders: None,
            changeable,
            start_prices,
        }
    }

    /// What the ERP sells, at the present prices. The quantities are those it started with.
    pub fn catalogue(&self) -> &ErpCatalogue {
        &self.catalogue
    }

    pub fn product_count(&self) -> usize {
        self.catalogue.products.len()
    }

    /// Records of a full export.
    pub fn record_count(&self) -> usize {
        self.catalogue.record_count()
    }

    /// Where a full export finds its records: categories, then each product with its prices and stock.
    pub(super) fn export_places(&self) -> Vec<Place> {
        let categories = (0..self.catalogue.categories.len()).map(Place::Category);
        let products = self.catalogue.products.iter().enumerate().flat_map(|(product, facts)| {
            let prices = (0..facts.prices.len()).map(move |price| Place::Price(product, price));
            let stock = (0..facts.stock.len()).map(move |stock| Place::Stock(product, stock));
            std::iter::once(Place::Product(product)).chain(prices).chain(stock)
        });
        categories.chain(products).collect()
    }

    /// Changes a price or a stock figure of some product, popular ones more often. None where there is nothing that
    /// could change.
    pub fn next_change(&mut self) -> Option<Result<OutgoingErpRecord, SimulationError>> {
        let product = self.pick_product()?;
        let (prices, stock) = {
            let product = &self.catalogue.products[product];
            (product.prices.len(), product.stock.len())
        };
        let changes_stock = prices == 0 || (stock > 0 && self.rng.random_range(0..100) < STOCK_CHANGES_PERCENT);
        let place = if changes_stock {
            let place = self.rng.random_range(0..stock);
            self.change_stock(product, place);
            Place::Stock(product, place)
        } else {
            let place = self.rng.random_range(0..prices);
            self.change_price(product, place);
            Place::Price(product, place)
        };
        Some(self.record_of(place))
    }

    /// Gives a product or variant a new price, without a reduction.
    pub fn set_price(&mut self, sku: &str, amount_minor: i64) -> Result<OutgoingErpRecord, SimulationError> {
        let mut places = self.catalogue.products.iter().enumerate().flat_map(|(product, facts)| {
            facts.prices.iter().enumerate().map(move |(price, (sku, _))| (product, price, sku))
        });
        let found = places.find(|(_, _, priced)| priced.as_str() == sku);
        let (product, place, _) = found.ok_or_else(|| SimulationError::UnknownSku { sku: sku.to_owned() })?;
        let price = &mut self.catalogue.products[product].prices[place].1;
        *price = PriceFacts { currency: price.currency, amount_minor, list_amount_minor: None };
        self.record_of(Place::Price(product, place))
    }

    fn pick_product(&mut self) -> Option<usize> {
        let (_, sum) = *self.changeable.last()?;
        let at = self.rng.random_range(0.0..sum);
        let place = self.changeable.partition_point(|(_, running)| *running <= at);
        self.changeable.get(place).map(|(product, _)| *product)
    }

    /// Somebody buys a few, or a delivery comes in when the shelf is empty and sometimes before.
    fn change_stock(&mut self, product: usize, place: usize) {
        let delivery = self.rng.random_range(0..100) < 8;
        let sold = self.rng.random_range(1..=3_i64);
        let delivered = self.rng.random_range(12..=80_i64);
        let sku = self.catalogue.products[product].stock[place].0.as_str();
        let on_hand = self.shelves.figure(sku, self.orders.as_ref()).on_hand;
        let changed = if delivery || on_hand <= 0 { on_hand.max(0) + delivered } else { (on_hand - sold).max(0) };
        let before_orders = self.shelves.before_orders(sku).unwrap_or(0) + changed - on_hand;
        self.shelves.fill(sku, before_orders);
    }

    /// Stays within a fifth of the price that the catalogue started with. Below 95 % of it, it is a reduction.
    fn change_price(&mut self, product: usize, place: usize) {
        let start = &self.start_prices[product][place];
        let permille = self.rng.random_range(800..=1_200_i64);
        let amount_minor = (start.amount_minor.saturating_mul(permille) / 1_000).max(0);
        let usual = start.list_amount_minor.unwrap_or(start.amount_minor).max(start.amount_minor);
        let is_reduced = amount_minor < usual.saturating_mul(95) / 100;
        let list_amount_minor = is_reduced.then_some(usual);
        let currency = start.currency;
        self.catalogue.products[product].prices[place].1 = PriceFacts { currency, amount_minor, list_amount_minor };
    }

    pub(super) fn record_of(&mut self, place: Place) -> Result<OutgoingErpRecord, SimulationError> {
        let stamp = self.stamp();
        let site = self.site_code.as_str();
        match place {
            Place::Category(category) => {
                let (id, facts) = &self.catalogue.categories[category];
                self.framed(id, stamp.entity_version, &CategoryChange::new(site, id, facts, stamp))
            }
            Place::Product(product) => {
                let product = &self.catalogue.products[product];
                let sku = product.sku.as_str();
                self.framed(sku, stamp.entity_version, &ProductChange::new(site, sku, &product.facts, stamp))
            }
            Place::Price(product, price) => {
                let (sku, facts) = &self.catalogue.products[product].prices[price];
                let sku = sku.as_str();
                self.framed(sku, stamp.entity_version, &PriceChange::new(site, sku, facts, stamp))
            }
            Place::Stock(product, stock) => {
                let sku = self.catalogue.products[product].stock[stock].0.clone();
                self.stamped_stock_record(sku.as_str(), stamp)
            }
        }
    }

    /// The present figure of a SKU.
    pub(super) fn stock_record(&mut self, sku: &str) -> Result<OutgoingErpRecord, SimulationError> {
        let stamp = self.stamp();
        self.stamped_stock_record(sku, stamp)
    }

    fn stamped_stock_record(&mut self, sku: &str, stamp: Stamp) -> Result<OutgoingErpRecord, SimulationError> {
        let entity_version = stamp.entity_version;
        let figure = self.shelves.figure(sku, self.orders.as_ref());
        let change = StockChange::new(&self.site_code, sku, &figure, stamp);
        let mut record = self.framed(sku, entity_version, &change)?;
        let before_orders = self.shelves.before_orders(sku).unwrap_or(0);
        record.headers.push((BEFORE_ORDERS_HEADER, before_orders.to_string()));
        self.shelves.said(sku, entity_version, figure);
        Ok(record)
    }

    /// Versions are microseconds of the clock, pushed on where records are made faster: they grow within a run, and
    /// from one run to the next as long as the clock does not go back.
    fn stamp(&mut self) -> Stamp {
        let now = (self.clock)();
        self.last_version = now.timestamp_micros().max(self.last_version.saturating_add(1));
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let event_id = uuid::Builder::from_unix_timestamp_millis(millis, &self.rng.random()).into_uuid();
        Stamp {
            entity_version: self.last_version,
            occurred_at: now,
            event_id: event_id.to_string(),
            source: SOURCE.to_owned(),
        }
    }

    pub(super) fn framed<Record: ContractRecord>(
        &self,
        entity_id: &str,
        entity_version: i64,
        record: &Record,
    ) -> Result<OutgoingErpRecord, SimulationError> {
        let kind = Record::KIND;
        let schema_id = self.schema_ids.get(kind).ok_or(SimulationError::UnknownSchema { record: kind.name() })?;
        let body = encode(record).map_err(SimulationError::Encode)?;
        Ok(OutgoingErpRecord {
            kind,
            topic: kind.topic().name,
            entity_id: entity_id.to_owned(),
            key: record_key(&self.site_code, entity_id),
            entity_version,
            payload: frame(schema_id, &body),
            headers: vec![],
        })
    }
}

/// Where something stands in the catalogue.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Category(usize),
    Product(usize),
    Price(usize, usize),
    Stock(usize, usize),
}

#[cfg(test)]
#[path = "simulator_tests.rs"]
mod tests;
