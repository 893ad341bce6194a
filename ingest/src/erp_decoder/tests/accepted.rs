//! What every format tells, and that it tells the same.

use super::*;

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
            assert_eq!((facts.on_hand, facts.last_order_number), (-4, Some(1_001)));
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
