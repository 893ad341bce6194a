//! Orders on their way to the ERP, and the ERP's answers on their way back.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context;
use coheron_core::topics::{COMMERCE_ORDER_EVENT, ERP_ORDER_CHANGE};
use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_schemas::codec::decode;
use coheron_schemas::framing::unframe;
use coheron_schemas::records::OrderEvent;
use coheron_schemas::writer_schema::WriterSchema;
use coheron_store::dead_letters;
use coheron_stream::Record;
use coheron_testkit::{Role, TestShop, TopicReader, eventually, run};
use reqwest::Method;
use serde_json::{Value, json};

use crate::shopper::{Answer, Shopper, TRACE_ID, stock};

const PATIENCE: Duration = Duration::from_secs(30);
/// Keeps the simulated ERP at the document number.
const NEVER_SHIP: [&str; 2] = ["--ship-after", "86400"];

#[test]
fn an_order_reaches_the_erp_once_and_the_shopper_sees_its_answers() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 20).await?;
        shop.start_erp_simulator(&["--ship-after", "1", "--deliver-after", "2"])?;
        let order = buy(&shop, "MUG", 3).await?;
        assert_eq!(order.number, "100001");

        let answered = order.when(|order| !order["erp"]["document_number"].is_null()).await;
        assert_eq!(answered["erp"]["document_number"], "SO-100001");
        assert!(answered["erp"]["acknowledged_at"].is_string(), "{answered}");
        let delivered = order.when(|order| order["status"] == "completed").await;
        assert_eq!(
            (&delivered["fulfilment_status"], &delivered["erp"]["status"]),
            (&json!("delivered"), &json!("delivered"))
        );
        assert_eq!(delivered["erp"]["acknowledged_at"], answered["erp"]["acknowledged_at"]);

        // The ERP's figure contains the order and says so.
        figure_when(&shop, "MUG", (17, Some(100_001))).await;

        let reader = TopicReader::start(&shop.kafka, &[COMMERCE_ORDER_EVENT]);
        let records =
            eventually("the order on its topic", PATIENCE, async || Some(reader.records()).filter(|r| !r.is_empty()))
                .await;
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].key.as_deref(), Some(format!("{}:{}", shop.site.id, order.id).as_bytes()));
        assert_eq!(records[0].trace_id(), Some(TRACE_ID));
        let event = order_event(&shop, &records[0]).await?;
        assert_eq!((event.event_type.as_str(), event.site.as_str()), ("placed", "shop"));
        assert_eq!((event.order_id.as_str(), event.order_number.as_str()), (order.id.as_str(), "100001"));
        assert_eq!((event.lines.len(), event.lines[0].quantity, event.lines[0].line_total_minor), (1, 3, 3_000));
        assert_eq!(Some(event.total_minor), delivered["totals"]["total"]["amount_minor"].as_i64());
        assert_eq!((event.payment.gateway.as_str(), event.payment.amount_minor), ("test", event.total_minor));
        assert_eq!(
            (event.customer.email.as_str(), event.shipping_address.city.as_str()),
            ("ada@example.com", "Berlin")
        );
        Ok(())
    });
}

#[test]
fn an_erp_that_starts_before_its_servers_waits_for_them() {
    run(async {
        let shop = TestShop::without_processes().await?;
        shop.start_erp_simulator(&NEVER_SHIP)?;
        shop.log_when(Role::ErpSimulator, "trying again").await;
        for role in Role::SEPARATE {
            shop.start_role(role)?;
        }
        shop.wait_until_ready().await;
        stock(&shop, "MUG", 1_000, 5).await?;
        let order = buy(&shop, "MUG", 2).await?;
        all_have_documents(&[order]).await;
        Ok(())
    });
}

#[test]
fn an_erp_that_is_down_loses_nothing_and_books_nothing_twice() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 50).await?;
        let mut orders = Vec::new();
        for _ in 0..4 {
            orders.push(buy(&shop, "MUG", 2).await?);
        }
        shop.start_erp_simulator(&NEVER_SHIP)?;
        all_have_documents(&orders).await;
        figure_when(&shop, "MUG", (42, Some(100_004))).await;

        shop.kill_role(Role::ErpSimulator)?;
        for _ in 0..3 {
            orders.push(buy(&shop, "MUG", 1).await?);
        }
        shop.kill_role(Role::All)?;
        shop.start_role(Role::All)?;
        shop.wait_until_ready().await;
        shop.start_erp_simulator(&NEVER_SHIP)?;
        all_have_documents(&orders).await;
        figure_when(&shop, "MUG", (39, Some(100_007))).await;

        // A relay that was killed may have sent an event a second time, under the same id; the ERP answered once.
        let events = TopicReader::start(&shop.kafka, &[COMMERCE_ORDER_EVENT]);
        let answers = TopicReader::start(&shop.kafka, &[ERP_ORDER_CHANGE]);
        for reader in [&events, &answers] {
            eventually("seven records", PATIENCE, async || (keys(&reader.records()).len() == 7).then_some(())).await;
        }
        assert_eq!(answers.records().len(), 7);
        let mut event_ids = BTreeSet::new();
        for record in events.records() {
            event_ids.insert(order_event(&shop, &record).await?.event_id);
        }
        assert_eq!(event_ids.len(), 7);
        Ok(())
    });
}

#[test]
fn a_cancelled_order_is_given_back_at_the_erp() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 10).await?;
        shop.start_erp_simulator(&NEVER_SHIP)?;
        let order = buy(&shop, "MUG", 4).await?;
        order.when(|order| order["status"] == "acknowledged").await;
        figure_when(&shop, "MUG", (6, Some(100_001))).await;

        let cancelled = order.send(Method::POST, "/cancel").await?;
        assert_eq!((cancelled.status, &cancelled.body["status"]), (200, &json!("cancelled")), "{}", cancelled.body);
        figure_when(&shop, "MUG", (10, Some(100_001))).await;
        let answered = order.when(|order| order["erp"]["status"] == "cancelled").await;
        assert_eq!(answered["erp"]["document_number"], "SO-100001");
        Ok(())
    });
}

#[test]
fn answers_may_come_twice_and_in_any_order() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 10).await?;
        let order = buy(&shop, "MUG", 1).await?;
        let document = json!({"document_number": "A-7", "acknowledged_at": "2026-03-01T12:00:00Z"});
        answer(&shop, &order.number, 3, "shipped", &document).await?;
        answer(&shop, &order.number, 1, "accepted", &document).await?;
        answer(&shop, &order.number, 3, "shipped", &document).await?;
        answer(&shop, &order.number, 4, "delivered", &json!({"note": "left at the door"})).await?;
        let delivered = order.when(|order| order["status"] == "completed").await;
        assert_eq!(delivered["erp"]["document_number"], "A-7");
        assert_eq!(delivered["erp"]["note"], "left at the door");

        let rejected = buy(&shop, "MUG", 2).await?;
        answer(&shop, &rejected.number, 1, "rejected", &json!({"note": "no such customer"})).await?;
        let refunded = rejected.when(|order| order["payment_status"] == "refunded").await;
        assert_eq!((&refunded["status"], &refunded["erp"]["note"]), (&json!("cancelled"), &json!("no such customer")));
        // What comes after a rejection changes nothing but what the ERP is known to say.
        answer(&shop, &rejected.number, 2, "shipped", &json!({})).await?;
        let kept = rejected.when(|order| order["erp"]["status"] == "shipped").await;
        assert_eq!(kept["status"], "cancelled");
        Ok(())
    });
}

#[test]
fn answers_to_nothing_are_kept_with_their_reason() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 10).await?;
        let order = buy(&shop, "MUG", 1).await?;
        answer(&shop, "999999", 1, "accepted", &json!({})).await?;
        answer(&shop, "A-1", 1, "accepted", &json!({})).await?;
        answer(&shop, &order.number, 1, "posted", &json!({})).await?;
        shop.erp.tombstone(&ERP_ORDER_CHANGE, &order.number, Some(9)).await?;
        // What follows in the same partition as any of them is not held up.
        answer(&shop, &order.number, 2, "accepted", &json!({"document_number": "SO-1"})).await?;
        order.when(|order| order["erp"]["document_number"] == "SO-1").await;

        let letters = eventually("four dead letters", PATIENCE, async || {
            let listed = shop.coheron(&["dead-letters", "list", "--json"]).expect("a list");
            let letters: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            (letters.len() >= 4).then_some(letters)
        })
        .await;
        let reasons: BTreeSet<(&str, &str)> = letters
            .iter()
            .map(|letter| {
                let reason = letter["reason"].as_str().unwrap_or_default();
                (letter["reason_code"].as_str().unwrap_or_default(), reason.split(':').next().unwrap_or_default())
            })
            .collect();
        let expected = [
            ("unknown_order", "order_number"),
            ("invalid_value", "order_number"),
            ("invalid_value", "status"),
            ("invalid_value", "value"),
        ];
        assert_eq!(reasons, BTreeSet::from(expected));

        let before = order.send(Method::GET, "").await?.body;
        read_answers_again(&shop).await?;
        assert_eq!(order.send(Method::GET, "").await?.body, before, "a replay changes nothing");
        assert_eq!(dead_letters::count(&shop.database).await?, 4, "a record is set aside once");
        Ok(())
    });
}

/// An order, and the shopper whose token opens it.
struct Bought<'a> {
    shopper: Shopper<'a>,
    id: String,
    number: String,
}

impl Bought<'_> {
    async fn send(&self, method: Method, rest: &str) -> anyhow::Result<Answer> {
        self.shopper.send(method, &format!("/orders/{}{rest}", self.id), None, Value::Null).await
    }

    async fn when(&self, condition: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("the order {} as expected", self.number), PATIENCE, async || {
            let read = self.send(Method::GET, "").await.ok()?;
            Some(read.body).filter(&condition)
        })
        .await
    }
}

async fn buy<'a>(shop: &'a TestShop, sku: &str, quantity: u32) -> anyhow::Result<Bought<'a>> {
    let shopper = Shopper::with_cart(shop, &[(sku, quantity)]).await?;
    let bought = shopper.buy("tok_ok").await?;
    let text = |field: &str| bought.body[field].as_str().map(str::to_owned).with_context(|| bought.body.to_string());
    Ok(Bought { id: text("id")?, number: text("number")?, shopper })
}

/// Has the stage start from the beginning of its topic, and waits until it is where it was.
async fn read_answers_again(shop: &TestShop) -> anyhow::Result<()> {
    let position = async || -> anyhow::Result<Option<i64>> {
        let select = "SELECT sum(next_offset)::bigint FROM pipeline_checkpoints WHERE stage = 'project_orders'";
        Ok(sqlx::query_scalar(select).fetch_one(shop.database.pipeline()).await?)
    };
    shop.kill_role(Role::All)?;
    let reached = position().await?;
    let reset = "DELETE FROM pipeline_checkpoints WHERE stage = 'project_orders'";
    sqlx::query(reset).execute(shop.database.pipeline()).await?;
    shop.start_role(Role::All)?;
    shop.wait_until_ready().await;
    eventually("the answers again", PATIENCE, async || (position().await.ok()? == reached).then_some(())).await;
    Ok(())
}

/// The ERP's answer as plain JSON.
async fn answer(shop: &TestShop, number: &str, version: i64, status: &str, more: &Value) -> anyhow::Result<()> {
    let mut body = json!({
        "site": shop.site.code, "order_number": number, "entity_version": version,
        "occurred_at": chrono::Utc::now().to_rfc3339(), "status": status
    });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    shop.erp.raw(&ERP_ORDER_CHANGE, &shop.erp.key(number), body.to_string().as_bytes()).await
}

/// Waits until the shop has this figure of the ERP: pieces, and the last order they contain.
async fn figure_when(shop: &TestShop, sku: &str, expected: (i64, Option<i64>)) {
    eventually(&format!("the figure {expected:?} of {sku}"), PATIENCE, async || {
        let select = "SELECT on_hand, last_order_number FROM website_stock WHERE site_id = $1 AND sku = $2";
        let figure: (i64, Option<i64>) =
            sqlx::query_as(select).bind(shop.site.id.0).bind(sku).fetch_one(shop.database.pipeline()).await.ok()?;
        (figure == expected).then_some(())
    })
    .await;
}

fn keys(records: &[Record]) -> BTreeSet<&[u8]> {
    records.iter().filter_map(|record| record.key.as_deref()).collect()
}

async fn all_have_documents(orders: &[Bought<'_>]) {
    for order in orders {
        let document = format!("SO-{}", order.number);
        order.when(|order| order["erp"]["document_number"] == document).await;
    }
}

/// Reads the record as a consumer who knows nothing but the registry.
async fn order_event(shop: &TestShop, record: &Record) -> anyhow::Result<OrderEvent> {
    let framed = unframe(record.payload.as_deref().context("a payload")?)?;
    let registry = SchemaRegistryClient::new(&shop.schema_registry_url)?;
    let schema = registry.find_schema(framed.schema_id).await?.context("the schema is registered")?;
    Ok(decode(&WriterSchema::parse(&schema)?, framed.body)?)
}
