//! One table per format, and one case per way a record can be wrong.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use coheron_core::attribute::AttributeValue;
use coheron_core::change::{ChangeBody, ProductFacts, VersionedDelete};
use coheron_core::ids::SiteId;
use coheron_core::ports::SchemaSourceError;
use coheron_core::retry::RetryClass;
use coheron_core::topics::{
    ERP_ORDER_CHANGE, ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE, MAX_RECORD_BYTES,
};
use coheron_schemas::codec::encode;
use coheron_schemas::framing::frame;
use coheron_schemas::record_kind::RecordKind;
use coheron_schemas::records::{CategoryChange, ErpRecord, PriceChange, ProductChange, StockChange};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

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

    fn avro<Record: ErpRecord>(key: &str, record: &Record) -> Self {
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

#[tokio::test]
async fn json_and_avro_tell_the_same_product() {
    let from_json = product_of(&Draft::json(ERP_PRODUCT_CHANGE.name, "demo:TEE", &product_json())).await;
    let from_avro = product_of(&Draft::avro("demo:TEE", &product())).await;
    assert_eq!(from_json, from_avro);
    let (facts, as_of) = from_json;
    assert_eq!(facts.category_ids, ["tees", "new"], "a repeated category counts once");
    assert_eq!(facts.mpn, None, "an empty text is none");
    assert_eq!((as_of.partition, as_of.offset, as_of.entity_version), (2, 41, 7));
    assert_eq!(as_of.topic, ERP_PRODUCT_CHANGE.name);
    assert_eq!(as_of.erp_time.timestamp_millis(), 1_777_629_600_500);
}

#[tokio::test]
async fn every_feed_is_decoded() {
    let category = CategoryChange {
        site: SITE.to_string(),
        category_id: "a:b".to_owned(),
        entity_version: 0,
        occurred_at: NOW_MS,
        event_id: String::new(),
        source: String::new(),
        name: "Tees".to_owned(),
        parent_id: Some(String::new()),
        position: 4,
    };
    let key = format!("{SITE}:a:b");
    match decode(&Draft::avro(&key, &category)).await.expect("a change") {
        CatalogueChange::Category(change) => {
            assert_eq!(change.entity_id, "a:b");
            let ChangeBody::Upsert(facts) = change.body else { panic!("a delete") };
            assert_eq!((facts.parent_id, facts.position), (None, 4));
        }
        other => panic!("not a category: {other:?}"),
    }
    let stock = StockChange {
        site: "outlet".to_owned(),
        sku: "TEE".to_owned(),
        entity_version: 9,
        occurred_at: NOW_MS,
        event_id: "e".to_owned(),
        source: "erp".to_owned(),
        on_hand: -4,
        last_order_number: Some("1001".to_owned()),
    };
    match decode(&Draft::avro("outlet:TEE", &stock)).await.expect("a change") {
        CatalogueChange::Stock(change) => {
            assert_eq!(change.site_id, OTHER_SITE);
            let ChangeBody::Upsert(facts) = change.body else { panic!("a delete") };
            assert_eq!((facts.on_hand, facts.last_order_number.as_deref()), (-4, Some("1001")));
        }
        other => panic!("not stock: {other:?}"),
    }
    match decode(&Draft::json(ERP_PRICE_CHANGE.name, "demo:TEE", &price_json())).await.expect("a change") {
        CatalogueChange::Price(change) => {
            let ChangeBody::Upsert(facts) = change.body else { panic!("a delete") };
            assert_eq!((facts.amount_minor, facts.currency.code()), (1999, "EUR"));
        }
        other => panic!("not a price: {other:?}"),
    }
}

#[tokio::test]
async fn the_order_of_attributes_and_options_is_that_of_the_json() {
    let payload = br#" {"site": "demo", "sku": "TEE", "entity_version": 1, "occurred_at": 1770000000000, "name": "Tee",
        "attributes": {"weight_g": 220, "material": "Cotton", "organic": true, "care": ["30", "40"]},
        "variants": [{"sku": "V", "options": {"size": "M", "colour": "Moss"}}]}"#;
    let draft = Draft { payload: Some(payload.to_vec()), ..Draft::tombstone(ERP_PRODUCT_CHANGE.name, "demo:TEE") };
    let (facts, _) = product_of(&draft).await;
    assert_eq!(facts.attributes.keys().collect::<Vec<_>>(), ["weight_g", "material", "organic", "care"]);
    assert_eq!(facts.attributes["weight_g"], AttributeValue::Number(220.0));
    assert_eq!(facts.variants[0].options.keys().collect::<Vec<_>>(), ["size", "colour"]);
}

#[tokio::test]
async fn cloud_event_headers_fill_what_the_body_lacks() {
    let body = without(without(without(product_json(), "occurred_at"), "event_id"), "source");
    let draft = Draft::json(ERP_PRODUCT_CHANGE.name, "demo:TEE", &body);
    assert_eq!(refusal(&draft).await.field.as_deref(), Some("occurred_at"));
    let draft = draft
        .header("ce_specversion", "1.0")
        .header("ce_id", "42")
        .header("ce_type", "product.changed")
        .header("ce_source", "/erp/eu")
        .header("ce_time", "2026-05-01T10:00:00Z");
    let (_, as_of) = product_of(&draft).await;
    assert_eq!(as_of.erp_time.to_rfc3339(), "2026-05-01T10:00:00+00:00");
}

#[tokio::test]
async fn change_capture_envelopes_are_opened() {
    let row = without(product_json(), "occurred_at");
    for envelope in [
        json!({"op": "c", "before": null, "after": row, "ts_ms": NOW_MS, "source": {"ts_ms": NOW_MS - 5}}),
        json!({"schema": {"type": "struct"}, "payload": {"op": "u", "before": null, "after": row, "ts_ms": NOW_MS - 5}}),
        json!({"op": "r", "after": row, "ts_ms": NOW_MS - 5, "source": {"ts_ms": 0}}),
    ] {
        let (facts, as_of) = product_of(&Draft::json(ERP_PRODUCT_CHANGE.name, "demo:TEE", &envelope)).await;
        assert_eq!(facts.name, "Heavy T-shirt");
        assert_eq!(as_of.erp_time.timestamp_millis(), NOW_MS - 5);
    }
    // JSON columns arrive as text.
    let row = with(product_json(), "attributes", json!(r#"{"material": "Cotton"}"#));
    let envelope = json!({"op": "u", "after": row});
    let (facts, _) = product_of(&Draft::json(ERP_PRODUCT_CHANGE.name, "demo:TEE", &envelope)).await;
    assert_eq!(facts.attributes["material"], AttributeValue::Text("Cotton".to_owned()));
}

#[tokio::test]
async fn deletes_carry_a_version_where_the_record_tells_one() {
    let stock = ERP_STOCK_CHANGE.name;
    let capture = |before: Value| {
        Draft::json(stock, "demo:TEE", &json!({"op": "d", "before": before, "after": null, "ts_ms": NOW_MS - 9}))
    };
    for (draft, versioned, entity_version, erp_time) in [
        (Draft::tombstone(stock, "demo:TEE"), VersionedDelete::No, 0, NOW_MS),
        (Draft::tombstone(stock, "demo:TEE").header("entity_version", "12"), VersionedDelete::Yes, 12, NOW_MS),
        (
            Draft::tombstone(stock, &format!("{SITE}:TEE"))
                .header("entity_version", "12")
                .header("occurred_at", "1770000000000"),
            VersionedDelete::Yes,
            12,
            1_770_000_000_000,
        ),
        (capture(Value::Null), VersionedDelete::No, 0, NOW_MS - 9),
        (capture(json!({"site": "demo", "sku": "TEE", "entity_version": 12})), VersionedDelete::Yes, 13, NOW_MS - 9),
    ] {
        match decode(&draft).await.expect("a change") {
            CatalogueChange::Stock(change) => {
                assert_eq!((change.site_id, change.entity_id.as_str()), (SITE, "TEE"));
                assert_eq!(change.body, ChangeBody::Delete { versioned });
                assert_eq!(change.as_of.entity_version, entity_version);
                assert_eq!(change.as_of.erp_time.timestamp_millis(), erp_time);
            }
            other => panic!("not stock: {other:?}"),
        }
    }
}

#[tokio::test]
async fn wrong_json_is_refused_with_its_field() {
    let product = |body: Value| Draft::json(ERP_PRODUCT_CHANGE.name, "demo:TEE", &body);
    let price = |body: Value| Draft::json(ERP_PRICE_CHANGE.name, "demo:TEE", &body);
    let attributes = |value: Value| product(with(product_json(), "attributes", value));
    use IngestReason::*;
    for (draft, reason, field) in [
        (product(without(product_json(), "name")), MissingField, Some("name")),
        (product(with(product_json(), "name", Value::Null)), MissingField, Some("name")),
        (product(with(product_json(), "name", json!("  "))), InvalidValue, Some("name")),
        (product(with(product_json(), "name", json!(5))), InvalidValue, Some("name")),
        (product(with(product_json(), "name", json!("a\0b"))), InvalidValue, Some("name")),
        (product(without(product_json(), "site")), MissingField, Some("site")),
        (product(without(product_json(), "sku")), MissingField, Some("sku")),
        (product(without(product_json(), "entity_version")), MissingField, Some("entity_version")),
        (product(without(product_json(), "occurred_at")), MissingField, Some("occurred_at")),
        (product(with(product_json(), "sku", json!(" TEE"))), InvalidValue, Some("sku")),
        (product(with(product_json(), "entity_version", json!(-1))), InvalidValue, Some("entity_version")),
        (product(with(product_json(), "entity_version", json!("7"))), InvalidValue, Some("entity_version")),
        (product(with(product_json(), "occurred_at", json!("yesterday"))), InvalidValue, Some("occurred_at")),
        (product(with(product_json(), "occurred_at", json!(NOW_MS / 1000))), InvalidValue, Some("occurred_at")),
        (product(with(product_json(), "occurred_at", json!(NOW_MS + 90_000_000))), InvalidValue, Some("occurred_at")),
        (product(with(product_json(), "released_at", json!(i64::MAX))), InvalidValue, Some("released_at")),
        (
            product(with(product_json(), "description", json!("x".repeat(2 * 1024 * 1024)))),
            InvalidValue,
            Some("description"),
        ),
        (product(with(product_json(), "category_ids", json!([""]))), InvalidValue, Some("category_ids")),
        (product(with(product_json(), "category_ids", json!([1]))), InvalidValue, Some("category_ids")),
        (product(with(product_json(), "images", json!([{"alt": "x"}]))), MissingField, Some("images.url")),
        (
            product(with(product_json(), "images", json!([{"url": "javascript:alert(1)"}]))),
            InvalidValue,
            Some("images.url"),
        ),
        (product(with(product_json(), "variants", json!([{"options": {}}]))), MissingField, Some("variants.sku")),
        (
            product(with(product_json(), "variants", json!([{"sku": "A", "options": {"size": 3}}]))),
            InvalidValue,
            Some("variants.options"),
        ),
        (product(with(product_json(), "variants", json!({}))), InvalidValue, Some("variants")),
        (product(with(product_json(), "popularity", json!(-1))), InvalidValue, Some("popularity")),
        (attributes(json!({"size": {"cm": 3}})), InvalidValue, Some("attributes.size")),
        (attributes(json!([{"name": "a", "value": 1}, {"name": "a", "value": 2}])), InvalidValue, Some("attributes.a")),
        (attributes(json!("not an object")), InvalidValue, Some("attributes")),
        (price(with(price_json(), "amount_minor", json!(-1))), InvalidValue, Some("amount_minor")),
        (price(with(price_json(), "amount_minor", json!(19.99))), InvalidValue, Some("amount_minor")),
        (price(with(price_json(), "currency", json!("eur"))), InvalidValue, Some("currency")),
        (price(with(price_json(), "list_amount_minor", json!(-5))), InvalidValue, Some("list_amount_minor")),
        (price(with(price_json(), "site", json!("nowhere"))), UnknownSite, Some("site")),
        (price(with(price_json(), "sku", json!("OTHER"))), KeyMismatch, None),
        (price(with(price_json(), "site", json!("outlet"))), KeyMismatch, None),
        (price(json!({"op": "t", "before": null})), InvalidJson, None),
        (price(json!({"op": "c", "after": null})), MissingField, Some("after")),
        (price(json!([])), InvalidJson, None),
        (price(price_json()).header("ce_time", "noon"), InvalidValue, Some("ce_time")),
        (Draft::json(ERP_ORDER_CHANGE.name, "demo:1", &json!({})), UnsupportedTopic, None),
        (Draft::json("web.event.v1", "demo:1", &json!({})), UnsupportedTopic, None),
    ] {
        let error = refusal(&draft).await;
        assert_eq!((error.reason, error.field.as_deref()), (reason, field), "{error}");
        assert!(error.message.len() < 600, "a short message: {error}");
        if let Some(field) = field {
            assert!(error.message.contains(field), "the message names the field: {error}");
        }
        assert_eq!(error.schema_id, None);
    }
}

#[tokio::test]
async fn bytes_that_are_no_record_are_refused() {
    use IngestReason::*;
    let raw = |payload: &[u8]| Draft {
        payload: Some(payload.to_vec()),
        ..Draft::tombstone(ERP_PRICE_CHANGE.name, "demo:TEE")
    };
    for (payload, reason) in [
        (&b""[..], InvalidJson),
        (b"hello", InvalidJson),
        (b"{\"sku\": ", InvalidJson),
        (b"{\"sku\": \"A\", \"sku\": \"B\"}", InvalidJson),
        (&[0xff, 0xfe, 0x00, 0x01], GarbledAvro),
        (&[0, 0, 0], GarbledAvro),
    ] {
        assert_eq!(refusal(&raw(payload)).await.reason, reason, "{payload:?}");
    }
    assert_eq!(refusal(&raw(&vec![b' '; MAX_RECORD_BYTES + 1])).await.reason, RecordTooLarge);
    let nested = format!("{{\"sku\": {}", "[".repeat(100_000));
    assert_eq!(refusal(&raw(nested.as_bytes())).await.reason, InvalidJson);
}

#[tokio::test]
async fn wrong_keys_and_tombstones_are_refused() {
    use IngestReason::*;
    let price = Draft::avro("demo:TEE", &price());
    let keyed = |key: Option<&[u8]>, payload: Option<Vec<u8>>| Draft {
        key: key.map(<[u8]>::to_vec),
        payload,
        topic: ERP_PRICE_CHANGE.name,
        headers: vec![],
    };
    for (draft, reason) in [
        (keyed(None, price.payload.clone()), MissingKey),
        (keyed(Some(b""), price.payload.clone()), MissingKey),
        (keyed(None, None), MissingKey),
        (keyed(Some(b"TEE"), price.payload.clone()), KeyMismatch),
        (keyed(Some(b"demo:"), None), KeyMismatch),
        (keyed(Some(&[0xff, b':', b'A']), None), KeyMismatch),
        (keyed(Some(b"outlet:TEE"), price.payload.clone()), KeyMismatch),
        (keyed(Some(b"nowhere:TEE"), None), UnknownSite),
        (keyed(Some(b"demo:TEE "), None), InvalidValue),
        (Draft::tombstone(ERP_PRICE_CHANGE.name, "demo:TEE").header("entity_version", "v2"), InvalidValue),
        (Draft::tombstone(ERP_PRICE_CHANGE.name, "demo:TEE").header("entity_version", "-2"), InvalidValue),
        (Draft::tombstone(ERP_PRICE_CHANGE.name, "demo:TEE").header("occurred_at", "soon"), InvalidValue),
    ] {
        let error = refusal(&draft).await;
        assert_eq!(error.reason, reason, "{error}");
    }
}

#[tokio::test]
async fn wrong_avro_is_refused_with_its_schema() {
    use IngestReason::*;
    let with_schema = |schema_id: i32, body: &[u8]| Draft {
        payload: Some(frame(schema_id, body)),
        ..Draft::tombstone(ERP_PRODUCT_CHANGE.name, "demo:TEE")
    };
    let body = encode(&product()).expect("encodes");
    let product_schema = schema_id(RecordKind::Product);
    let nameless = ProductChange { name: String::new(), ..product() };
    let negative = PriceChange { amount_minor: -1, ..price() };
    for (draft, reason, field, schema_id) in [
        (with_schema(product_schema, &body[..body.len() / 2]), GarbledAvro, None, product_schema),
        (with_schema(product_schema, &[0xde; 64]), GarbledAvro, None, product_schema),
        (with_schema(999_999, &body), UnknownSchema, None, 999_999),
        (with_schema(-1, &body), UnknownSchema, None, -1),
        (with_schema(BROKEN_SCHEMA_ID, &body), IncompatibleSchema, None, BROKEN_SCHEMA_ID),
        (with_schema(NAMELESS_SCHEMA_ID, &body), MissingField, Some("name"), NAMELESS_SCHEMA_ID),
        (with_schema(schema_id(RecordKind::Price), &body), IncompatibleSchema, None, schema_id(RecordKind::Price)),
        (Draft::avro("demo:TEE", &nameless), InvalidValue, Some("name"), product_schema),
        (Draft::avro("demo:TEE", &negative), InvalidValue, Some("amount_minor"), schema_id(RecordKind::Price)),
        (
            Draft::avro("demo:TEE", &ProductChange { popularity: f64::NAN, ..product() }),
            InvalidValue,
            Some("popularity"),
            product_schema,
        ),
        (
            Draft::avro("nowhere:TEE", &ProductChange { site: "nowhere".to_owned(), ..product() }),
            UnknownSite,
            Some("site"),
            product_schema,
        ),
    ] {
        let error = refusal(&draft).await;
        assert_eq!((error.reason, error.field.as_deref()), (reason, field), "{error}");
        assert_eq!(error.schema_id, Some(schema_id), "{error}");
        assert!(error.message.len() < 600, "a short message: {error}");
    }
}

#[tokio::test]
async fn a_registry_that_is_down_is_no_fault_of_the_record() {
    let decoder = ErpDecoder::with_clock(Arc::new(DeadRegistry), Arc::new(now));
    let failure = decoder.decode(&Draft::avro("demo:TEE", &price()).incoming(), &sites()).await.expect_err("no schema");
    assert!(matches!(failure, DecodeFailure::RegistryUnavailable(_)), "{failure:?}");
    assert_eq!(failure.retry_class(), RetryClass::Transient);
    // Records without a schema id do not need it.
    let json = Draft::json(ERP_PRICE_CHANGE.name, "demo:TEE", &price_json());
    assert!(decoder.decode(&json.incoming(), &sites()).await.is_ok());
}

#[tokio::test]
async fn a_schema_is_fetched_once_and_an_unknown_one_again_after_a_moment() {
    let registry = Arc::new(registry());
    let time = Arc::new(Mutex::new(now()));
    let clock = {
        let time = time.clone();
        move || *time.lock().expect("a lock")
    };
    let decoder = ErpDecoder::with_clock(registry.clone(), Arc::new(clock));
    let draft = Draft::avro("demo:TEE", &price());
    let sites = sites();
    for _ in 0..3 {
        decoder.decode(&draft.incoming(), &sites).await.expect("a change");
    }
    assert_eq!(registry.calls.load(Ordering::SeqCst), 1);

    let body = encode(&price()).expect("encodes");
    let late = Draft { payload: Some(frame(300, &body)), ..Draft::tombstone(ERP_PRICE_CHANGE.name, "demo:TEE") };
    for _ in 0..3 {
        decoder.decode(&late.incoming(), &sites).await.expect_err("unknown");
    }
    assert_eq!(registry.calls.load(Ordering::SeqCst), 2);
    registry.schemas.lock().expect("a lock").insert(300, RecordKind::Price.avsc().to_owned());
    *time.lock().expect("a lock") += TimeDelta::seconds(3);
    decoder.decode(&late.incoming(), &sites).await.expect("registered by now");
    assert_eq!(registry.calls.load(Ordering::SeqCst), 3);
}

proptest! {
    #[test]
    fn no_payload_and_no_key_ever_panics(
        payload in proptest::collection::vec(any::<u8>(), 0..200),
        key in proptest::collection::vec(any::<u8>(), 0..20),
        schema in 0_i32..5,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let framed = frame(FIRST_SCHEMA_ID + schema, &payload);
        for payload in [payload, framed] {
            for kind in RecordKind::ALL {
                let draft = Draft { topic: kind.topic().name, key: Some(key.clone()), payload: Some(payload.clone()), headers: vec![] };
                prop_assert!(runtime.block_on(decode(&draft)).is_err());
            }
        }
    }
}
