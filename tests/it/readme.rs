//! What the README tells people to type works as it stands there.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use coheron_testkit::{TestShop, eventually, run};
use serde_json::{Value, json};

const README: &str = include_str!("../../README.md");
const ADDRESS: &str = "http://127.0.0.1:8080";

#[test]
fn five_calls_buy_something_that_the_erp_books() {
    run(async {
        let shop = TestShop::start().await?;
        shop.start_erp_simulator(&["--ship-after", "86400"])?;
        shop.erp.product("ARM", 1, json!({"name": "Low linen armchair"})).await?;
        shop.erp.price("ARM", 1, 75_000).await?;
        shop.erp.stock("ARM", 1, 4).await?;
        shop.search_when("q=armchair&in_stock=true", |page| page["total"] == 1).await;

        let script = commands_under("## Buy something")?;
        assert_eq!(script.matches("curl ").count(), 5);
        let output = Command::new("bash").args(["-euc", &script.replace(ADDRESS, &shop.base_url)]).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let order: Value = serde_json::from_slice(&output.stdout)?;
        assert_eq!((&order["number"], &order["items"][0]["sku"]), (&json!("100001"), &json!("ARM")));
        assert_eq!(order["totals"]["total"]["amount_minor"], 75_490);
        eventually("the ERP books it", Duration::from_secs(30), async || {
            let request = shop.client.get(format!("{}/api/v1/orders/{}", shop.base_url, order["id"].as_str()?));
            let read: Value = request.header("X-Coheron-Key", &shop.secret_key).send().await.ok()?.json().await.ok()?;
            (read["erp"]["document_number"] == "SO-100001").then_some(())
        })
        .await;
        Ok(())
    });
}

/// The first block of commands below a heading.
fn commands_under(heading: &str) -> anyhow::Result<String> {
    let section = README.split_once(heading).context("the heading")?.1;
    let block = section.split_once("```sh\n").context("a block")?.1;
    Ok(block.split_once("```").context("the end of the block")?.0.to_owned())
}
