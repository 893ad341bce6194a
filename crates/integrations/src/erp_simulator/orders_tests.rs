use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use coheron_core::as_of::AsOf;
use coheron_core::change::{CategoryFacts, ErpOrderStatus, OrderStatusFacts, StockFacts};
use coheron_core::ids::SiteId;
use coheron_core::sku::Sku;
use coheron_schemas::codec::decode;
use coheron_schemas::framing::unframe;
use coheron_schemas::record_kind::RecordKind;
use coheron_schemas::records::{ContractRecord, OrderAddress, OrderCustomer, OrderLine, OrderPayment, StockChange};
use coheron_schemas::writer_schema::WriterSchema;

use super::*;
use crate::erp_catalogue::{CatalogueProduct, ErpCatalogue};
use crate::erp_simulator::{BEFORE_ORDERS_HEADER, SchemaIds};

const START: i64 = 1_790_000_000;

/// The topics of the ERP, and the ERP as it is now.
struct World {
    seconds: Arc<AtomicI64>,
    erp: ErpSimulator,
    orders: Vec<OrderEvent>,
    said: Vec<OutgoingErpRecord>,
}

impl World {
    /// Ten pieces of A and of B.
    fn new() -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let mut world = Self { erp: simulator(&seconds), seconds, orders: vec![], said: vec![] };
        for place in world.erp.export_places() {
            let record = world.erp.record_of(place).expect("a record");
            world.said.push(record);
        }
        world
    }

    fn order(&mut self, number: i64, event_type: OrderEventType, pieces: &[(&str, i64)]) {
        let event = event(number, event_type, pieces);
        self.erp.read_order(&event);
        self.orders.push(event);
    }

    /// What the ERP says at this second.
    fn at(&mut self, seconds: i64) -> Vec<OutgoingErpRecord> {
        self.seconds.store(seconds, Ordering::SeqCst);
        let due = self.erp.due_records().expect("records");
        self.said.extend(due.iter().cloned());
        due
    }

    /// Another life, which reads the topics from their beginning, `lost` of the last records never having arrived.
    fn restart(&mut self, lost: usize) {
        self.said.truncate(self.said.len() - lost);
        self.erp = simulator(&self.seconds);
        for record in &self.said {
            match record.kind {
                RecordKind::Stock => self.erp.read_stock(read_stock(record)),
                RecordKind::OrderStatus => self.erp.read_answer(&read_answer(record)),
                _ => {}
            }
        }
        for event in &self.orders {
            self.erp.read_order(event);
        }
    }

    /// On hand and the last contained order, by the newest record.
    fn figure(&self, sku: &str) -> (i64, Option<String>) {
        let of_sku = self.said.iter().filter(|record| record.kind == RecordKind::Stock && record.entity_id == sku);
        let newest = of_sku.max_by_key(|record| record.entity_version).expect("a figure");
        let stock: StockChange = read(newest);
        (stock.on_hand, stock.last_order_number)
    }
}

fn simulator(seconds: &Arc<AtomicI64>) -> ErpSimulator {
    let product = |sku: &str| {
        let sku = Sku::parse(sku).expect("a SKU");
        let price = coheron_core::change::PriceFacts {
            currency: coheron_core::money::Currency::parse("EUR").expect("a currency"),
            amount_minor: 100,
            list_amount_minor: None,
        };
        let stock = vec![(sku.clone(), StockFacts { on_hand: 10, last_order_number: None })];
        CatalogueProduct { stock, ..CatalogueProduct::with_price(sku, price) }
    };
    let category = CategoryFacts { name: "All".to_owned(), parent_id: None, position: 0 };
    let catalogue =
        ErpCatalogue { categories: vec![("all".to_owned(), category)], products: vec![product("A"), product("B")] };
    let schema_ids: SchemaIds = RecordKind::ALL.into_iter().zip(1..).collect();
    let seconds = seconds.clone();
    let clock = move || DateTime::from_timestamp(START + seconds.load(Ordering::SeqCst), 0).unwrap_or_default();
    let timing = OrderTiming {
        accept_after: Duration::ZERO,
        ship_after: Duration::from_secs(10),
        deliver_after: Duration::from_secs(20),
    };
    ErpSimulator::new("demo", catalogue, schema_ids, 1, clock).with_orders(timing)
}

fn event(number: i64, event_type: OrderEventType, pieces: &[(&str, i64)]) -> OrderEvent {
    let address = OrderAddress {
        name: "Ada".to_owned(),
        company: None,
        line1: "Street 1".to_owned(),
        line2: None,
        city: "Berlin".to_owned(),
        region: None,
        postal_code: "10969".to_owned(),
        country: "DE".to_owned(),
        phone: None,
    };
    let lines = pieces.iter().zip(1..).map(|((sku, quantity), line_number)| OrderLine {
        line_number,
        sku: (*sku).to_owned(),
        name: (*sku).to_owned(),
        quantity: *quantity,
        unit_price_minor: 100,
        line_total_minor: 100 * quantity,
    });
    OrderEvent {
        event_id: format!("{number}-{}", event_type.name()),
        event_type: event_type.name().to_owned(),
        site: "demo".to_owned(),
        order_id: number.to_string(),
        order_number: number.to_string(),
        occurred_at: START * 1_000,
        currency: "EUR".to_owned(),
        customer: OrderCustomer { email: "ada@example.com".to_owned() },
        shipping_address: address,
        billing_address: None,
        shipping_method: "standard".to_owned(),
        lines: lines.collect(),
        subtotal_minor: 0,
        discount_minor: 0,
        shipping_minor: 0,
        tax_minor: 0,
        total_minor: 0,
        tax_mode: "included".to_owned(),
        tax_rate_basis_points: 1_900,
        payment: OrderPayment { gateway: "test".to_owned(), reference: "p".to_owned(), amount_minor: 0 },
    }
}

fn read<Record: ContractRecord>(record: &OutgoingErpRecord) -> Record {
    let writer = WriterSchema::parse(Record::KIND.avsc()).expect("a schema");
    decode(&writer, unframe(&record.payload).expect("framed").body).expect("a record")
}

fn read_stock(record: &OutgoingErpRecord) -> ReadStock {
    let change: StockChange = read(record);
    let header = record.headers.iter().find(|(name, _)| *name == BEFORE_ORDERS_HEADER);
    ReadStock {
        sku: change.sku,
        entity_version: change.entity_version,
        figure: StockFacts {
            on_hand: change.on_hand,
            last_order_number: change.last_order_number.and_then(|number| number.parse().ok()),
        },
        before_orders: header.and_then(|(_, value)| value.parse().ok()),
    }
}

fn read_answer(record: &OutgoingErpRecord) -> OrderAnswer {
    let change: OrderStatusChange = read(record);
    OrderAnswer {
        site_id: SiteId(uuid::Uuid::nil()),
        facts: OrderStatusFacts {
            order_number: change.order_number.parse().expect("digits"),
            status: ErpOrderStatus::parse(&change.status).expect("a status"),
            document_number: change.document_number,
            acknowledged_at: change.acknowledged_at.and_then(DateTime::from_timestamp_millis),
            note: None,
        },
        as_of: AsOf {
            topic: record.topic.to_owned(),
            partition: 0,
            offset: 0,
            erp_time: DateTime::from_timestamp_millis(change.occurred_at).expect("a time"),
            entity_version: change.entity_version,
        },
    }
}

fn some(number: i64) -> Option<String> {
    Some(number.to_string())
}

#[test]
fn an_order_is_answered_and_taken_off_the_figures_it_touches() {
    let mut world = World::new();
    assert_eq!(world.figure("A"), (10, some(100_000)));
    world.order(100_001, OrderEventType::Placed, &[("A", 3)]);
    let said = world.at(1);
    assert_eq!(said.iter().map(|record| record.kind).collect::<Vec<_>>(), [RecordKind::OrderStatus, RecordKind::Stock]);
    let answer: OrderStatusChange = read(&said[0]);
    assert_eq!((said[0].key.as_str(), said[0].topic), ("demo:100001", "erp.order.change.v1"));
    assert_eq!((answer.status.as_str(), answer.document_number.as_deref()), ("accepted", Some("SO-100001")));
    assert_eq!(answer.acknowledged_at, Some((START + 1) * 1_000));
    assert_eq!((world.figure("A"), world.figure("B")), ((7, some(100_001)), (10, some(100_000))));

    world.order(100_001, OrderEventType::Placed, &[("A", 3)]);
    assert_eq!(world.at(2), [], "the same event again is no news");
    world.order(100_001, OrderEventType::Cancelled, &[("A", 3)]);
    let statuses: Vec<String> = world
        .at(3)
        .iter()
        .filter(|record| record.kind == RecordKind::OrderStatus)
        .map(|r| read::<OrderStatusChange>(r).status)
        .collect();
    assert_eq!(statuses, ["cancelled"]);
    assert_eq!(world.figure("A"), (10, some(100_001)));
}

#[test]
fn a_restart_books_nothing_twice_whatever_was_lost_on_the_way() {
    for lost in 0..=4 {
        let mut world = World::new();
        world.order(100_001, OrderEventType::Placed, &[("A", 3), ("B", 1)]);
        world.order(100_002, OrderEventType::Placed, &[("A", 2)]);
        // Two answers and two figures.
        assert_eq!(world.at(1).len(), 4);
        world.restart(lost);
        let again = world.at(2);
        assert_eq!(again.len(), lost, "what was lost is said again, and only that");
        assert_eq!((world.figure("A"), world.figure("B")), ((5, some(100_002)), (9, some(100_002))));
        world.order(100_002, OrderEventType::Cancelled, &[("A", 2)]);
        world.at(3);
        world.restart(0);
        assert_eq!(world.at(4), []);
        assert_eq!(world.figure("A"), (7, some(100_002)));
    }
}

#[test]
fn orders_that_arrived_while_the_erp_was_down_are_caught_up() {
    let mut world = World::new();
    for number in 100_001..=100_008 {
        world.orders.push(event(number, OrderEventType::Placed, &[("A", 1)]));
    }
    world.restart(0);
    assert_eq!(world.at(5).len(), 9, "eight answers and one figure");
    assert_eq!(world.figure("A"), (2, some(100_008)));
}

#[test]
fn a_figure_of_somebody_else_counts_with_the_orders_it_contains() {
    let mut world = World::new();
    world.order(100_001, OrderEventType::Placed, &[("A", 3)]);
    world.order(100_002, OrderEventType::Placed, &[("A", 2)]);
    world.at(1);
    let counted = ReadStock {
        sku: "A".to_owned(),
        entity_version: i64::MAX / 2,
        figure: StockFacts { on_hand: 50, last_order_number: Some(100_001) },
        before_orders: None,
    };
    world.erp.read_stock(counted);
    assert_eq!(world.at(2).len(), 1);
    assert_eq!(world.figure("A"), (48, some(100_002)));
}

#[test]
fn events_of_other_shops_and_unknown_types_are_left_alone() {
    let mut world = World::new();
    let known = event(100_001, OrderEventType::Placed, &[("A", 3)]);
    world.erp.read_order(&OrderEvent { site: "outlet".to_owned(), ..known.clone() });
    world.erp.read_order(&OrderEvent { event_type: "amended".to_owned(), ..known.clone() });
    world.erp.read_order(&OrderEvent { order_number: "A-1".to_owned(), ..known });
    assert_eq!(world.at(1), []);
}
