//! One case per way a record can be wrong.

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn wrong_json_is_refused_with_its_field() {
    let product = |body: Value| Draft::json(ERP_PRODUCT_CHANGE.name, "demo:TEE", &body);
    let price = |body: Value| Draft::json(ERP_PRICE_CHANGE.name, "demo:TEE", &body);
    let stock = |body: Value| Draft::json(ERP_STOCK_CHANGE.name, "demo:TEE", &body);
    let attributes = |value: Value| product(with(product_json(), "attributes", value));
    let many_attributes: Value = (0..100)
        .map(|number| (format!("a{number}"), json!("x".repeat(8_000))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let long_url = format!("https://pictures.example/{}", "x".repeat(2_000));
    let many_variants: Vec<Value> =
        (0..500).map(|number| json!({"sku": format!("V-{number}"), "images": [{"url": long_url}]})).collect();
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
        (attributes(many_attributes), InvalidValue, Some("attributes")),
        (product(with(product_json(), "variants", json!(many_variants))), InvalidValue, Some("variants")),
        (price(with(price_json(), "amount_minor", json!(-1))), InvalidValue, Some("amount_minor")),
        (price(with(price_json(), "amount_minor", json!(19.99))), InvalidValue, Some("amount_minor")),
        (price(with(price_json(), "currency", json!("eur"))), InvalidValue, Some("currency")),
        (price(with(price_json(), "list_amount_minor", json!(-5))), InvalidValue, Some("list_amount_minor")),
        (price(with(price_json(), "amount_minor", json!(i64::MAX))), InvalidValue, Some("amount_minor")),
        (stock(without(stock_json(), "on_hand")), MissingField, Some("on_hand")),
        (stock(with(stock_json(), "on_hand", json!(i64::MIN))), InvalidValue, Some("on_hand")),
        (stock(with(stock_json(), "last_order_number", json!("SO-7"))), InvalidValue, Some("last_order_number")),
        (stock(with(stock_json(), "last_order_number", json!(100_001))), InvalidValue, Some("last_order_number")),
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

proptest! {
    #[test]
    fn no_payload_and_no_key_ever_panics(
        payload in proptest::collection::vec(any::<u8>(), 0..200),
        key in proptest::collection::vec(any::<u8>(), 0..20),
        schema in 0_i32..6,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let framed = frame(FIRST_SCHEMA_ID + schema, &payload);
        for payload in [payload, framed] {
            for kind in RecordKind::ALL {
                let draft = Draft { topic: kind.topic().name, key: Some(key.clone()), payload: Some(payload.clone()), headers: vec![] };
                prop_assert!(runtime.block_on(decode(&draft)).is_err());
                prop_assert!(runtime.block_on(decode_answer(&draft)).is_err());
            }
        }
    }
}
