//! An ERP change becomes a product that shoppers find.

use std::time::{Duration, Instant};

use coheron_core::topics::ERP_PRODUCT_CHANGE;
use coheron_testkit::{TestShop, eventually, run};
use serde_json::json;

#[test]
fn an_erp_change_becomes_a_product_that_shoppers_find() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.category("kitchen", 1, json!({"name": "Kitchen"})).await?;
        shop.erp.category("mugs", 1, json!({"name": "Mugs", "parent_id": "kitchen"})).await?;
        shop.erp
            .product(
                "MUG",
                1,
                json!({
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
                }),
            )
            .await?;
        shop.erp.price("MUG", 1, 1_950).await?;
        shop.erp.stock("MUG-MOSS", 1, 12).await?;
        shop.erp.stock("MUG-SAND", 1, 0).await?;

        let product = shop
            .product_when("MUG", |product| {
                product["price"]["amount_minor"] == 1_950 && product["availability"]["quantity"] == 12
            })
            .await;
        assert_eq!(product["price"]["formatted"], "19.50 EUR");
        assert_eq!(product["availability"]["status"], "in_stock");
        assert_eq!(product["categories"][0]["path"][0]["name"], "Kitchen");
        assert_eq!(product["variants"][1]["availability"]["status"], "out_of_stock");
        assert!(product["as_of"]["topic"].as_str().is_some_and(|topic| topic.starts_with("erp.")));

        let variants = shop.get_json("/products/MUG/variants").await.expect("variants");
        assert_eq!(variants["items"].as_array().map(Vec::len), Some(2));

        let found = shop.search_when("q=stonewear%20mug&facets=brand,colour", |page| page["total"] == 1).await;
        assert_eq!(found["items"][0]["sku"], "MUG");
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
