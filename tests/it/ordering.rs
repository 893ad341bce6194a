//! Records in any order, twice, late, deleted.

use coheron_core::topics::{ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE};
use coheron_testkit::{TestShop, run};
use serde_json::json;

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
        shop.erp.product("CHAIR", 5, json!({"name": "Oak chair"})).await?;
        shop.erp.price("CHAIR", 7, 24_900).await?;
        shop.product_when("CHAIR", |product| product["price"]["amount_minor"] == 24_900).await;
        let late = vec![
            shop.erp.product_record("CHAIR", 4, json!({"name": "Old chair"})),
            shop.erp.product_record("CHAIR", 5, json!({"name": "Same version, other name"})),
            shop.erp.price_record("CHAIR", 6, 100),
            shop.erp.price_record("CHAIR", 7, 200),
        ];
        shop.erp.send_all(late).await?;
        // A record behind the late ones in each feed shows that they were processed.
        shop.erp.stock("CHAIR", 1, 2).await?;
        shop.erp.price("CHAIR", 8, 24_500).await?;
        shop.erp.product("CHAIR", 6, json!({"name": "Oak chair, oiled"})).await?;
        let product = shop
            .product_when("CHAIR", |product| {
                product["name"] == "Oak chair, oiled" && product["price"]["amount_minor"] == 24_500
            })
            .await;
        assert_eq!(product["as_of"]["topic"].as_str().map(|topic| topic.starts_with("erp.")), Some(true));
        shop.search_when("q=oak", |page| page["items"][0]["name"] == "Oak chair, oiled").await;
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
