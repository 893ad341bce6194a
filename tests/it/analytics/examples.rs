//! The questions of `docs/analytics.md` run and give what the seeded events and orders say.

use std::time::Duration;

use anyhow::Context;
use coheron_core::web_event::{Device, WebEvent, WebPage};
use coheron_testkit::{TestShop, eventually, run};
use serde_json::{Value, json};

use super::seeded::{SeededOrder, event, insert_order, item_event, record};

const PAGE: &str = include_str!("../../../docs/analytics.md");
const A_DAY: i64 = 24 * 60;

#[test]
fn the_questions_of_the_page_give_their_answers() {
    run(async {
        let questions: Vec<&str> = PAGE.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let answers = expected();
        assert_eq!(questions.len(), answers.len(), "every question of the page has its answer here");

        let shop = TestShop::start().await?;
        let events = visits(&shop);
        shop.erp.send_all(events.iter().map(record).collect()).await?;
        for order in orders() {
            insert_order(&shop, shop.site.id, &order).await?;
        }
        eventually("the events", Duration::from_secs(10), async || {
            let counted = rows(&shop, "SELECT count(*) FROM web_events").await.ok()?;
            (counted == json!([[events.len()]])).then_some(())
        })
        .await;
        for (question, answer) in questions.into_iter().zip(answers) {
            assert_eq!(rows(&shop, question).await.context(question)?, answer, "{question}");
        }
        Ok(())
    });
}

/// One visitor buys, one stops at the cart, one finds nothing, and a bot comes along.
fn visits(shop: &TestShop) -> Vec<WebEvent> {
    let site = shop.site.id;
    let on = |path: &str, referrer: Option<&str>, event: WebEvent| WebEvent {
        page: WebPage::at(Some(&format!("https://shop.example{path}")), None, referrer),
        ..event
    };
    let searched = |term: &str, event: WebEvent| WebEvent {
        name: "search".to_owned(),
        search_term: Some(term.to_owned()),
        ..event
    };
    let phone = |event: WebEvent| WebEvent { device: Device::Mobile, ..event };
    let search_engine = Some("https://www.search.example/?q=mug");
    vec![
        on("/", search_engine, event(site, "a", 0)),
        searched("Mug", event(site, "a", 1)),
        on("/p/MUG", None, event(site, "a", 2)),
        item_event("view_item", "MUG", 1, event(site, "a", 2)),
        item_event("add_to_cart", "MUG", 2, event(site, "a", 3)),
        item_event("begin_checkout", "MUG", 2, event(site, "a", 4)),
        WebEvent { order_number: Some("100001".to_owned()), ..item_event("purchase", "MUG", 2, event(site, "a", 5)) },
        phone(on("/p/MUG", search_engine, event(site, "b", 60))),
        phone(item_event("view_item", "MUG", 1, event(site, "b", 60))),
        phone(item_event("view_item", "LAMP", 1, event(site, "b", 61))),
        phone(item_event("add_to_cart", "MUG", 1, event(site, "b", 62))),
        on("/", Some("https://news.example/shops"), event(site, "c", A_DAY)),
        searched("chair", event(site, "c", A_DAY + 1)),
        searched("mug", event(site, "c", A_DAY + 2)),
        WebEvent { device: Device::Bot, ..event(site, "bot", 7) },
    ]
}

fn orders() -> Vec<SeededOrder> {
    let order = |number, minute, status, country, document_number, lines| SeededOrder {
        number,
        minute,
        status,
        country,
        document_number,
        lines,
    };
    vec![
        order(100_001, 5, "acknowledged", "DE", Some("SO-1"), vec![("MUG", 2, 1_950)]),
        order(100_002, 30, "cancelled", "AT", None, vec![("CHAIR", 1, 12_000)]),
        order(100_003, A_DAY, "placed", "AT", None, vec![("MUG", 1, 1_950), ("LAMP", 1, 4_510)]),
    ]
}

fn expected() -> [Value; 10] {
    let (first_day, second_day) = ("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    [
        json!([[first_day, 3, 2], [second_day, 1, 1]]),
        json!([["/", 2, 2], ["/p/MUG", 2, 2]]),
        json!([["search.example", 2], ["news.example", 1]]),
        json!([["mug", 2, 1], ["chair", 1, 0]]),
        json!([[2, 2, 1, 1]]),
        json!([["LAMP", 1]]),
        json!([["desktop", 2, 1], ["mobile", 1, 0]]),
        json!([[first_day, "EUR", 1, 4_390, 4_390.0], [second_day, "EUR", 1, 6_950, 6_950.0]]),
        json!([["MUG", "The MUG", 3, 5_850, 2], ["LAMP", "The LAMP", 1, 4_510, 1]]),
        json!([["100002", "cancelled", false], ["100003", "placed", false]]),
    ]
}

async fn rows(shop: &TestShop, sql: &str) -> anyhow::Result<Value> {
    let request = shop.client.post(format!("{}/api/v1/analytics/sql", shop.base_url));
    let answer = request.header("X-Coheron-Key", &shop.secret_key).json(&json!({"sql": sql})).send().await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    anyhow::ensure!(status == 200, "{body}");
    Ok(body["rows"].clone())
}
