use coheron_core::as_of::AsOf;
use coheron_core::change::OrderStatusFacts;
use coheron_core::ids::SiteId;

use super::*;

const FIRST: i64 = FIRST_ORDER_NUMBER;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).expect("a time")
}

fn book() -> OrderBook {
    OrderBook::new(OrderTiming {
        accept_after: Duration::from_secs(1),
        ship_after: Duration::from_secs(10),
        deliver_after: Duration::from_secs(20),
    })
}

fn order(number: i64, pieces: &[(&str, i64)], kind: IncomingOrderKind) -> IncomingOrder {
    let pieces = pieces.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect();
    IncomingOrder { number, pieces, occurred_at: at(0), kind }
}

fn placed(number: i64, pieces: &[(&str, i64)]) -> IncomingOrder {
    order(number, pieces, IncomingOrderKind::Placed)
}

fn cancelled(number: i64, pieces: &[(&str, i64)]) -> IncomingOrder {
    order(number, pieces, IncomingOrderKind::Cancelled)
}

fn statuses(due: &[DueAnswer]) -> Vec<ErpOrderStatus> {
    due.iter().map(|answer| answer.status).collect()
}

#[test]
fn figures_contain_orders_up_to_the_first_gap() {
    let mut book = book();
    assert_eq!(book.take(placed(FIRST + 1, &[("A", 2)])), Vec::<String>::new());
    assert_eq!((book.contained_up_to(), book.taken("A")), (FIRST - 1, 0));
    assert_eq!(book.take(placed(FIRST, &[("B", 1)])), ["B", "A"]);
    assert_eq!((book.contained_up_to(), book.taken("A"), book.taken("B")), (FIRST + 1, 2, 1));
    assert_eq!((book.last_order_of("A"), book.last_order_of("C")), (Some(FIRST + 1), None));
}

#[test]
fn an_order_counts_once_and_what_was_cancelled_comes_back_once() {
    let mut book = book();
    book.take(placed(FIRST, &[("A", 3)]));
    assert_eq!(book.take(placed(FIRST, &[("A", 3)])), Vec::<String>::new());
    assert_eq!(book.taken("A"), 3);
    assert_eq!(book.take(cancelled(FIRST, &[("A", 3)])), ["A"]);
    assert_eq!(book.take(cancelled(FIRST, &[("A", 3)])), Vec::<String>::new());
    assert_eq!(book.take(placed(FIRST, &[("A", 3)])), Vec::<String>::new(), "nothing follows on a cancellation");
    assert_eq!((book.taken("A"), book.contained_up_to()), (0, FIRST));
}

#[test]
fn a_cancellation_may_come_before_its_order() {
    let mut book = book();
    book.take(cancelled(FIRST, &[("A", 3)]));
    book.take(placed(FIRST, &[("A", 3)]));
    assert_eq!((book.taken("A"), book.contained_up_to()), (0, FIRST));
    assert_eq!(statuses(&book.due_answers(at(100))), [ErpOrderStatus::Cancelled]);
    assert_eq!(book.due_answers(at(200)), []);
}

#[test]
fn answers_come_in_their_time_and_once() {
    let mut book = book();
    book.take(placed(FIRST, &[("A", 1)]));
    assert_eq!(book.due_answers(at(0)), []);
    assert_eq!(book.next_due(), Some(at(1)));
    let accepted = book.due_answers(at(2));
    assert_eq!(statuses(&accepted), [ErpOrderStatus::Accepted]);
    assert_eq!((accepted[0].entity_version, accepted[0].acknowledged_at), (1, at(2)));
    assert_eq!(book.due_answers(at(11)), []);
    let rest = book.due_answers(at(100));
    assert_eq!(statuses(&rest), [ErpOrderStatus::Shipped, ErpOrderStatus::Delivered]);
    assert_eq!(rest[1].acknowledged_at, at(2));
    assert_eq!((book.due_answers(at(200)), book.next_due()), (vec![], None));
}

#[test]
fn what_was_answered_before_a_restart_is_not_answered_again() {
    let facts = OrderStatusFacts {
        order_number: FIRST,
        status: ErpOrderStatus::Accepted,
        document_number: None,
        acknowledged_at: Some(at(5)),
        note: None,
    };
    let as_of = AsOf { topic: "t".to_owned(), partition: 0, offset: 0, erp_time: at(5), entity_version: 1 };
    let answer = OrderAnswer { site_id: SiteId(uuid::Uuid::nil()), facts, as_of };
    // The topics are read in any order.
    for answer_first in [false, true] {
        let mut book = book();
        if answer_first {
            book.heed(&answer);
        }
        book.take(placed(FIRST, &[("A", 1)]));
        if !answer_first {
            book.heed(&answer);
        }
        assert_eq!(book.due_answers(at(14)), []);
        let shipped = book.due_answers(at(15));
        assert_eq!(statuses(&shipped), [ErpOrderStatus::Shipped]);
        assert_eq!(shipped[0].acknowledged_at, at(5));
    }
}

#[test]
fn a_cancelled_order_is_answered_also_after_it_was_shipped() {
    let mut book = book();
    book.take(placed(FIRST, &[("A", 1)]));
    assert_eq!(book.due_answers(at(15)).len(), 1);
    book.take(cancelled(FIRST, &[("A", 1)]));
    let due = book.due_answers(at(16));
    assert_eq!(statuses(&due), [ErpOrderStatus::Cancelled]);
    assert_eq!(due[0].acknowledged_at, at(15));
}

#[test]
fn pieces_up_to_a_number_leave_out_cancelled_orders() {
    let mut book = book();
    for number in FIRST..FIRST + 3 {
        book.take(placed(number, &[("A", 1), ("B", 5)]));
    }
    book.take(cancelled(FIRST, &[("A", 1), ("B", 5)]));
    assert_eq!(book.taken_up_to("A", FIRST + 1), 1);
    assert_eq!(book.taken_up_to("B", FIRST + 2), 10);
}
