//! Answers to orders.

use coheron_core::change::{ErpOrderStatus, OrderStatusFacts};
use coheron_schemas::records::OrderStatusChange;

use super::*;

fn answer_json() -> Value {
    json!({
        "site": "demo", "order_number": "100001", "entity_version": 2, "occurred_at": NOW_MS, "status": "shipped",
        "document_number": "SO-1", "acknowledged_at": "2026-05-01T10:00:00Z", "note": " "
    })
}

fn answer() -> OrderStatusChange {
    OrderStatusChange {
        site: "demo".to_owned(),
        order_number: "100001".to_owned(),
        entity_version: 2,
        occurred_at: NOW_MS,
        event_id: "e".to_owned(),
        source: "erp".to_owned(),
        status: "shipped".to_owned(),
        document_number: Some("SO-1".to_owned()),
        acknowledged_at: Some(1_777_629_600_000),
        note: None,
    }
}

#[tokio::test]
async fn an_answer_is_the_same_in_avro_and_in_json() {
    let expected = OrderStatusFacts {
        order_number: 100_001,
        status: ErpOrderStatus::Shipped,
        document_number: Some("SO-1".to_owned()),
        acknowledged_at: DateTime::from_timestamp_millis(1_777_629_600_000),
        note: None,
    };
    for draft in [
        Draft::avro("demo:100001", &answer()),
        Draft::json(ERP_ORDER_CHANGE.name, "demo:100001", &answer_json()),
        Draft::json(ERP_ORDER_CHANGE.name, &format!("{SITE}:100001"), &answer_json()),
    ] {
        let answer = decode_answer(&draft).await.expect("an answer");
        assert_eq!((answer.site_id, &answer.facts), (SITE, &expected));
        assert_eq!((answer.as_of.entity_version, answer.as_of.offset), (2, 41));
    }
}

#[tokio::test]
async fn wrong_answers_are_refused_with_their_field() {
    let json = |field: &str, value: Value| {
        Draft::json(ERP_ORDER_CHANGE.name, "demo:100001", &with(answer_json(), field, value))
    };
    let keyed = |number: &str| {
        let body = with(answer_json(), "order_number", json!(number));
        Draft::json(ERP_ORDER_CHANGE.name, &format!("demo:{number}"), &body)
    };
    use IngestReason::*;
    for (draft, reason, field) in [
        (json("status", json!("posted")), InvalidValue, Some("status")),
        (json("status", Value::Null), MissingField, Some("status")),
        (json("acknowledged_at", json!(5)), InvalidValue, Some("acknowledged_at")),
        (json("document_number", json!("x".repeat(300))), InvalidValue, Some("document_number")),
        (json("note", json!("x".repeat(2_000))), InvalidValue, Some("note")),
        (json("order_number", json!("100002")), KeyMismatch, None),
        (keyed("A-1"), InvalidValue, Some("order_number")),
        (keyed("99999999999999999999"), InvalidValue, Some("order_number")),
        (Draft::tombstone(ERP_ORDER_CHANGE.name, "demo:100001"), InvalidValue, Some("value")),
        (Draft::json(ERP_STOCK_CHANGE.name, "demo:TEE", &stock_json()), UnsupportedTopic, None),
    ] {
        let Err(DecodeFailure::Refused(error)) = decode_answer(&draft).await else { panic!("not refused") };
        assert_eq!((error.reason, error.field.as_deref()), (reason, field), "{error}");
    }
}
