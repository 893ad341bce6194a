//! A registry without network, and records to begin with.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use coheron_core::attribute::AttributeValue;
use coheron_core::change::{CatalogueChange, ChangeBody, OrderAnswer, ProductFacts, VersionedDelete};
use coheron_core::ids::SiteId;
use coheron_core::ports::SchemaSourceError;
use coheron_core::retry::RetryClass;
use coheron_core::topics::{
    ERP_ORDER_CHANGE, ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE, MAX_RECORD_BYTES,
};
use coheron_schemas::codec::encode;
use coheron_schemas::framing::frame;
use coheron_schemas::record_kind::RecordKind;
use coheron_schemas::records::{CategoryChange, ContractRecord, PriceChange, ProductChange, StockChange};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

mod accepted;
mod orders;
mod refused;
mod registry;

const SITE: SiteId = SiteId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0001));
const OTHER_SITE: SiteId = SiteId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0002));
const NOW_MS: i64 = 1_780_000_000_000;
/// The registry's ids of the current schemas, in the order of `RecordKind::ALL`, begin here.
const FIRST_SCHEMA_ID: i32 = 100;
const NAMELESS_SCHEMA_ID: i32 = 200;
const BROKEN_SCHEMA_ID: i32 = 201;

#[derive(Default)]
struct FakeRegistry {
    schemas: Mutex<HashMap<i32, String>>,
    calls: AtomicUsize,
}

#[async_trait]
impl SchemaSource for FakeRegistry {
    async fn schema_by_id(&self, schema_id: i32) -> Result<Option<String>, SchemaSourceError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        Ok(self.schemas.lock().expect("a lock").get(&schema_id).cloned())
    }
}

struct DeadRegistry;

#[async_trait]
impl SchemaSource for DeadRegistry {
    async fn schema_by_id(&self, _: i32) -> Result<Option<String>, SchemaSourceError> {
        Err(SchemaSourceError("connection refused".into()))
    }
}

/// A record under construction; by default a stock record in JSON.
struct Draft {
    topic: &'static str,
    key: Option<Vec<u8>>,
    payload: Option<Vec<u8>>,
    headers: Vec<(String, Bytes)>,
}

impl Draft {
    fn json(topic: &'static str, key: &str, body: &Value) -> Self {
        Self { topic, key: Some(key.into()), payload: Some(body.to_string().into()), headers: vec![] }
    }

    fn avro<Record: ContractRecord>(key: &str, record: &Record) -> Self {
        let payload = frame(schema_id(Record::KIND), &encode(record).expect("encodes"));
        Self { topic: Record::KIND.topic().name, key: Some(key.into()), payload: Some(payload), headers: vec![] }
    }

    fn tombstone(topic: &'static str, key: &str) -> Self {
        Self { topic, key: Some(key.into()), payload: None, headers: vec![] }
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), Bytes::copy_from_slice(value.as_bytes())));
        self
    }

    fn incoming(&self) -> IncomingRecord<'_> {
        IncomingRecord {
            topic: self.topic,
            partition: 2,
            offset: 41,
            timestamp: now(),
            key: self.key.as_deref(),
            payload: self.payload.as_deref(),
            headers: &self.headers,
        }
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(NOW_MS).expect("a time")
}

fn schema_id(kind: RecordKind) -> i32 {
    FIRST_SCHEMA_ID + kind as i32
}

fn registry() -> FakeRegistry {
    let nameless = r#"{"type": "record", "name": "ProductChange", "fields": [
        {"name": "site", "type": "string"}, {"name": "sku", "type": "string"},
        {"name": "entity_version", "type": "long"}, {"name": "occurred_at", "type": "long"},
        {"name": "event_id", "type": "string"}, {"name": "source", "type": "string"}]}"#;
    let current = RecordKind::ALL.into_iter().map(|kind| (schema_id(kind), kind.avsc().to_owned()));
    let broken = [(NAMELESS_SCHEMA_ID, nameless.to_owned()), (BROKEN_SCHEMA_ID, "message Proto {}".to_owned())];
    FakeRegistry { schemas: Mutex::new(current.chain(broken).collect()), calls: AtomicUsize::new(0) }
}

fn sites() -> SiteDirectory {
    SiteDirectory::new([(SITE, "demo"), (OTHER_SITE, "outlet")])
}

async fn decode_answer(draft: &Draft) -> Result<OrderAnswer, DecodeFailure> {
    let decoder = ErpDecoder::with_clock(Arc::new(registry()), Arc::new(now));
    decoder.decode(&draft.incoming(), &sites()).await
}

async fn decode(draft: &Draft) -> Result<CatalogueChange, DecodeFailure> {
    let decoder = ErpDecoder::with_clock(Arc::new(registry()), Arc::new(now));
    decoder.decode(&draft.incoming(), &sites()).await
}

async fn refusal(draft: &Draft) -> IngestError {
    match decode(draft).await {
        Err(DecodeFailure::Refused(error)) => error,
        other => panic!("not refused: {other:?}"),
    }
}

async fn product_of(draft: &Draft) -> (ProductFacts, coheron_core::as_of::AsOf) {
    match decode(draft).await.expect("a change") {
        CatalogueChange::Product(change) => {
            assert_eq!((change.site_id, change.entity_id.as_str()), (SITE, "TEE"));
            match change.body {
                ChangeBody::Upsert(facts) => (facts, change.as_of),
                ChangeBody::Delete { .. } => panic!("a delete"),
            }
        }
        other => panic!("not a product: {other:?}"),
    }
}

fn product_json() -> Value {
    json!({
        "site": "demo", "sku": "TEE", "entity_version": 7, "occurred_at": "2026-05-01T10:00:00.5Z",
        "event_id": "e-1", "source": "erp-eu", "name": "Heavy T-shirt", "description": "Wears in, not out.",
        "brand": "Plain Weave", "category_ids": ["tees", "new", "tees"],
        "images": [{"url": "https://pictures.example/1.svg", "alt": "Front"}, {"url": "/media/2.svg"}],
        "variants": [{"sku": "TEE-M", "options": {"size": "M"}}],
        "gtins": ["4006381333931"], "mpn": "", "popularity": 3, "released_at": 1_700_000_000_000_i64,
        "unknown_field": {"is": "ignored"}
    })
}

fn price_json() -> Value {
    json!({"site": "demo", "sku": "TEE", "entity_version": 1, "occurred_at": NOW_MS, "currency": "EUR", "amount_minor": 1999})
}

fn stock_json() -> Value {
    json!({"site": "demo", "sku": "TEE", "entity_version": 1, "occurred_at": NOW_MS, "on_hand": 3})
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().expect("an object").remove(field).expect("the field was there");
    body
}

fn price() -> PriceChange {
    PriceChange {
        site: "demo".to_owned(),
        sku: "TEE".to_owned(),
        entity_version: 3,
        occurred_at: NOW_MS,
        event_id: "e".to_owned(),
        source: "erp".to_owned(),
        currency: "EUR".to_owned(),
        amount_minor: 1999,
        list_amount_minor: None,
    }
}

/// A product as Avro, made of the JSON one, so that both formats are compared.
fn product() -> ProductChange {
    ProductChange {
        site: "demo".to_owned(),
        sku: "TEE".to_owned(),
        entity_version: 7,
        occurred_at: 1_777_629_600_500,
        event_id: "e-1".to_owned(),
        source: "erp-eu".to_owned(),
        name: "Heavy T-shirt".to_owned(),
        description: "Wears in, not out.".to_owned(),
        brand: Some("Plain Weave".to_owned()),
        category_ids: vec!["tees".to_owned(), "new".to_owned()],
        attributes: vec![],
        images: vec![
            coheron_core::change::Image { url: "https://pictures.example/1.svg".to_owned(), alt: "Front".to_owned() },
            coheron_core::change::Image { url: "/media/2.svg".to_owned(), alt: String::new() },
        ],
        variants: vec![coheron_schemas::records::Variant {
            sku: "TEE-M".to_owned(),
            options: vec![coheron_schemas::records::VariantOption { name: "size".to_owned(), value: "M".to_owned() }],
            images: vec![],
        }],
        gtins: vec!["4006381333931".to_owned()],
        mpn: None,
        popularity: 3.0,
        released_at: Some(1_700_000_000_000),
    }
}
