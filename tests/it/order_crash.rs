//! Five hundred checkouts at once while every role, the broker and the database are killed by force: every order exists
//! once, is charged once and is at the ERP once; stock and events agree to the piece.

mod at_the_erp;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use coheron_integrations::test_gateway::{TestGateway, TestPaymentState};
use coheron_testkit::{Role, TestServers, TestShop, eventually, run};
use serde_json::{Value, json};
use sqlx::Row;
use uuid::Uuid;

use crate::shopper::{Shopper, new_key, stock};
use at_the_erp::the_erp_has_each_order_once;

const CHECKOUTS: usize = 500;
const SKUS: usize = 12;
const PLENTY: i64 = 2_000;
/// Every fifth shopper wants one of these, so not all of them get one.
const SCARCE: i64 = 60;
const PATIENCE: Duration = Duration::from_secs(300);

#[test]
fn whatever_is_killed_orders_charges_bookings_stock_and_events_agree() {
    run(async {
        let servers = Arc::new(TestServers::start_private().await?);
        let shop = Arc::new(TestShop::on(&servers).await?);
        for role in Role::SEPARATE {
            shop.start_role(role)?;
        }
        shop.wait_until_ready().await;
        for number in 0..SKUS {
            stock(&shop, &format!("SKU-{number}"), 1_000, PLENTY).await?;
        }
        stock(&shop, "SCARCE", 2_500, SCARCE).await?;
        shop.start_erp_simulator(&["--ship-after", "86400"])?;

        let done = Arc::new(AtomicUsize::new(0));
        let shoppers: Vec<_> = (0..CHECKOUTS)
            .map(|number| {
                let (shop, done) = (shop.clone(), done.clone());
                tokio::spawn(async move {
                    let outcome = buy_until_decided(&shop, number).await;
                    done.fetch_add(1, Ordering::Relaxed);
                    outcome
                })
            })
            .collect();
        kill_everything_once(&shop, &servers, &done).await?;
        let mut ordered: BTreeMap<String, Value> = BTreeMap::new();
        let mut refused = 0;
        for shopper in shoppers {
            match shopper.await?? {
                Some(order) => {
                    let id = order["id"].as_str().context("an id")?.to_owned();
                    assert!(ordered.insert(id, order).is_none(), "an order was answered to two shoppers");
                }
                None => refused += 1,
            }
        }
        assert_eq!(ordered.len() + refused, CHECKOUTS);
        assert!(ordered.len() >= CHECKOUTS / 2, "only {} orders", ordered.len());

        no_checkout_is_open(&shop).await;
        orders_are_those_that_were_answered(&shop, &ordered).await?;
        charges_are_one_per_order(&shop, &ordered).await?;
        the_erp_has_each_order_once(&shop, &ordered).await?;
        stock_agrees(&shop, &ordered).await?;
        events_agree(&shop).await;
        Ok(())
    });
}

/// What shopper `number` buys, pays with and reports; again and again until the shop has decided.
async fn buy_until_decided(shop: &TestShop, number: usize) -> anyhow::Result<Option<Value>> {
    let sku = if number.is_multiple_of(5) { "SCARCE".to_owned() } else { format!("SKU-{}", number % SKUS) };
    let other = format!("SKU-{}", (number + 5) % SKUS);
    let pieces = [(sku.as_str(), 1), (other.as_str(), 2)];
    report_page_view(shop, number).await;
    let shopper = eventually("a cart", PATIENCE, async || match Shopper::with_cart(shop, &pieces).await {
        Ok(shopper) => Some(Some(shopper)),
        // Sold out before it was put into the cart.
        Err(error) if format!("{error:#}").contains("not_orderable") => Some(None),
        Err(_) => None,
    })
    .await;
    let Some(shopper) = shopper else { return Ok(None) };
    let token = match number % 10 {
        3 => "tok_declined",
        7 => "tok_timeout",
        _ => "tok_ok",
    };
    let key = new_key();
    let answer = eventually("a decision", PATIENCE, async || {
        let answer = shopper.check_out(&key, shopper.request(token)).await.ok()?;
        [201, 422].contains(&answer.status).then_some(answer)
    })
    .await;
    if answer.status == 201 {
        return Ok(Some(answer.body));
    }
    let is_expected = match answer.body["code"].as_str().unwrap_or_default() {
        "payment_declined" => token == "tok_declined",
        "cart_not_orderable" => sku == "SCARCE",
        _ => false,
    };
    assert!(is_expected, "shopper {number}: {}", answer.body);
    Ok(None)
}

async fn report_page_view(shop: &TestShop, number: usize) {
    let event = json!({"event_id": Uuid::from_u128(number as u128 + 1), "name": "page_view", "page": {"url": format!("{}/p/{number}", shop.base_url)}});
    eventually("the event is kept", PATIENCE, async || {
        let request = shop.client.post(format!("{}/api/v1/collect", shop.base_url));
        let answer = request.header("X-Coheron-Key", &shop.publishable_key).json(&event).send().await.ok()?;
        (answer.status() == 204).then_some(())
    })
    .await;
}

/// Each victim dies when a further part of the shoppers has been served, and comes back at once.
async fn kill_everything_once(shop: &TestShop, servers: &TestServers, done: &AtomicUsize) -> anyhow::Result<()> {
    let victims = [
        Victim::Role(Role::Web),
        Victim::Role(Role::Worker),
        Victim::Kafka,
        Victim::Role(Role::Transforms),
        Victim::Role(Role::Web),
        Victim::Erp,
        Victim::Postgres,
        Victim::Role(Role::Analytics),
        Victim::Role(Role::Indexer),
        Victim::Role(Role::SchemaRegistry),
        Victim::Role(Role::Worker),
    ];
    for (place, victim) in victims.iter().enumerate() {
        let share = CHECKOUTS * place / (victims.len() + 1);
        eventually("shoppers are served", PATIENCE, async || (done.load(Ordering::Relaxed) >= share).then_some(()))
            .await;
        match victim {
            Victim::Role(role) => {
                shop.kill_role(*role)?;
                shop.start_role(*role)?;
            }
            Victim::Erp => {
                shop.kill_role(Role::ErpSimulator)?;
                shop.start_erp_simulator(&["--ship-after", "86400"])?;
            }
            Victim::Kafka => {
                servers.infrastructure.kill_kafka().await?;
                servers.infrastructure.restart_kafka().await?;
            }
            Victim::Postgres => {
                servers.infrastructure.kill_postgres().await?;
                servers.infrastructure.restart_postgres().await?;
            }
        }
    }
    Ok(())
}

enum Victim {
    Role(Role),
    Erp,
    Kafka,
    Postgres,
}

async fn no_checkout_is_open(shop: &TestShop) {
    eventually("open checkouts end", PATIENCE, async || {
        let open = sqlx::query("SELECT count(*) FROM website_checkouts WHERE state IN ('open', 'voiding')");
        let open: i64 = open.fetch_one(shop.database.pipeline()).await.ok()?.get(0);
        (open == 0).then_some(())
    })
    .await;
}

async fn orders_are_those_that_were_answered(shop: &TestShop, ordered: &BTreeMap<String, Value>) -> anyhow::Result<()> {
    let rows = sqlx::query("SELECT id::text, number FROM website_orders ORDER BY number");
    let rows = rows.fetch_all(shop.database.pipeline()).await?;
    let stored: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(stored, ordered.keys().cloned().collect::<BTreeSet<_>>());
    let numbers: Vec<i64> = rows.iter().map(|row| row.get(1)).collect();
    let expected: Vec<i64> = (100_001..).take(ordered.len()).collect();
    assert_eq!(numbers, expected, "numbers have no gaps");
    Ok(())
}

async fn charges_are_one_per_order(shop: &TestShop, ordered: &BTreeMap<String, Value>) -> anyhow::Result<()> {
    let gateway = TestGateway::open(shop.data.path().join("payments"))?;
    let charged: BTreeMap<String, i64> = gateway
        .payments()
        .await?
        .into_iter()
        .filter(|payment| payment.state == TestPaymentState::Charged)
        .map(|payment| (payment.payment_id.to_string(), payment.amount.map_or(0, |amount| amount.amount_minor)))
        .collect();
    let due: BTreeMap<String, i64> = ordered
        .iter()
        .map(|(id, order)| (id.clone(), order["totals"]["total"]["amount_minor"].as_i64().unwrap_or_default()))
        .collect();
    assert_eq!(charged, due);
    Ok(())
}

/// What the ERP has on hand in the end is what was there less what was ordered; so says the ledger, and nothing is
/// kept back any more.
async fn stock_agrees(shop: &TestShop, ordered: &BTreeMap<String, Value>) -> anyhow::Result<()> {
    let mut sold: BTreeMap<String, i64> = BTreeMap::new();
    for item in ordered.values().flat_map(|order| order["items"].as_array().cloned().unwrap_or_default()) {
        let sku = item["sku"].as_str().context("a SKU")?.to_owned();
        *sold.entry(sku).or_default() += item["quantity"].as_i64().context("a quantity")?;
    }
    assert!(sold.get("SCARCE").is_some_and(|sold| *sold <= SCARCE), "{sold:?}");
    let statement = "SELECT s.sku, s.on_hand,
            (SELECT coalesce(sum(l.quantity), 0)::bigint FROM website_stock_ledger l WHERE l.site_id = s.site_id AND l.sku = s.sku),
            (SELECT count(*) FROM website_stock_reservations r WHERE r.site_id = s.site_id AND r.sku = s.sku)
        FROM website_stock s ORDER BY s.sku";
    let expected: Vec<(String, i64, i64, i64)> = (0..SKUS)
        .map(|number| (format!("SKU-{number}"), PLENTY))
        .chain([("SCARCE".to_owned(), SCARCE)])
        .map(|(sku, there)| {
            let sold = sold.get(&sku).copied().unwrap_or(0);
            (sku, there - sold, sold, 0)
        })
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    eventually("the ERP's figures, the ledger and the reservations agree", PATIENCE, async || {
        let rows = sqlx::query(statement).fetch_all(shop.database.pipeline()).await.ok()?;
        let mut books: Vec<(String, i64, i64, i64)> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
        books.sort();
        (books == expected).then_some(())
    })
    .await;
    Ok(())
}

async fn events_agree(shop: &TestShop) {
    eventually("the files hold every event once", PATIENCE, async || {
        let question = json!({"sql": "SELECT count(*), count(DISTINCT event_id) FROM web_events"});
        let request = shop.client.post(format!("{}/api/v1/analytics/sql", shop.base_url));
        let answer = request.header("X-Coheron-Key", &shop.secret_key).json(&question).send().await.ok()?;
        let answer: Value = answer.json().await.ok()?;
        (answer["rows"] == json!([[CHECKOUTS, CHECKOUTS]])).then_some(())
    })
    .await;
}
