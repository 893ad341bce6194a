//! An ERP change becomes a product that shoppers find.

use std::time::{Duration, Instant};

use coheron_core::topics::{ERP_CATEGORY_CHANGE, ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE};
use coheron_testkit::{TestShop, eventually, run};
use serde_json::{Value, json};

use crate::ordering::{euros, tell};

#[test]
fn an_erp_change_becomes_a_product_that_shoppers_find() {
    run(async {
        let shop = TestShop::start().await?;
        tell(&shop, &ERP_CATEGORY_CHANGE, "kitchen", 1, 1, json!({"name": "Kitchen"})).await?;
        tell(&shop, &ERP_CATEGORY_CHANGE, "mugs", 1, 2, json!({"name": "Mugs", "parent_id": "kitchen"})).await?;
        let facts = json!({
            "name": "Stoneware mug, 350 ml",
            "description": "Thrown by hand & glazed twice.",
            "brand": "Verd",
            "category_ids": ["mugs"],
            "attributes": {"material": "Stoneware", "volume_ml": 350},
            "images": [{"url": "/demo-pictures/mug-moss-1.svg", "alt": "A mug"}],
            "variants": [
                {"sku": "MUG-MOSS", "options": {"colour": "Moss"}},
                {"sku": "MUG-SAND", "options": {"colour": "Sand"}}
            ]
        });
        tell(&shop, &ERP_PRODUCT_CHANGE, "MUG", 1, 3, facts).await?;
        let price = tell(&shop, &ERP_PRICE_CHANGE, "MUG", 1, 6, euros(1_950)).await?;
        let figure = tell(&shop, &ERP_STOCK_CHANGE, "MUG-MOSS", 1, 5, json!({"on_hand": 12})).await?;
        tell(&shop, &ERP_STOCK_CHANGE, "MUG-SAND", 1, 4, json!({"on_hand": 0})).await?;

        let product = shop
            .product_when("MUG", |product| {
                product["price"]["amount_minor"] == 1_950
                    && product["categories"][0]["path"][0]["name"] == "Kitchen"
                    && product["variants"][0]["availability"]["quantity"] == 12
                    && product["variants"][1]["availability"]["quantity"] == 0
            })
            .await;
        assert_eq!(product["price"]["formatted"], "19.50 EUR");
        assert_eq!(product["availability"]["status"], "in_stock");
        assert_eq!(product["variants"][1]["availability"]["status"], "out_of_stock");
        assert_eq!((&product["as_of"], &product["stock_as_of"]), (&price, &figure));

        let variants = shop.get_json("/products/MUG/variants").await.expect("variants");
        assert_eq!(variants["items"], product["variants"]);
        assert_eq!((&variants["as_of"], &variants["stock_as_of"]), (&price, &figure));

        let question = "q=stonewear%20mug&facets=brand,colour";
        // Parts that came in batches of their own are found one after the other.
        let is_complete = |hit: &Value| {
            ["as_of", "stock_as_of", "categories", "variants"].iter().all(|&key| hit[key] == product[key])
        };
        let found = shop.search_when(question, |page| is_complete(&page["items"][0])).await;
        assert_eq!((&found["total"], &found["items"][0]["sku"]), (&json!(1), &json!("MUG")));
        assert_eq!(found["did_you_mean"], "stoneware mug");
        assert_eq!(found["facets"]["brand"][0]["value"], "Verd");
        assert_eq!(found["facets"]["colour"].as_array().map(Vec::len), Some(2));
        let suggestions = shop.get_json("/search/suggest?q=ston").await.expect("suggestions");
        assert_eq!(suggestions["products"][0]["sku"], "MUG");
        let listed =
            shop.get_json("/products?category=kitchen&filter[colour]=Moss&in_stock=true").await.expect("a list");
        assert_eq!(listed["total"], 1);
        let tree = shop.get_json("/categories").await.expect("categories");
        assert_eq!(tree["items"][0]["count"], 1, "{tree}");

        let (status, page) = shop.page("/search?q=stonewear%20mug").await?;
        assert_eq!(status, 200);
        assert!(page.contains("350 ml</a>") && page.contains("<mark>"), "{page}");
        let (status, page) = shop.page(product["url"].as_str().expect("a path")).await?;
        assert_eq!(status, 200);
        assert!(
            page.contains("Thrown by hand &#38; glazed twice.") || page.contains("Thrown by hand &amp; glazed twice.")
        );
        assert!(page.contains("application/ld+json"));

        // A changed price reaches the page, which was rendered and cached above, within two seconds.
        let changed_at = Instant::now();
        shop.erp.price("MUG", 2, 1_725).await?;
        let url = product["url"].as_str().expect("a path").to_owned();
        eventually("the new price on the page", Duration::from_secs(10), async || {
            let (_, page) = shop.page(&url).await.ok()?;
            page.contains("17.25").then_some(())
        })
        .await;
        eprintln!("a changed price was on the page after {:?}", changed_at.elapsed());

        shop.erp.tombstone(&ERP_PRODUCT_CHANGE, "MUG", Some(2)).await?;
        shop.search_when("q=mug", |page| page["total"] == 0).await;
        assert_eq!(shop.get("/products/MUG").await?.status(), 404);
        assert_eq!(shop.page(&url).await?.0, 404);
        Ok(())
    });
}
