//! From an ERP change over search, cart, checkout and the ERP's answer to SQL about the visit.

use std::time::Duration;

use anyhow::Context;
use coheron_integrations::mail::{FolderMailer, Sender};
use coheron_testkit::{TestShop, eventually, run};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shopper::Shopper;

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn what_an_erp_publishes_is_found_bought_booked_shipped_and_counted() {
    run(async {
        let shop = TestShop::start().await?;
        shop.start_erp_simulator(&["--ship-after", "1", "--deliver-after", "86400"])?;
        let facts = json!({"name": "Stoneware mug", "variants": [
            {"sku": "MUG-MOSS", "options": {"colour": "Moss"}}, {"sku": "MUG-SAND", "options": {"colour": "Sand"}}]});
        shop.erp.product("MUG", 1, facts).await?;
        shop.erp.price("MUG", 1, 1_950).await?;
        shop.erp.stock("MUG-MOSS", 1, 12).await?;
        shop.erp.stock("MUG-SAND", 1, 3).await?;

        let found = shop
            .search_when("q=stonware+mug", |page| {
                let product = &page["items"][0];
                product["variants"][1]["availability"]["quantity"] == 3 && !product["price"].is_null()
            })
            .await;
        let variant = |at: usize| found["items"][0]["variants"][at]["sku"].as_str().unwrap_or_default();
        let shopper = Shopper::with_cart(&shop, &[(variant(0), 2), (variant(1), 1)]).await?;
        let bought = shopper.buy("tok_ok").await?;
        assert_eq!(bought.status, 201, "{}", bought.body);
        let number = bought.body["number"].as_str().context("a number")?;
        let total_minor = bought.body["totals"]["total"]["amount_minor"].as_i64().context("a total")?;
        assert_eq!(total_minor, 3 * 1_950 + 490);
        let mails = FolderMailer::open(shop.data.path().join("mail"), Sender::parse("test@shop.example")?)?;
        let mail =
            eventually("the confirmation", PATIENCE, async || mails.mails().await.ok()?.into_iter().next()).await;
        assert!(mail.subject.contains(number), "{}", mail.subject);
        assert!(mail.text.contains("Stoneware mug") && mail.html.contains("Stoneware mug"), "{}", mail.text);

        let path = format!("/orders/{}", bought.body["id"].as_str().context("an id")?);
        let shipped = eventually("the ERP's answers", PATIENCE, async || {
            let read = shopper.send(Method::GET, &path, None, Value::Null).await.ok()?;
            (read.body["status"] == "shipped").then_some(read.body)
        })
        .await;
        assert_eq!(shipped["erp"]["document_number"], format!("SO-{number}"));
        // The ERP's own figure, with the order in it, comes back as the product's stock.
        shop.product_when("MUG", |product| {
            product["variants"][0]["availability"]["quantity"] == 10
                && product["variants"][1]["availability"]["quantity"] == 2
        })
        .await;

        let purchase = json!({"event_id": Uuid::from_u128(7), "name": "purchase", "order_number": number,
            "value_minor": total_minor, "currency": "EUR"});
        let request = shop.client.post(format!("{}/api/v1/collect", shop.base_url));
        let kept = request.header("X-Coheron-Key", &shop.publishable_key).json(&purchase).send().await?;
        assert_eq!(kept.status(), 204);
        let joined = "SELECT o.status, o.erp_document_number, e.value_minor FROM web_events e
            JOIN orders o ON o.number = e.order_number WHERE e.name = $1";
        eventually("the visit and its order in SQL", PATIENCE, async || {
            let request = shop.client.post(format!("{}/api/v1/analytics/sql", shop.base_url));
            let question = json!({"sql": joined, "params": ["purchase"]});
            let answer = request.header("X-Coheron-Key", &shop.secret_key).json(&question).send().await.ok()?;
            let answer: Value = answer.json().await.ok()?;
            (answer["rows"] == json!([["shipped", format!("SO-{number}"), total_minor]])).then_some(())
        })
        .await;
        Ok(())
    });
}
