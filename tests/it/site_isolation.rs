//! Every documented operation refuses strangers and hides other sites. The list is the OpenAPI document, so an
//! operation cannot be forgotten here.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context;
use chrono::Utc;
use coheron_core::ids::ApiKeyId;
use coheron_core::web_event::{WebEvent, WebPage};
use coheron_platform::auth::{KNOWN_SCOPES, generate_key};
use coheron_store::api_keys::{self, ApiKey, ApiKeyKind};
use coheron_testkit::{TestShop, create_key, create_site, eventually, run};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::analytics::seeded::{event, item_event, record};
use crate::shopper::Shopper;

#[test]
fn every_operation_needs_a_site_and_shows_that_site_only() {
    run(async {
        let shop = TestShop::start().await?;
        let cart = fill_shop(&shop).await?;
        let other = create_site(&shop.database, "other", &["other.example"]).await?;
        let other_key = create_key(&shop.database, other.id, ApiKeyKind::Publishable).await?;
        let other_secret = create_key(&shop.database, other.id, ApiKeyKind::Secret).await?;
        let powerless = create_powerless_key(&shop).await?;
        let mut scopes = BTreeSet::new();

        let document: Value = serde_json::from_str(&shop.coheron(&["openapi"])?)?;
        let paths = document["paths"].as_object().context("paths")?;
        assert!(paths.len() >= 10, "only {} paths are documented", paths.len());
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().context("operations")? {
                let what = format!("{method} {path}");
                let ask = || request(&shop, &cart, path, method);

                // What staff and analysts read takes a secret key; shoppers' keys are refused.
                let is_for_staff =
                    operation["security"].as_array().is_some_and(|security| !security.contains(&json!({})));
                let (own_key, other_key) = match is_for_staff {
                    true => (&shop.secret_key, &other_secret),
                    false => (&shop.publishable_key, &other_key),
                };
                if is_for_staff {
                    let public = ask()?.header("X-Coheron-Key", &shop.publishable_key).send().await?;
                    assert_eq!(public.status(), 401, "{what} with a publishable key");
                }

                if operation["responses"]["403"].is_object() {
                    scopes.insert(refused_scope(&shop, ask()?, &powerless).await.context(what.clone())?);
                }

                let stranger = ask()?.header("host", "unknown.example").send().await?;
                assert_eq!(stranger.status(), 401, "{what} without a key");
                let forged = ask()?.header("X-Coheron-Key", "pk_forged").send().await?;
                assert_eq!(forged.status(), 401, "{what} with an unknown key");

                let foreign = ask()?.header("X-Coheron-Key", other_key).send().await?;
                let status = foreign.status().as_u16();
                let body = foreign.text().await?;
                assert!([200, 201, 204, 404].contains(&status), "{what} with the key of another site: {status} {body}");
                assert!(!body.contains("Secret"), "{what} shows another site's things: {body}");
                let is_somebodys = ["{cart_id}", "{order_id}", "/checkout"].iter().any(|part| path.contains(part));
                assert!(is_somebodys <= (status == 404), "{what} opens another site's cart or order");

                // Last, since some operations change what the others look for.
                if method == "get" {
                    let own = ask()?.header("X-Coheron-Key", own_key).send().await?;
                    assert_eq!(own.status(), 200, "{what} with the key of the site");
                    let own = own.text().await?.to_lowercase();
                    let shows_nothing = path.ends_with(".gif") || path.ends_with("/shipping-rates");
                    assert!(shows_nothing || own.contains("secret"), "{what} shows the site its own things: {own}");
                }
            }
        }
        assert_eq!(scopes, BTreeSet::from(KNOWN_SCOPES.map(str::to_owned)), "the scopes that keys can be given");
        Ok(())
    });
}

/// A secret key without any scope.
async fn create_powerless_key(shop: &TestShop) -> anyhow::Result<String> {
    let generated = generate_key(ApiKeyKind::Secret);
    let key = ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        site_id: shop.site.id,
        kind: ApiKeyKind::Secret,
        name: "powerless".to_owned(),
        scopes: Vec::new(),
        hint: generated.hint,
    };
    api_keys::insert(&shop.database, &key, &generated.hash).await?;
    Ok(generated.text.expose().clone())
}

/// Which scope the operation misses when it is asked with this key alone.
async fn refused_scope(shop: &TestShop, request: RequestBuilder, key: &str) -> anyhow::Result<String> {
    let mut request = request.header("X-Coheron-Key", key).build()?;
    // The token of a cart opens its order without any scope.
    request.headers_mut().remove("x-cart-token");
    let refused = shop.client.execute(request).await?;
    assert_eq!(refused.status(), 403);
    let problem: Value = refused.json().await?;
    assert_eq!(problem["code"], "missing_scope", "{problem}");
    problem["errors"][0]["message"].as_str().map(str::to_owned).with_context(|| problem.to_string())
}

struct SecretCart {
    id: String,
    item_id: String,
    token: String,
    order_id: String,
    order_token: String,
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
    view_secretly(shop).await;
    let create = shop.client.post(format!("{}/api/v1/cart", shop.base_url));
    let create = create.header("X-Coheron-Key", &shop.publishable_key).json(&json!({"items": [{"sku": "SECRET-1"}]}));
    let cart: Value = create.send().await?.json().await?;
    let text = |value: &Value| value.as_str().map(str::to_owned).with_context(|| cart.to_string());
    let buyer = Shopper::with_cart(shop, &[("SECRET-1", 1)]).await?;
    let order = buyer.buy("tok_ok").await?.body;
    Ok(SecretCart {
        id: text(&cart["id"])?,
        item_id: text(&cart["items"][0]["id"])?,
        token: text(&cart["token"])?,
        order_id: order["id"].as_str().map(str::to_owned).with_context(|| order.to_string())?,
        order_token: buyer.token,
    })
}

/// Somebody looks at the product, and analysts can see it.
async fn view_secretly(shop: &TestShop) {
    let view = |name: &str| {
        let event = WebEvent { occurred_at: Utc::now(), ..event(shop.site.id, "a", 0) };
        let page = WebPage::at(Some("https://shop.example/p/SECRET"), None, None);
        record(&WebEvent { page, ..item_event(name, "SECRET", 1, event) })
    };
    shop.erp.send_all(vec![view("page_view"), view("view_item")]).await.expect("stored events");
    eventually("the views", Duration::from_secs(10), async || {
        let report = shop.client.get(format!("{}/api/v1/analytics/pages", shop.base_url));
        let report = report.header("X-Coheron-Key", &shop.secret_key).send().await.ok()?;
        report.text().await.ok()?.contains("SECRET").then_some(())
    })
    .await;
}

fn checkout(cart_id: &str) -> Value {
    let address =
        json!({"name": "Ada", "line1": "Street 1", "postal_code": "10969", "city": "Berlin", "country": "DE"});
    json!({
        "cart_id": cart_id,
        "email": "ada@example.com",
        "shipping_address": address,
        "shipping_method": "standard",
        "payment": {"gateway": "test", "token": "tok_ok"},
    })
}

/// The operation with everything that a valid request has, but for the key.
fn request(shop: &TestShop, cart: &SecretCart, path: &str, method: &str) -> anyhow::Result<RequestBuilder> {
    let concrete = path
        .replace("{sku}", "SECRET")
        .replace("{id}", "secret")
        .replace("{cart_id}", &cart.id)
        .replace("{item_id}", &cart.item_id)
        .replace("{order_id}", &cart.order_id);
    assert!(!concrete.contains('{'), "{path}: teach this test the new parameter");
    let query = if path.ends_with("suggest") { "?q=secret" } else { "" };
    let method: Method = method.to_uppercase().parse()?;
    let request = shop.client.request(method.clone(), format!("{}{concrete}{query}", shop.base_url));
    let request = match path {
        // Without a token, staff's keys are asked for.
        "/api/v1/orders" => request,
        _ if path.contains("{order_id}") => request.header("X-Cart-Token", &cart.order_token),
        _ => request.header("X-Cart-Token", &cart.token),
    };
    Ok(match (method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
        ("POST", "cart") => request.json(&json!({})),
        ("POST", "checkout") => request.header("Idempotency-Key", "isolation").json(&checkout(&cart.id)),
        ("POST", "cancel") => request,
        ("POST", "sql") => request.json(&json!({"sql": "SELECT page_path, items FROM web_events"})),
        ("POST", "collect") => request.json(&json!({"name": "tick"})),
        ("GET", "pixel.gif") => request.header("referer", "https://shop.example/"),
        ("POST", "items") => request.json(&json!({"sku": "SECRET-1"})),
        ("PUT", "{item_id}") => request.json(&json!({"quantity": 1})),
        ("GET" | "DELETE", _) => request,
        _ => anyhow::bail!("{method} {path}: teach this test the new body"),
    })
}
