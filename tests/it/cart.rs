//! Carts over HTTP: prices of now, notices, versions, tokens.

use anyhow::Context;
use coheron_core::topics::ERP_PRODUCT_CHANGE;
use coheron_store::carts;
use coheron_testkit::{TestShop, eventually, run};
use reqwest::Method;
use serde_json::{Value, json};

#[test]
fn a_cart_is_priced_by_the_catalogue_of_now() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.product("MUG", 1, json!({"name": "Mug"})).await?;
        shop.erp.price("MUG", 1, 1_000).await?;
        shop.erp.stock("MUG", 1, 5).await?;
        let tee = json!({"name": "T-shirt", "variants": [{"sku": "TEE-S", "options": {"size": "S"}}]});
        shop.erp.product("TEE", 1, tee).await?;
        shop.erp.price("TEE", 1, 2_500).await?;
        shop.erp.stock("TEE-S", 1, 9).await?;
        shop.product_when("MUG", |product| product["availability"]["quantity"] == 5).await;
        shop.product_when("TEE", |product| product["availability"]["quantity"] == 9).await;

        let (status, created) =
            send(&shop, Method::POST, "/cart", None, json!({"items": [{"sku": "MUG", "quantity": 2}]})).await?;
        assert_eq!(status, 201, "{created}");
        let cart = Cart::of(&created)?;
        assert_eq!(created["totals"]["total"]["amount_minor"], 2_000);
        // 19 % contained in 20.00.
        assert_eq!(created["totals"]["tax"]["amount_minor"], 319);

        let (status, added) = cart.send(&shop, Method::POST, "/items", json!({"sku": "TEE-S"})).await?;
        assert_eq!((status, &added["version"]), (200, &json!(2)), "{added}");
        assert!(added["token"].is_null(), "the token is shown once");
        assert_eq!(added["items"][1]["options"]["size"], "S");
        let (_, again) = cart.send(&shop, Method::POST, "/items", json!({"sku": "MUG", "quantity": 1})).await?;
        assert_eq!(again["items"][0]["quantity"], 3, "pieces of one SKU share a line");
        assert_eq!(again["totals"]["subtotal"]["amount_minor"], 5_500);

        // What changes meanwhile is told, never silently applied.
        shop.erp.price("MUG", 2, 1_200).await?;
        shop.erp.stock("TEE-S", 2, 0).await?;
        let noticed = eventually("both notices", std::time::Duration::from_secs(20), async || {
            let (_, read) = cart.send(&shop, Method::GET, "", Value::Null).await.ok()?;
            (read["notices"].as_array().is_some_and(|notices| notices.len() == 2)).then_some(read)
        })
        .await;
        assert_eq!(noticed["notices"][0]["code"], "price_changed");
        assert_eq!(noticed["notices"][1]["code"], "insufficient_stock");
        assert_eq!(noticed["items"][0]["unit_price"]["amount_minor"], 1_200);

        let mug = format!("/items/{}", noticed["items"][0]["id"].as_str().context("an id")?);
        let (_, changed) = cart.send(&shop, Method::PUT, &mug, json!({"quantity": 1})).await?;
        assert_eq!(changed["notices"][0]["code"], "price_changed", "another quantity does not hide it: {changed}");
        let tee = format!("/items/{}", noticed["items"][1]["id"].as_str().context("an id")?);
        let outdated = &noticed["version"];
        for (method, path, body) in [
            (Method::PUT, mug.clone(), json!({"quantity": 2, "version": outdated})),
            (Method::DELETE, format!("{tee}?version={outdated}"), Value::Null),
        ] {
            let (status, problem) = cart.send(&shop, method, &path, body).await?;
            assert_eq!((status, &problem["code"]), (409, &json!("version_conflict")), "{path}: {problem}");
        }
        let (status, problem) = cart.send(&shop, Method::DELETE, &format!("{tee}?version=x"), Value::Null).await?;
        assert_eq!((status, &problem["errors"][0]["field"]), (400, &json!("version")), "{problem}");
        let seen = format!("{tee}?version={}", changed["version"]);
        let (_, removed) = cart.send(&shop, Method::DELETE, &seen, Value::Null).await?;
        assert_eq!(removed["totals"]["total"]["amount_minor"], 1_200);

        shop.erp.tombstone(&ERP_PRODUCT_CHANGE, "MUG", Some(9)).await?;
        let gone = eventually("the vanished product is told", std::time::Duration::from_secs(20), async || {
            let (_, read) = cart.send(&shop, Method::GET, "", Value::Null).await.ok()?;
            (read["notices"][0]["code"] == "unavailable").then_some(read)
        })
        .await;
        assert!(gone["items"][0]["unit_price"].is_null());
        assert_eq!(gone["totals"]["total"]["amount_minor"], 0);
        Ok(())
    });
}

#[test]
fn carts_refuse_what_does_not_fit_and_name_the_field() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.product("MUG", 1, json!({"name": "Mug"})).await?;
        shop.erp.price("MUG", 1, 1_000).await?;
        shop.erp.stock("MUG", 1, 5).await?;
        shop.erp.product("PRICELESS", 1, json!({"name": "Priceless"})).await?;
        shop.product_when("MUG", |product| product["availability"]["quantity"] == 5).await;
        shop.product_when("PRICELESS", |product| product["price"].is_null()).await;
        let (_, created) = send(&shop, Method::POST, "/cart", None, json!({})).await?;
        let cart = Cart::of(&created)?;

        for (body, field) in [
            (json!({"sku": "NOTHING"}), "sku"),
            (json!({"sku": "PRICELESS"}), "sku"),
            (json!({"sku": "MUG", "quantity": 0}), "quantity"),
            (json!({"sku": "MUG", "quantity": 1_000}), "quantity"),
            (json!({"sku": "MUG", "quantity": "many"}), "quantity"),
            (json!({}), "sku"),
        ] {
            let (status, problem) = cart.send(&shop, Method::POST, "/items", body.clone()).await?;
            assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{body}: {problem}");
        }
        let items = json!({"items": [{"sku": "MUG"}, {"sku": "NOTHING"}]});
        let (status, problem) = send(&shop, Method::POST, "/cart", None, items).await?;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("items[1].sku")), "{problem}");
        let twice = cart.send(
            &shop,
            Method::DELETE,
            "/items/01990a3c-7f0e-7c3a-b0e4-0d6b1f1c2a55?version=1&version=2",
            Value::Null,
        );
        let (status, problem) = twice.await?;
        assert_eq!((status, &problem["errors"][0]["field"]), (400, &json!("version")), "{problem}");
        let (status, problem) = cart.send(&shop, Method::POST, "/items", json!({"sku": "MUG", "version": 7})).await?;
        assert_eq!((status, &problem["code"]), (409, &json!("version_conflict")), "{problem}");
        let (_, unchanged) = cart.send(&shop, Method::GET, "", Value::Null).await?;
        assert_eq!((&unchanged["version"], &unchanged["items"]), (&json!(1), &json!([])));

        let path = format!("/cart/{}", cart.id);
        assert_eq!(send(&shop, Method::GET, &path, None, Value::Null).await?.0, 401, "without a token");
        assert_eq!(send(&shop, Method::GET, &path, Some("ct_wrong"), Value::Null).await?.0, 404, "with another token");

        // Expired carts are gone for shoppers at once, and removed by a job.
        sqlx::query("UPDATE website_carts SET expires_at = now() - interval '1 second'")
            .execute(shop.database.pipeline())
            .await?;
        assert_eq!(cart.send(&shop, Method::GET, "", Value::Null).await?.0, 404);
        assert_eq!(carts::delete_expired(&shop.database, 100).await?, 1);
        Ok(())
    });
}

#[test]
fn concurrent_changes_of_one_cart_are_never_lost() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.product("MUG", 1, json!({"name": "Mug"})).await?;
        shop.erp.price("MUG", 1, 1_000).await?;
        shop.erp.stock("MUG", 1, 500).await?;
        shop.product_when("MUG", |product| product["availability"]["quantity"] == 500).await;
        let (_, created) = send(&shop, Method::POST, "/cart", None, json!({})).await?;
        let cart = Cart::of(&created)?;
        let writes = (0..32).map(|_| cart.send(&shop, Method::POST, "/items", json!({"sku": "MUG"})));
        for written in futures::future::join_all(writes).await {
            assert_eq!(written?.0, 200);
        }
        let (_, read) = cart.send(&shop, Method::GET, "", Value::Null).await?;
        assert_eq!((&read["items"][0]["quantity"], &read["version"]), (&json!(32), &json!(33)));
        Ok(())
    });
}

struct Cart {
    id: String,
    token: String,
}

impl Cart {
    fn of(created: &Value) -> anyhow::Result<Self> {
        let text = |field: &str| created[field].as_str().map(str::to_owned).with_context(|| created.to_string());
        Ok(Self { id: text("id")?, token: text("token")? })
    }

    async fn send(&self, shop: &TestShop, method: Method, rest: &str, body: Value) -> anyhow::Result<(u16, Value)> {
        send(shop, method, &format!("/cart/{}{rest}", self.id), Some(&self.token), body).await
    }
}

async fn send(
    shop: &TestShop,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Value,
) -> anyhow::Result<(u16, Value)> {
    let mut request = shop.client.request(method, format!("{}/api/v1{path}", shop.base_url));
    request = request.header("X-Coheron-Key", &shop.publishable_key);
    if let Some(token) = token {
        request = request.header("X-Cart-Token", token);
    }
    if !body.is_null() {
        request = request.json(&body);
    }
    let answer = request.send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}
