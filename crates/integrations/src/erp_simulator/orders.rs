//! The simulated ERP as one that books orders: it reads what happened to them, answers, and takes the pieces off its
//! figures.

use chrono::{DateTime, Utc};
use coheron_core::change::{OrderAnswer, order_number};
use coheron_schemas::records::{OrderEvent, OrderEventType, OrderStatusChange};

use super::order_book::{DueAnswer, IncomingOrder, IncomingOrderKind, OrderBook, OrderTiming};
use super::shelves::ReadStock;
use super::simulator::SOURCE;
use super::{ErpSimulator, OutgoingErpRecord, SimulationError};

impl ErpSimulator {
    /// Makes it an ERP that books orders. Until it has read the topics to their end it must not say anything.
    #[must_use]
    pub fn with_orders(mut self, timing: OrderTiming) -> Self {
        self.orders = Some(OrderBook::new(timing));
        self
    }

    /// Takes in what happened to an order. Events of other shops and of types that are not known are left alone.
    pub fn read_order(&mut self, event: &OrderEvent) {
        if event.site != self.site_code {
            return;
        }
        if let (Some(orders), Some(order)) = (&mut self.orders, incoming(event)) {
            self.shelves.touch(orders.take(order));
        }
    }

    /// Learns of an answer on the topic of answers, its own ones of before a restart among them.
    pub fn read_answer(&mut self, answer: &OrderAnswer) {
        if let Some(orders) = &mut self.orders {
            orders.heed(answer);
        }
    }

    /// Learns of a figure on the stock topic, its own ones of before a restart among them.
    pub fn read_stock(&mut self, read: ReadStock) {
        self.last_version = self.last_version.max(read.entity_version);
        self.shelves.heed(read);
    }

    /// What is to be said now because of orders: answers, and figures that changed with them.
    pub fn due_records(&mut self) -> Result<Vec<OutgoingErpRecord>, SimulationError> {
        let now = (self.clock)();
        let Some(orders) = &mut self.orders else { return Ok(Vec::new()) };
        let answers = orders.due_answers(now);
        let outdated = self.shelves.take_outdated(orders);
        let mut records = Vec::with_capacity(answers.len() + outdated.len());
        for answer in &answers {
            records.push(self.answer_record(answer, now)?);
        }
        for sku in &outdated {
            records.push(self.stock_record(sku)?);
        }
        Ok(records)
    }

    /// When there may be something to say without any news.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.orders.as_ref().and_then(OrderBook::next_due)
    }

    /// The document's number follows from the order's: an order that comes twice is the same document.
    fn answer_record(&self, answer: &DueAnswer, now: DateTime<Utc>) -> Result<OutgoingErpRecord, SimulationError> {
        let number = answer.number.to_string();
        let record = OrderStatusChange {
            site: self.site_code.clone(),
            order_number: number.clone(),
            entity_version: answer.entity_version,
            occurred_at: now.timestamp_millis(),
            event_id: format!("{}-{number}-{}", self.site_code, answer.status.name()),
            source: SOURCE.to_owned(),
            status: answer.status.name().to_owned(),
            document_number: Some(format!("SO-{number}")),
            acknowledged_at: Some(answer.acknowledged_at.timestamp_millis()),
            note: None,
        };
        self.framed(&number, answer.entity_version, &record)
    }
}

fn incoming(event: &OrderEvent) -> Option<IncomingOrder> {
    let kind = match OrderEventType::parse(&event.event_type)? {
        OrderEventType::Placed => IncomingOrderKind::Placed,
        OrderEventType::Cancelled => IncomingOrderKind::Cancelled,
    };
    let mut pieces: Vec<(String, i64)> = Vec::new();
    for line in &event.lines {
        match pieces.iter_mut().find(|(sku, _)| *sku == line.sku) {
            Some((_, quantity)) => *quantity += line.quantity,
            None => pieces.push((line.sku.clone(), line.quantity)),
        }
    }
    Some(IncomingOrder {
        number: order_number("order_number", &event.order_number).ok()?,
        pieces,
        occurred_at: DateTime::from_timestamp_millis(event.occurred_at)?,
        kind,
    })
}

#[cfg(test)]
#[path = "orders_tests.rs"]
mod tests;
