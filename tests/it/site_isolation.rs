//! Every documented operation refuses strangers and hides other sites. The list is the OpenAPI document, so an
//! operation cannot be forgotten here.

use anyhow::Context;
use coheron_store::api_keys::ApiKeyKind;
use coheron_testkit::{TestShop, create_key, create_site, run};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

#[test]
fn every_operation_needs_a_site_and_shows_that_site_only() {
    run(async {
        let shop = TestShop::start().await?;
        let cart = fill_shop(&shop).await?;
        let other = create_site(&shop.database, "other", &["other.example"]).await?;
        let other_key = create_key(&shop.database, other.id, ApiKeyKind::Publishable).await?;

        let document: Value = serde_json::from_str(&shop.coheron(&["openapi"])?)?;
        let paths = document["paths"].as_object().context("paths")?;
        assert!(paths.len() >= 10, "only {} paths are documented", paths.len());
        for (path, operations) in paths {
            for method in operations.as_object().context("operations")?.keys() {
                let what = format!("{method} {path}");
                let ask = || request(&shop, &cart, path, method);

                let stranger = ask()?.header("host", "unknown.example").send().await?;
                assert_eq!(stranger.status(), 401, "{what} without a key");
                let forged = ask()?.header("X-Coheron-Key", "pk_forged").send().await?;
                assert_eq!(forged.status(), 401, "{what} with an unknown key");

                let foreign = ask()?.header("X-Coheron-Key", &other_key).send().await?;
                let status = foreign.status().as_u16();
                let body = foreign.text().await?;
                assert!([200, 201, 404].contains(&status), "{what} with the key of another site: {status} {body}");
                assert!(!body.contains("Secret"), "{what} shows another site's things: {body}");
                assert!(path.contains("{cart_id}") <= (status == 404), "{what} opens another site's cart");

                // Last, since some operations change what the others look for.
                if method == "get" {
                    let own = ask()?.header("X-Coheron-Key", &shop.publishable_key).send().await?;
                    assert_eq!(own.status(), 200, "{what} with the key of the site");
                    let own = own.text().await?.to_lowercase();
                    assert!(own.contains("secret"), "{what} shows the site its own things: {own}");
                }
            }
        }
        Ok(())
    });
}

struct SecretCart {
    id: String,
    item_id: String,
    token: String,
}

async fn fill_shop(shop: &TestShop) -> anyhow::Result<SecretCart> {
    shop.erp.category("secret", 1, json!({"name": "Secret things"})).await?;
    let facts = json!({"name": "Secret product", "category_ids": ["secret"], "brand": "Secret brand",
        "variants": [{"sku": "SECRET-1", "options": {"size": "S"}}]});
    shop.erp.product("SECRET", 1, facts).await?;
    shop.erp.price("SECRET", 1, 100).await?;
    shop.erp.stock("SECRET-1", 1, 10).await?;
    shop.product_when("SECRET", |product| {
        product["categories"][0]["id"] == "secret" && product["variants"][0]["availability"]["quantity"] == 10
    })
    .await;
    shop.search_when("q=secret", |page| page["total"] == 1).await;
    let create = shop.client.post(format!("{}/api/v1/cart", shop.base_url));
    let create = create.header("X-Coheron-Key", &shop.publishable_key).json(&json!({"items": [{"sku": "SECRET-1"}]}));
    let cart: Value = create.send().await?.json().await?;
    let text = |value: &Value| value.as_str().map(str::to_owned).with_context(|| cart.to_string());
    Ok(SecretCart { id: text(&cart["id"])?, item_id: text(&cart["items"][0]["id"])?, token: text(&cart["token"])? })
}

/// The operation with everything that a valid request has, but for the key.
fn request(shop: &TestShop, cart: &SecretCart, path: &str, method: &str) -> anyhow::Result<RequestBuilder> {
    let concrete = path
        .replace("{sku}", "SECRET")
        .replace("{id}", "secret")
        .replace("{cart_id}", &cart.id)
        .replace("{item_id}", &cart.item_id);
    assert!(!concrete.contains('{'), "{path}: teach this test the new parameter");
    let query = if path.ends_with("suggest") { "?q=secret" } else { "" };
    let method: Method = method.to_uppercase().parse()?;
    let request = shop.client.request(method.clone(), format!("{}{concrete}{query}", shop.base_url));
    let request = request.header("X-Cart-Token", &cart.token);
    Ok(match (method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
        ("POST", "cart") => request.json(&json!({})),
        ("POST", "items") => request.json(&json!({"sku": "SECRET-1"})),
        ("PUT", "{item_id}") => request.json(&json!({"quantity": 1})),
        ("GET" | "DELETE", _) => request,
        _ => anyhow::bail!("{method} {path}: teach this test the new body"),
    })
}
