//! Records in any order, twice, late, deleted.

use chrono::{DateTime, Utc};
use coheron_core::topics::{ERP_CATEGORY_CHANGE, ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE, Topic};
use coheron_stream::Delivered;
use coheron_testkit::{TestShop, run};
use serde_json::{Value, json};

#[test]
fn parts_may_come_in_any_order() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.stock("LAMP-S", 1, 3).await?;
        shop.erp.price("LAMP-S", 1, 8_900).await?;
        // Everything of the product waits in the stores; now the product itself arrives, and at last its category.
        let facts = json!({"name": "Reading lamp", "category_ids": ["light"], "variants": [{"sku": "LAMP-S", "options": {"size": "S"}}]});
        shop.erp.product("LAMP", 1, facts).await?;
        let product = shop.product_when("LAMP", |product| product["price"]["amount_minor"] == 8_900).await;
        assert_eq!(product["availability"]["quantity"], 3);
        assert_eq!(product["categories"], json!([]));
        shop.erp.category("light", 1, json!({"name": "Lighting"})).await?;
        shop.product_when("LAMP", |product| product["categories"][0]["name"] == "Lighting").await;
        shop.search_when("q=lighting", |page| page["total"] == 1).await;
        shop.erp.category("light", 2, json!({"name": "Lamps and lights"})).await?;
        shop.product_when("LAMP", |product| product["categories"][0]["name"] == "Lamps and lights").await;
        Ok(())
    });
}

#[test]
fn late_and_repeated_records_change_nothing() {
    run(async {
        let shop = TestShop::start().await?;
        tell(&shop, &ERP_PRODUCT_CHANGE, "CHAIR", 5, 1, json!({"name": "Oak chair"})).await?;
        tell(&shop, &ERP_PRICE_CHANGE, "CHAIR", 7, 2, euros(24_900)).await?;
        shop.product_when("CHAIR", |product| product["price"]["amount_minor"] == 24_900).await;
        // Of now, and so younger than everything else here: `as_of` would name them if they counted.
        let late = vec![
            shop.erp.product_record("CHAIR", 4, json!({"name": "Old chair"})),
            shop.erp.product_record("CHAIR", 5, json!({"name": "Same version, other name"})),
            shop.erp.price_record("CHAIR", 6, 100),
            shop.erp.price_record("CHAIR", 7, 200),
        ];
        shop.erp.send_all(late).await?;
        // A record behind the late ones in each feed shows that they were processed.
        let stock = tell(&shop, &ERP_STOCK_CHANGE, "CHAIR", 1, 3, json!({"on_hand": 2})).await?;
        tell(&shop, &ERP_PRICE_CHANGE, "CHAIR", 8, 4, euros(24_500)).await?;
        let oiled = tell(&shop, &ERP_PRODUCT_CHANGE, "CHAIR", 6, 5, json!({"name": "Oak chair, oiled"})).await?;
        let product = shop
            .product_when("CHAIR", |product| {
                product["name"] == "Oak chair, oiled"
                    && product["price"]["amount_minor"] == 24_500
                    && product["availability"]["quantity"] == 2
            })
            .await;
        assert_eq!((&product["as_of"], &product["stock_as_of"]), (&oiled, &stock));
        assert_eq!(product["updated_at"], oiled["erp_time"]);
        shop.search_when("q=oak", |page| page["items"][0]["name"] == "Oak chair, oiled").await;
        Ok(())
    });
}

#[test]
fn as_of_names_the_latest_record_that_the_product_reflects() {
    run(async {
        let shop = TestShop::start().await?;
        tell(&shop, &ERP_CATEGORY_CHANGE, "home", 1, 1, json!({"name": "Home"})).await?;
        tell(&shop, &ERP_CATEGORY_CHANGE, "light", 1, 2, json!({"name": "Light", "parent_id": "home"})).await?;
        tell(&shop, &ERP_PRODUCT_CHANGE, "LAMP", 1, 3, json!({"name": "Lamp", "category_ids": ["light"]})).await?;
        tell(&shop, &ERP_PRICE_CHANGE, "LAMP", 1, 4, euros(8_900)).await?;
        let stock = tell(&shop, &ERP_STOCK_CHANGE, "LAMP", 1, 5, json!({"on_hand": 3})).await?;
        let product = shop
            .product_when("LAMP", |product| {
                product["categories"][0]["path"][0]["name"] == "Home"
                    && product["price"]["amount_minor"] == 8_900
                    && product["availability"]["quantity"] == 3
            })
            .await;
        assert_eq!((&product["as_of"], &product["stock_as_of"]), (&stock, &stock));

        let renamed = tell(&shop, &ERP_CATEGORY_CHANGE, "home", 2, 6, json!({"name": "At home"})).await?;
        let is_renamed = |product: &Value| product["categories"][0]["path"][0]["name"] == "At home";
        let product = shop.product_when("LAMP", is_renamed).await;
        assert_eq!((&product["as_of"], &product["updated_at"]), (&renamed, &renamed["erp_time"]));

        let priceless = withdraw(&shop, &ERP_PRICE_CHANGE, "LAMP", Some(2), 7).await?;
        let product = shop.product_when("LAMP", |product| product["price"].is_null()).await;
        assert_eq!((&product["as_of"], &product["updated_at"]), (&priceless, &priceless["erp_time"]));

        // The version stays that of the figure which was withdrawn.
        let mut unknown = withdraw(&shop, &ERP_STOCK_CHANGE, "LAMP", None, 8).await?;
        unknown["entity_version"] = json!(1);
        let product = shop.product_when("LAMP", |product| product["availability"]["status"] == "unknown").await;
        assert_eq!((&product["as_of"], &product["stock_as_of"]), (&unknown, &Value::Null));

        let removed = withdraw(&shop, &ERP_CATEGORY_CHANGE, "light", Some(2), 9).await?;
        let product = shop.product_when("LAMP", |product| product["categories"] == json!([])).await;
        assert_eq!(product["as_of"], removed);

        // What happened earlier and is told later counts, and is not the latest.
        tell(&shop, &ERP_PRICE_CHANGE, "LAMP", 3, 4, euros(8_700)).await?;
        let product = shop.product_when("LAMP", |product| product["price"]["amount_minor"] == 8_700).await;
        assert_eq!(product["as_of"], removed);
        shop.search_when("q=lamp", |page| page["items"][0]["as_of"] == removed).await;
        Ok(())
    });
}

#[test]
fn deletes_hold_against_what_comes_late_and_give_way_to_what_is_newer() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.product("BAG", 1, json!({"name": "Canvas bag"})).await?;
        shop.erp.price("BAG", 1, 4_900).await?;
        shop.erp.stock("BAG", 1, 9).await?;
        shop.product_when("BAG", |product| product["availability"]["quantity"] == 9).await;

        shop.erp.tombstone(&ERP_PRICE_CHANGE, "BAG", Some(2)).await?;
        shop.product_when("BAG", |product| product["price"].is_null()).await;
        // Without a version a tombstone deletes what happened before it.
        shop.erp.tombstone(&ERP_STOCK_CHANGE, "BAG", None).await?;
        shop.product_when("BAG", |product| product["availability"]["status"] == "unknown").await;
        shop.erp.tombstone(&ERP_PRODUCT_CHANGE, "BAG", Some(3)).await?;
        shop.search_when("q=canvas", |page| page["total"] == 0).await;

        shop.erp.product("BAG", 2, json!({"name": "Canvas bag from the past"})).await?;
        shop.erp.product("MARK", 1, json!({"name": "Canvas marker"})).await?;
        shop.search_when("q=canvas", |page| page["total"] == 1 && page["items"][0]["sku"] == "MARK").await;

        shop.erp.product("BAG", 4, json!({"name": "Canvas bag, new edition"})).await?;
        let product = shop.product_when("BAG", |product| product["name"] == "Canvas bag, new edition").await;
        assert!(product["price"].is_null());
        Ok(())
    });
}

/// Publishes the image of an entity as of a second of a day long ago. Gives the `as_of` of what reflects it.
pub async fn tell(
    shop: &TestShop,
    topic: &Topic,
    entity_id: &str,
    version: i64,
    second: i64,
    facts: Value,
) -> anyhow::Result<Value> {
    let id_field = if *topic == ERP_CATEGORY_CHANGE { "category_id" } else { "sku" };
    let mut body = json!({
        "site": shop.site.code, id_field: entity_id, "entity_version": version, "occurred_at": at(second).timestamp_millis()
    });
    if let (Some(body), Value::Object(facts)) = (body.as_object_mut(), facts) {
        body.extend(facts);
    }
    let (key, payload) = (shop.erp.key(entity_id), body.to_string());
    let stored = shop.erp.producer.send(topic.name, key.as_bytes(), Some(payload.as_bytes()), &[]).await?;
    Ok(as_of(topic, stored, second, version))
}

/// The same for a record that deletes.
async fn withdraw(
    shop: &TestShop,
    topic: &Topic,
    entity_id: &str,
    version: Option<i64>,
    second: i64,
) -> anyhow::Result<Value> {
    let (time, text) = (at(second).timestamp_millis().to_string(), version.map(|version| version.to_string()));
    let mut headers = vec![("occurred_at", time.as_bytes())];
    headers.extend(text.as_ref().map(|text| ("entity_version", text.as_bytes())));
    let stored = shop.erp.producer.send(topic.name, shop.erp.key(entity_id).as_bytes(), None, &headers).await?;
    Ok(as_of(topic, stored, second, version.unwrap_or_default()))
}

pub fn euros(amount_minor: i64) -> Value {
    json!({"currency": "EUR", "amount_minor": amount_minor})
}

fn as_of(topic: &Topic, stored: Delivered, second: i64, entity_version: i64) -> Value {
    let Delivered { partition, offset } = stored;
    json!({
        "topic": topic.name, "partition": partition, "offset": offset, "erp_time": at(second), "entity_version": entity_version
    })
}

/// A second of a day long ago.
pub fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).expect("a time")
}
