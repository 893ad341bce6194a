//! The orders at the simulated ERP: which of them its stock figures contain, and what it has answered to each.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::change::{ErpOrderStatus, OrderAnswer};

/// Shops count their orders from here, without gaps.
const FIRST_ORDER_NUMBER: i64 = 100_001;

/// How long the ERP takes. The later steps are counted from the acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderTiming {
    pub accept_after: Duration,
    pub ship_after: Duration,
    pub deliver_after: Duration,
}

/// An order as far as the ERP looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingOrder {
    pub number: i64,
    /// Pieces by SKU, each SKU once.
    pub pieces: Vec<(String, i64)>,
    pub occurred_at: DateTime<Utc>,
    pub kind: IncomingOrderKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncomingOrderKind {
    Placed,
    Cancelled,
}

/// What the ERP says next of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueAnswer {
    pub number: i64,
    pub status: ErpOrderStatus,
    pub entity_version: i64,
    pub acknowledged_at: DateTime<Utc>,
}

/// Everything here follows from the orders and answers that lie on the topics, in whatever order and however often
/// they are read. A restarted ERP reads both from the beginning and stands where it stood; no order is booked twice and
/// no answer is given again.
pub(super) struct OrderBook {
    timing: OrderTiming,
    orders: BTreeMap<i64, BookedOrder>,
    answers: HashMap<i64, GivenAnswer>,
    /// Every order up to this number has arrived: the stock figures contain these and no others.
    contained_up_to: i64,
    /// Pieces that the contained orders took, without cancelled ones.
    taken: HashMap<String, i64>,
    /// The highest contained order of each SKU.
    last_order_of: HashMap<String, i64>,
    /// When to look at an order again. Looking too often does no harm.
    agenda: BTreeSet<(DateTime<Utc>, i64)>,
}

struct BookedOrder {
    pieces: Vec<(String, i64)>,
    occurred_at: DateTime<Utc>,
    is_cancelled: bool,
}

#[derive(Clone, Copy)]
struct GivenAnswer {
    entity_version: i64,
    acknowledged_at: DateTime<Utc>,
}

impl OrderBook {
    pub fn new(timing: OrderTiming) -> Self {
        Self {
            timing,
            orders: BTreeMap::new(),
            answers: HashMap::new(),
            contained_up_to: FIRST_ORDER_NUMBER - 1,
            taken: HashMap::new(),
            last_order_of: HashMap::new(),
            agenda: BTreeSet::new(),
        }
    }

    /// Takes an order in and gives the SKUs whose figures it changed. A cancellation carries the whole order and may
    /// come first; nothing follows on it.
    pub fn take(&mut self, order: IncomingOrder) -> Vec<String> {
        let IncomingOrder { number, pieces, occurred_at, kind } = order;
        let is_cancelled = kind == IncomingOrderKind::Cancelled;
        self.agenda.insert((occurred_at, number));
        let Some(known) = self.orders.get_mut(&number) else {
            self.orders.insert(number, BookedOrder { pieces, occurred_at, is_cancelled });
            return self.contain_what_has_arrived();
        };
        if !is_cancelled || known.is_cancelled {
            return Vec::new();
        }
        known.is_cancelled = true;
        if number > self.contained_up_to {
            return Vec::new();
        }
        let given_back = known.pieces.clone();
        for (sku, quantity) in &given_back {
            *self.taken.entry(sku.clone()).or_default() -= quantity;
        }
        given_back.into_iter().map(|(sku, _)| sku).collect()
    }

    /// Learns what was answered, in an earlier life of this ERP or by somebody beside it.
    pub fn heed(&mut self, answer: &OrderAnswer) {
        let given = self.answers.get(&answer.facts.order_number);
        if given.is_some_and(|given| given.entity_version >= answer.as_of.entity_version) {
            return;
        }
        let first = given.map(|given| given.acknowledged_at);
        let acknowledged_at = answer.facts.acknowledged_at.or(first).unwrap_or(answer.as_of.erp_time);
        let given = GivenAnswer { entity_version: answer.as_of.entity_version, acknowledged_at };
        self.answers.insert(answer.facts.order_number, given);
    }

    /// Every order up to this number is in the figures.
    pub fn contained_up_to(&self) -> i64 {
        self.contained_up_to
    }

    /// Pieces of the SKU that the contained orders took.
    pub fn taken(&self, sku: &str) -> i64 {
        self.taken.get(sku).copied().unwrap_or(0)
    }

    /// Pieces of the SKU that orders up to this number took, cancelled ones left out.
    pub fn taken_up_to(&self, sku: &str, number: i64) -> i64 {
        let live = self.orders.range(..=number).filter(|(_, order)| !order.is_cancelled);
        live.flat_map(|(_, order)| &order.pieces).filter(|(taken, _)| taken == sku).map(|(_, quantity)| quantity).sum()
    }

    /// The highest contained order that has this SKU.
    pub fn last_order_of(&self, sku: &str) -> Option<i64> {
        self.last_order_of.get(sku).copied()
    }

    /// The answers for which it is time. They count as given.
    pub fn due_answers(&mut self, now: DateTime<Utc>) -> Vec<DueAnswer> {
        let mut due = Vec::new();
        while let Some(&(at, number)) = self.agenda.first().filter(|(at, _)| *at <= now) {
            self.agenda.remove(&(at, number));
            let Some((status, time)) = self.next_step(number) else { continue };
            if time > now {
                self.agenda.insert((time, number));
                continue;
            }
            let acknowledged_at = self.answers.get(&number).map_or(now, |given| given.acknowledged_at);
            let entity_version = version_of(status);
            self.answers.insert(number, GivenAnswer { entity_version, acknowledged_at });
            due.push(DueAnswer { number, status, entity_version, acknowledged_at });
            // The next step, unless there is none.
            self.agenda.insert((now, number));
        }
        due
    }

    /// When the next answer may be due.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.agenda.first().map(|(at, _)| *at)
    }

    /// Moves on over the orders that follow without a gap.
    fn contain_what_has_arrived(&mut self) -> Vec<String> {
        let mut changed = Vec::new();
        while let Some(order) = self.orders.get(&(self.contained_up_to + 1)) {
            self.contained_up_to += 1;
            for (sku, quantity) in &order.pieces {
                self.last_order_of.insert(sku.clone(), self.contained_up_to);
                if !order.is_cancelled {
                    *self.taken.entry(sku.clone()).or_default() += quantity;
                }
                changed.push(sku.clone());
            }
        }
        changed
    }

    fn next_step(&self, number: i64) -> Option<(ErpOrderStatus, DateTime<Utc>)> {
        let order = self.orders.get(&number)?;
        let given = self.answers.get(&number);
        let said = given.map_or(0, |given| given.entity_version);
        if order.is_cancelled {
            let is_due = said < version_of(ErpOrderStatus::Cancelled);
            return is_due.then_some((ErpOrderStatus::Cancelled, order.occurred_at));
        }
        let Some(given) = given else {
            return Some((ErpOrderStatus::Accepted, later(order.occurred_at, self.timing.accept_after)));
        };
        if said < version_of(ErpOrderStatus::Shipped) {
            return Some((ErpOrderStatus::Shipped, later(given.acknowledged_at, self.timing.ship_after)));
        }
        let is_due = said < version_of(ErpOrderStatus::Delivered);
        is_due.then(|| (ErpOrderStatus::Delivered, later(given.acknowledged_at, self.timing.deliver_after)))
    }
}

/// The version of an order at the ERP, by what it says of the order: the same answer has the same version, however
/// often it is given.
fn version_of(status: ErpOrderStatus) -> i64 {
    match status {
        ErpOrderStatus::Accepted => 1,
        ErpOrderStatus::Processing => 2,
        ErpOrderStatus::Shipped => 3,
        ErpOrderStatus::Delivered => 4,
        ErpOrderStatus::Rejected | ErpOrderStatus::Cancelled => 5,
    }
}

fn later(time: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
    time.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
#[path = "order_book_tests.rs"]
mod tests;
