//! What lies on the shelves of the simulated ERP.

use std::collections::{BTreeSet, HashMap};

use coheron_core::change::StockFacts;

use super::order_book::OrderBook;

/// The figures by SKU. Each is kept as it is without the shop's orders, so that it follows from the stock topic alone
/// and what orders take off it follows from the order topic alone.
#[derive(Default)]
pub(super) struct Shelves {
    by_sku: HashMap<String, Shelf>,
    /// Their figures may have changed since they were last said.
    touched: BTreeSet<String>,
    /// Records that wait until the orders they may contain were read.
    unread: Vec<ReadStock>,
}

#[derive(Default)]
struct Shelf {
    before_orders: i64,
    /// The last record, where one is known.
    said: Option<Said>,
}

struct Said {
    entity_version: i64,
    figure: StockFacts,
}

/// What a stock record says, and what the ERP that wrote it remembers by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadStock {
    pub sku: String,
    pub entity_version: i64,
    pub figure: StockFacts,
    /// None where somebody else wrote the record.
    pub before_orders: Option<i64>,
}

impl Shelves {
    /// Puts pieces on a shelf, whatever lay there.
    pub fn fill(&mut self, sku: &str, before_orders: i64) {
        self.by_sku.entry(sku.to_owned()).or_default().before_orders = before_orders;
    }

    /// Learns of a record on the stock topic.
    pub fn heed(&mut self, read: ReadStock) {
        self.unread.push(read);
    }

    pub fn touch(&mut self, skus: impl IntoIterator<Item = String>) {
        self.touched.extend(skus);
    }

    /// SKUs whose last record lacks something that orders changed.
    pub fn take_outdated(&mut self, orders: &OrderBook) -> Vec<String> {
        for read in std::mem::take(&mut self.unread) {
            self.apply(read, orders);
        }
        let touched = std::mem::take(&mut self.touched);
        touched.into_iter().filter(|sku| self.is_outdated(sku, orders)).collect()
    }

    pub fn before_orders(&self, sku: &str) -> Option<i64> {
        self.by_sku.get(sku).map(|shelf| shelf.before_orders)
    }

    /// The figure to be said now.
    pub fn figure(&self, sku: &str, orders: Option<&OrderBook>) -> StockFacts {
        let before_orders = self.before_orders(sku).unwrap_or(0);
        StockFacts {
            on_hand: before_orders - orders.map_or(0, |orders| orders.taken(sku)),
            last_order_number: orders.map(OrderBook::contained_up_to),
        }
    }

    pub fn said(&mut self, sku: &str, entity_version: i64, figure: StockFacts) {
        self.by_sku.entry(sku.to_owned()).or_default().said = Some(Said { entity_version, figure });
    }

    /// Own records come back as well; they are no news.
    fn apply(&mut self, read: ReadStock, orders: &OrderBook) {
        let shelf = self.by_sku.entry(read.sku.clone()).or_default();
        if shelf.said.as_ref().is_some_and(|said| said.entity_version >= read.entity_version) {
            return;
        }
        shelf.before_orders = read.before_orders.unwrap_or_else(|| {
            let contained = read.figure.last_order_number.unwrap_or(0);
            read.figure.on_hand + orders.taken_up_to(&read.sku, contained)
        });
        shelf.said = Some(Said { entity_version: read.entity_version, figure: read.figure });
        self.touched.insert(read.sku);
    }

    fn is_outdated(&self, sku: &str, orders: &OrderBook) -> bool {
        let Some(Shelf { said: Some(said), .. }) = self.by_sku.get(sku) else { return false };
        // A SKU that no order has keeps its record: what it says stays true whatever number it names.
        let Some(last_order) = orders.last_order_of(sku) else { return false };
        said.figure.last_order_number.is_none_or(|number| number < last_order)
            || said.figure.on_hand != self.figure(sku, Some(orders)).on_hand
    }
}
