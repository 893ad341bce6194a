//! Every documented operation refuses strangers and hides other sites. The list is the OpenAPI document, so an
//! operation cannot be forgotten here.

use coheron_store::api_keys::ApiKeyKind;
use coheron_testkit::{TestShop, create_key, create_site, run};
use serde_json::{Value, json};

#[test]
fn every_operation_needs_a_site_and_shows_that_site_only() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.category("secret", 1, json!({"name": "Secret things"})).await?;
        let facts = json!({"name": "Secret product", "category_ids": ["secret"], "brand": "Secret brand",
            "variants": [{"sku": "SECRET-1", "options": {"size": "S"}}]});
        shop.erp.product("SECRET", 1, facts).await?;
        shop.product_when("SECRET", |product| product["categories"][0]["id"] == "secret").await;
        shop.search_when("q=secret", |page| page["total"] == 1).await;
        let other = create_site(&shop.database, "other", &["other.example"]).await?;
        let other_key = create_key(&shop.database, other.id, ApiKeyKind::Publishable).await?;

        let document: Value = serde_json::from_str(&shop.coheron(&["openapi"])?)?;
        let paths = document["paths"].as_object().expect("paths");
        assert!(paths.len() >= 7, "only {} paths are documented", paths.len());
        for (path, operations) in paths {
            for method in operations.as_object().expect("operations").keys() {
                assert_eq!(method, "get", "{path}: teach this test the new method");
                let concrete = path.replace("{sku}", "SECRET").replace("{id}", "secret");
                let url =
                    format!("{}{concrete}?{}", shop.base_url, if path.ends_with("suggest") { "q=secret" } else { "" });

                let stranger = shop.client.get(&url).header("host", "unknown.example").send().await?;
                assert_eq!(stranger.status(), 401, "{path} without a key");
                let forged = shop.client.get(&url).header("X-Coheron-Key", "pk_forged").send().await?;
                assert_eq!(forged.status(), 401, "{path} with an unknown key");
                let own = shop.client.get(&url).header("X-Coheron-Key", &shop.publishable_key).send().await?;
                assert_eq!(own.status(), 200, "{path} with the key of the site");
                let own = own.text().await?.to_lowercase();
                assert!(own.contains("secret"), "{path} shows the site its own things: {own}");
                let foreign = shop.client.get(&url).header("X-Coheron-Key", &other_key).send().await?;
                let status = foreign.status();
                let body = foreign.text().await?;
                assert!(status == 200 || status == 404, "{path} with the key of another site: {status}");
                let shown = body.replace("\"applied\"", "").replace("q\":\"secret\"", "");
                assert!(!shown.contains("Secret"), "{path} shows another site's things: {body}");
            }
        }
        Ok(())
    });
}
