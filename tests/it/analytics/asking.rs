//! SQL and reports over HTTP: what a key may see, in which form, how soon.

use std::time::{Duration, Instant};

use anyhow::Context;
use coheron_core::ids::ApiKeyId;
use coheron_core::ids::SiteId;
use coheron_core::web_event::WebEvent;
use coheron_platform::auth::generate_key;
use coheron_store::api_keys::{self, ApiKey, ApiKeyKind};
use coheron_testkit::{TestShop, create_key, create_site, eventually, run};
use reqwest::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::seeded::{SeededOrder, event, insert_order, item_event, record};

const COUNT: &str = "SELECT count(*) FROM web_events";

#[test]
fn an_event_can_be_asked_for_within_seconds_and_only_by_its_site() {
    run(async {
        let shop = TestShop::start().await?;
        let other = create_site(&shop.database, "other", &["other.example"]).await?;
        let other_key = create_key(&shop.database, other.id, ApiKeyKind::Secret).await?;
        let ours: Vec<WebEvent> = (0..40).map(|number| event(shop.site.id, "a", number)).collect();
        let theirs: Vec<WebEvent> = (0..3).map(|number| event(other.id, "secret", number)).collect();
        let order = |number, country| SeededOrder {
            number,
            minute: 5,
            status: "placed",
            country,
            document_number: None,
            lines: vec![("MUG", 2, 1_950)],
        };
        insert_order(&shop, shop.site.id, &order(100_001, "DE")).await?;
        insert_order(&shop, other.id, &order(100_001, "SE")).await?;

        // The first one also waits until the processes have shared out the partitions.
        shop.erp.send(record(&event(other.id, "secret", 99))).await?;
        eventually("the first event", Duration::from_secs(30), async || {
            (rows(&shop, &other_key, COUNT).await.ok()? == json!([[1]])).then_some(())
        })
        .await;

        let sent_at = Instant::now();
        shop.erp.send_all(ours.iter().chain(&theirs).chain(&ours).map(record).collect()).await?;
        let visible = async |key: &str, expected: u64| {
            eventually("the events", Duration::from_secs(10), async || {
                let rows = rows(&shop, key, COUNT).await.ok()?;
                (rows == json!([[expected]])).then_some(sent_at.elapsed())
            })
            .await
        };
        let after = visible(&shop.secret_key, 40).await;
        eprintln!("events could be asked for after {after:?}");
        assert!(after < Duration::from_secs(5), "visible after {after:?}");
        visible(&other_key, 4).await;

        for sql in [
            "SELECT DISTINCT visitor_id FROM web_events",
            "SELECT DISTINCT visitor_id FROM coheron.public.web_events",
            "SELECT visitor_id FROM public.web_events UNION SELECT visitor_id FROM web_events",
        ] {
            assert_eq!(rows(&shop, &shop.secret_key, sql).await?, json!([["a"]]), "{sql}");
        }
        let orders = "SELECT number, shipping_country, total_minor, items[1]['sku'] FROM orders";
        assert_eq!(rows(&shop, &shop.secret_key, orders).await?, json!([["100001", "DE", 4_390, "MUG"]]));
        assert_eq!(rows(&shop, &other_key, orders).await?, json!([["100001", "SE", 4_390, "MUG"]]));
        let everything = rows(&shop, &shop.secret_key, "SELECT * FROM orders").await?.to_string();
        assert!(!everything.to_lowercase().contains("secret"), "no names, addresses, e-mail: {everything}");
        let site_ids = format!("SELECT * FROM web_events WHERE site_id = '{}'", other.id);
        assert_eq!(ask(&shop, &shop.secret_key, &site_ids, "*/*").await?.status(), 422);
        Ok(())
    });
}

#[test]
fn answers_come_in_four_formats_and_problems_with_their_status() {
    run(async {
        let shop = TestShop::start().await?;
        shop.erp.send_all((0..3).map(|number| record(&event(shop.site.id, "a", number))).collect()).await?;
        eventually("the events", Duration::from_secs(10), async || {
            (rows(&shop, &shop.secret_key, COUNT).await.ok()? == json!([[3]])).then_some(())
        })
        .await;
        let sql = "SELECT visitor_id, occurred_at FROM web_events ORDER BY occurred_at";
        let json: Value = ask(&shop, &shop.secret_key, sql, "application/json").await?.json().await?;
        assert_eq!(json["columns"][1], json!({"name": "occurred_at", "type": "timestamp with time zone"}));
        assert_eq!((&json["row_count"], &json["truncated"]), (&json!(3), &json!(false)));
        for (accept, begins, ends) in [
            ("text/csv", &b"visitor_id,occurred_at\na,2026-03-02T10:00:00"[..], &b"\n"[..]),
            ("application/vnd.apache.arrow.stream", &[0xff, 0xff, 0xff, 0xff][..], &[0, 0, 0, 0][..]),
            ("application/vnd.apache.parquet", &b"PAR1"[..], &b"PAR1"[..]),
        ] {
            let answer = ask(&shop, &shop.secret_key, sql, accept).await?;
            assert_eq!(answer.status(), 200, "{accept}");
            assert!(answer.headers()["content-type"].to_str()?.starts_with(accept));
            assert_eq!(
                (&answer.headers()["x-row-count"], &answer.headers()["x-truncated"]),
                (&"3".parse()?, &"false".parse()?)
            );
            let body = answer.bytes().await?;
            assert!(body.starts_with(begins) && body.ends_with(ends), "{accept}: {body:?}");
        }

        let problem = async |key: &str, sql: &str, accept: &str| -> anyhow::Result<(u16, Value)> {
            let answer = ask(&shop, key, sql, accept).await?;
            Ok((answer.status().as_u16(), answer.json::<Value>().await?["code"].clone()))
        };
        let narrow = key_with_scopes(&shop, shop.site.id, &["analytics:read"]).await?;
        for (key, sql, accept, status, code) in [
            (shop.secret_key.as_str(), "SELEC 1", "*/*", 400, "invalid_sql"),
            (&shop.secret_key, "DROP TABLE web_events", "*/*", 422, "refused_statement"),
            (&shop.secret_key, "COPY web_events TO '/tmp/x.csv'", "*/*", 422, "refused_statement"),
            (&shop.secret_key, "SELECT nothing FROM web_events", "*/*", 422, "invalid_statement"),
            (&shop.secret_key, "SELECT 1", "image/png", 406, "not_acceptable"),
            (&narrow, "SELECT 1", "*/*", 403, "missing_scope"),
            (&shop.publishable_key, "SELECT 1", "*/*", 401, "secret_key_required"),
        ] {
            assert_eq!(problem(key, sql, accept).await?, (status, json!(code)), "{sql} as {accept}");
        }
        let bomb = "SELECT sum(value) FROM generate_series(1, 1000000000000000)";
        let (bombs, health) = futures::future::join(
            futures::future::join_all((0..4).map(|_| problem(&shop.secret_key, bomb, "*/*"))),
            shop.client.get(format!("{}/health/ready", shop.base_url)).send(),
        )
        .await;
        assert_eq!(health?.status(), 200, "the process lives");
        let codes = bombs.into_iter().map(|outcome| Ok(outcome?.1)).collect::<anyhow::Result<Vec<Value>>>()?;
        assert!(codes.iter().any(|code| code == "analytics_busy"), "{codes:?}");
        assert!(codes.iter().all(|code| code != "internal_error" && code != "timeout"), "{codes:?}");
        eventually("a slot", Duration::from_secs(15), async || {
            (rows(&shop, &shop.secret_key, COUNT).await.ok()? == json!([[3]])).then_some(())
        })
        .await;
        Ok(())
    });
}

#[test]
fn reports_count_pages_and_products() {
    run(async {
        let shop = TestShop::start().await?;
        let site = shop.site.id;
        let on = |path: &str, event: WebEvent| WebEvent {
            page: coheron_core::web_event::WebPage::at(Some(&format!("https://shop.example{path}")), None, None),
            ..event
        };
        let tab = |name: &str, event: WebEvent| WebEvent { session_id: Some(name.to_owned()), ..event };
        let bot = WebEvent { device: coheron_core::web_event::Device::Bot, ..event(site, "bot", 1) };
        let events = [
            tab("t1", on("/", event(site, "a", 0))),
            tab("t1", on("/p/MUG", event(site, "a", 1))),
            tab("t2", on("/p/MUG", event(site, "a", 2))),
            on("/p/MUG", event(site, "b", 3)),
            on("/", bot),
            item_event("view_item", "MUG", 1, event(site, "a", 1)),
            item_event("view_item", "CHAIR", 1, event(site, "a", 2)),
            item_event("add_to_cart", "MUG", 3, event(site, "a", 3)),
        ];
        shop.erp.send_all(events.iter().map(record).collect()).await?;
        for (number, status) in [(100_001, "placed"), (100_002, "cancelled")] {
            let lines = vec![("MUG", 2, 1_950)];
            let order = SeededOrder { number, minute: 9, status, country: "DE", document_number: None, lines };
            insert_order(&shop, site, &order).await?;
        }
        eventually("the events", Duration::from_secs(10), async || {
            (rows(&shop, &shop.secret_key, COUNT).await.ok()? == json!([[8]])).then_some(())
        })
        .await;
        let key = key_with_scopes(&shop, site, &["analytics:read"]).await?;
        let report = async |path: &str| -> anyhow::Result<Value> {
            let request = shop.client.get(format!("{}/api/v1/analytics/{path}", shop.base_url));
            Ok(request.header("X-Coheron-Key", &key).send().await?.json().await?)
        };
        let pages = report("pages?from=2026-03-01&to=2026-04-01").await?;
        let expected = json!([
            {"path": "/p/MUG", "views": 3, "visitors": 2, "entries": 2},
            {"path": "/", "views": 1, "visitors": 1, "entries": 1},
        ]);
        assert_eq!((&pages["items"], &pages["total"]), (&expected, &json!(2)), "{pages}");
        assert_eq!(report("pages?from=2026-03-01&to=2026-04-01&limit=1").await?["total"], 2);

        let products = report("products?from=2026-03-01&to=2026-04-01").await?;
        let revenue = |amount: i64, text: &str| json!({"amount_minor": amount, "currency": "EUR", "exponent": 2, "formatted": text});
        let expected = json!([
            {"sku": "MUG", "name": "The MUG", "views": 1, "added": 3, "purchased": 2, "revenue": revenue(3_900, "39.00 EUR")},
            {"sku": "CHAIR", "name": "The CHAIR", "views": 1, "added": 0, "purchased": 0, "revenue": revenue(0, "0.00 EUR")},
        ]);
        assert_eq!(products["items"], expected, "{products}");
        assert_eq!(report("pages?from=2020-01-01&to=2020-02-01").await?["items"], json!([]));
        let wrong = report("pages?from=soon&limit=0&page=2").await?;
        let fields: Vec<&Value> =
            wrong["errors"].as_array().context("errors")?.iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, ["from", "limit", "page"]);
        Ok(())
    });
}

async fn ask(shop: &TestShop, key: &str, sql: &str, accept: &str) -> anyhow::Result<Response> {
    let request = shop.client.post(format!("{}/api/v1/analytics/sql", shop.base_url));
    let request = request.header("X-Coheron-Key", key).header("Accept", accept).json(&json!({"sql": sql}));
    Ok(request.send().await?)
}

async fn rows(shop: &TestShop, key: &str, sql: &str) -> anyhow::Result<Value> {
    let answer: Value = ask(shop, key, sql, "*/*").await?.error_for_status()?.json().await?;
    Ok(answer["rows"].clone())
}

async fn key_with_scopes(shop: &TestShop, site_id: SiteId, scopes: &[&str]) -> anyhow::Result<String> {
    let generated = generate_key(ApiKeyKind::Secret);
    let key = ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        site_id,
        kind: ApiKeyKind::Secret,
        name: "narrow".to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        hint: generated.hint,
    };
    api_keys::insert(&shop.database, &key, &generated.hash).await?;
    Ok(generated.text.expose().clone())
}
