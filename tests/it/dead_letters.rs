//! Records that break the contract end in the dead letters with their reason; the rest flows on.

use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use coheron_core::topics::{ERP_DEAD_LETTERS, ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE};
use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_schemas::framing;
use coheron_schemas::record_kind::RecordKind;
use coheron_store::dead_letters;
use coheron_stream::{DeadLetter, Record, end_offsets};
use coheron_testkit::{TestShop, eventually, run};
use coheron_transforms::quarantine;
use serde_json::{Value, json};

#[test]
fn what_cannot_be_applied_is_kept_with_its_reason_and_the_rest_flows_on() {
    run(async {
        let shop = TestShop::start().await?;
        let registry = SchemaRegistryClient::new(&shop.schema_registry_url)?;
        let known_id = registry.register("products", RecordKind::Product.avsc()).await?;
        let garbled = framing::frame(known_id, &[0xff, 0xff, 0xff]);
        shop.erp.raw(&ERP_PRODUCT_CHANGE, &shop.erp.key("GARBLED"), &garbled).await?;
        let unknown = framing::frame(known_id + 1_000, &[2, 2]);
        shop.erp.raw(&ERP_PRODUCT_CHANGE, &shop.erp.key("NO-SCHEMA"), &unknown).await?;
        shop.erp.raw(&ERP_PRODUCT_CHANGE, &shop.erp.key("NOT-JSON"), b"{\"sku\": ").await?;
        shop.erp.product("NAMELESS", 1, json!({"name": " "})).await?;
        shop.erp.price("CHEAP", 1, -5).await?;
        shop.erp.product("LONG", 1, json!({"name": "Long", "description": "x".repeat(2 * 1024 * 1024)})).await?;
        let attributes: Value =
            (0..150).map(|number| json!({"name": format!("a{number}"), "value": "x".repeat(8_000)})).collect();
        shop.erp.product("HEAVY", 1, json!({"name": "Heavy", "attributes": attributes})).await?;
        let elsewhere = json!({
            "site": "nowhere", "sku": "LOST", "entity_version": 1, "occurred_at": "2026-01-01T00:00:00Z",
            "event_id": "e", "source": "test", "currency": "EUR", "amount_minor": 1
        });
        shop.erp.raw(&ERP_PRICE_CHANGE, "nowhere:LOST", elsewhere.to_string().as_bytes()).await?;
        shop.erp.product("GOOD", 1, json!({"name": "A good product"})).await?;
        shop.product_when("GOOD", |product| product["name"] == "A good product").await;

        let letters = eventually("eight dead letters", Duration::from_secs(20), async || {
            let listed = shop.coheron(&["dead-letters", "list", "--json"]).expect("a list");
            let letters: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            (letters.len() >= 8).then_some(letters)
        })
        .await;
        let reason_of = |entity: &str| -> (String, String) {
            let letter = letters
                .iter()
                .find(|letter| letter["key"].as_str().is_some_and(|key| key.ends_with(&format!(":{entity}"))))
                .unwrap_or_else(|| panic!("no dead letter for {entity}: {letters:?}"));
            (letter["reason_code"].as_str().unwrap_or_default().to_owned(), letter["reason"].to_string())
        };
        assert_eq!(letters.len(), 8);
        assert_eq!(reason_of("GARBLED").0, "garbled_avro");
        assert_eq!(reason_of("NO-SCHEMA").0, "unknown_schema");
        assert_eq!(reason_of("NOT-JSON").0, "invalid_json");
        assert!(reason_of("NAMELESS").1.contains("name"));
        assert!(reason_of("CHEAP").1.contains("amount_minor"));
        assert!(reason_of("LONG").1.contains("description"));
        assert_eq!(reason_of("HEAVY").0, "invalid_value");
        assert!(reason_of("HEAVY").1.contains("attributes"));
        assert_eq!(reason_of("LOST").0, "unknown_site");

        let id = letters[0]["id"].as_str().expect("an id");
        let shown = shop.coheron(&["dead-letters", "show", id])?;
        assert!(shown.contains("payload") && shown.contains(id), "{shown}");

        // They are announced on their topic too, once each.
        eventually("eight records on the dead-letter topic", Duration::from_secs(20), async || {
            let offsets = end_offsets(&shop.kafka, ERP_DEAD_LETTERS.name).await.ok()?;
            (offsets.values().sum::<i64>() == 8).then_some(())
        })
        .await;
        Ok(())
    });
}

#[test]
fn what_fails_at_an_offset_that_had_a_letter_before_is_kept_beside_it() {
    run(async {
        let shop = TestShop::without_processes().await?;
        // The topic was made anew twice: each time something else stands at the offset.
        let letters = [
            letter(Some(b"{\"amount_minor\": -5}"), "3"),
            letter(Some(b"{\"amount_minor\": -6}"), "3"),
            letter(None, "three"),
            letter(None, "four"),
        ];
        // Whatever is delivered again is known.
        for _ in 0..2 {
            let mut transaction = shop.database.begin_pipeline().await?;
            quarantine(&mut transaction, "project_catalogue", &letters).await?;
            transaction.commit().await?;
        }
        assert_eq!(dead_letters::count(&shop.database).await?, 4);
        let announced: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_messages WHERE topic = $1")
            .bind(ERP_DEAD_LETTERS.name)
            .fetch_one(shop.database.pipeline())
            .await?;
        assert_eq!(announced, 4);
        Ok(())
    });
}

fn letter(payload: Option<&'static [u8]>, version: &'static str) -> DeadLetter {
    let record = Record {
        topic: ERP_PRICE_CHANGE.name,
        partition: 1,
        offset: 7,
        key: Some(Bytes::from_static(b"shop:MUG")),
        payload: payload.map(Bytes::from_static),
        headers: vec![("entity_version".to_owned(), Bytes::from_static(version.as_bytes()))],
        timestamp: Utc::now(),
    };
    DeadLetter { record, reason_code: "invalid_value", reason: "for the test".to_owned(), schema_id: None }
}
