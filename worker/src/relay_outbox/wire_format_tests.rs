use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use coheron_core::ports::SchemaRegistrarError;
use coheron_core::retry::RetryClass;
use coheron_core::topics::{CATALOG_DOCUMENT_STATE, COMMERCE_ORDER_EVENT};
use coheron_schemas::framing::unframe;
use coheron_schemas::records::{OrderAddress, OrderCustomer, OrderEvent, OrderPayment};
use coheron_schemas::writer_schema::WriterSchema;

use super::*;

/// Gives the id 7 for the one subject it expects, after some failures.
#[derive(Default)]
struct Registry {
    failures: usize,
    calls: AtomicUsize,
}

#[async_trait]
impl SchemaRegistrar for Registry {
    async fn register_schema(&self, subject: &str, schema: &str) -> Result<i32, SchemaRegistrarError> {
        assert_eq!(subject, "shop1.commerce.order.event.v1-coheron.commerce.v1.OrderEvent");
        assert_eq!(schema, RecordKind::OrderEvent.avsc());
        if self.calls.fetch_add(1, Ordering::SeqCst) < self.failures {
            return Err(SchemaRegistrarError {
                retry_class: RetryClass::Transient,
                source: "connection refused".into(),
            });
        }
        Ok(7)
    }
}

fn wire_format(registry: Registry) -> WireFormat {
    WireFormat::new(Arc::new(registry), "shop1.")
}

fn message(topic: &str, payload: Option<Vec<u8>>) -> OutboxMessage {
    OutboxMessage { id: 1, topic: topic.to_owned(), key: b"site:order".to_vec(), payload, headers: vec![] }
}

fn order() -> OrderEvent {
    OrderEvent {
        event_id: "e".to_owned(),
        event_type: "placed".to_owned(),
        site: "demo".to_owned(),
        order_id: "o".to_owned(),
        order_number: "100001".to_owned(),
        occurred_at: 1,
        currency: "EUR".to_owned(),
        customer: OrderCustomer { email: "ada@example.com".to_owned() },
        shipping_address: OrderAddress {
            name: "Ada".to_owned(),
            company: None,
            line1: "Street 1".to_owned(),
            line2: None,
            city: "Berlin".to_owned(),
            region: None,
            postal_code: "10969".to_owned(),
            country: "DE".to_owned(),
            phone: None,
        },
        billing_address: None,
        shipping_method: "standard".to_owned(),
        lines: vec![],
        subtotal_minor: 0,
        discount_minor: 0,
        shipping_minor: 490,
        tax_minor: 78,
        total_minor: 490,
        tax_mode: "included".to_owned(),
        tax_rate_basis_points: 1_900,
        payment: OrderPayment { gateway: "test".to_owned(), reference: "p".to_owned(), amount_minor: 490 },
    }
}

#[tokio::test]
async fn a_record_becomes_avro_under_the_id_of_its_schema() {
    let format = wire_format(Registry::default());
    let json = serde_json::to_vec(&order()).expect("JSON");
    let message = message(COMMERCE_ORDER_EVENT.name, Some(json));
    let kinds = format.kinds_without_id(std::slice::from_ref(&message));
    assert_eq!(kinds, [RecordKind::OrderEvent]);
    format.learn_ids(&kinds).await;
    assert!(format.kinds_without_id(std::slice::from_ref(&message)).is_empty());

    let payload = format.encode(&message).expect("sendable").expect("another payload");
    let framed = unframe(&payload).expect("framed");
    let writer = WriterSchema::parse(RecordKind::OrderEvent.avsc()).expect("a schema");
    assert_eq!(framed.schema_id, 7);
    assert_eq!(codec::decode::<OrderEvent>(&writer, framed.body).expect("a record"), order());
}

#[tokio::test]
async fn a_topic_is_held_back_while_its_schema_has_no_id() {
    let format = wire_format(Registry { failures: 1, ..Registry::default() });
    assert!(format.held_back_topics().is_empty());
    format.learn_ids(&[RecordKind::OrderEvent]).await;
    assert_eq!(format.held_back_topics(), [COMMERCE_ORDER_EVENT.name]);
    format.learn_ids(&[RecordKind::OrderEvent]).await;
    assert!(format.held_back_topics().is_empty());
}

#[tokio::test]
async fn what_cannot_leave_says_why_and_other_topics_pass_as_they_are() {
    let format = wire_format(Registry::default());
    format.learn_ids(&[RecordKind::OrderEvent]).await;
    let refused = |message: &OutboxMessage| format.encode(message).expect_err("unsendable").reason_code;
    assert_eq!(refused(&message(COMMERCE_ORDER_EVENT.name, Some(b"{\"site\": 5}".to_vec()))), "not_a_record");
    let large = vec![b' '; MAX_RECORD_BYTES];
    assert_eq!(refused(&message(CATALOG_DOCUMENT_STATE.name, Some(large))), "record_too_large");
    let headers = vec![("reason".to_owned(), "x".repeat(MAX_RECORD_BYTES))];
    let with_headers = OutboxMessage { headers, ..message(CATALOG_DOCUMENT_STATE.name, Some(b"{}".to_vec())) };
    assert_eq!(refused(&with_headers), "record_too_large");

    let document = message(CATALOG_DOCUMENT_STATE.name, Some(b"{}".to_vec()));
    assert_eq!(format.encode(&document), Ok(None));
    assert_eq!(format.encode(&message(COMMERCE_ORDER_EVENT.name, None)), Ok(None));
}
