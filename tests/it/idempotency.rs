//! Writes that are repeated with the same key happen once.

use std::time::Duration;

use anyhow::Context;
use coheron_integrations::test_gateway::TestGateway;
use coheron_testkit::{TestShop, eventually, run};
use coheron_worker::sweep_expired;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::shopper::Shopper;

#[test]
fn a_repeated_write_happens_once_and_gets_the_first_answer() {
    run(async {
        let shop = shop_with_mug().await?;
        let cart = CartWriter::create(&shop).await?;
        let first = cart.add(Some("key-1"), json!({"sku": "MUG", "quantity": 2})).await?;
        assert_eq!((first.status, first.replayed), (200, false));
        let again = cart.add(Some("key-1"), json!({"sku": "MUG", "quantity": 2})).await?;
        assert_eq!((again.status, again.replayed), (200, true));
        assert_eq!(first.body, again.body);
        assert_eq!(cart.quantity().await?, 2, "the second request added nothing");

        let other = cart.add(Some("key-1"), json!({"sku": "MUG", "quantity": 3})).await?;
        assert_eq!((other.status, &other.body["code"]), (422, &json!("idempotency_key_reused")), "{}", other.body);
        let without = cart.add(None, json!({"sku": "MUG", "quantity": 1})).await?;
        assert_eq!((without.status, cart.quantity().await?), (200, 3));

        let long = "x".repeat(201);
        for key in ["with space", long.as_str()] {
            let refused = cart.add(Some(key), json!({"sku": "MUG"})).await?;
            assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (400, &json!("Idempotency-Key")));
        }

        // The same key on another cart is another write, and a wrong token never gets a replay.
        let neighbour = CartWriter::create(&shop).await?;
        let theirs = neighbour.add(Some("key-1"), json!({"sku": "MUG", "quantity": 2})).await?;
        assert_eq!((theirs.status, theirs.replayed), (200, false));
        let stranger = CartWriter { token: neighbour.token.clone(), ..cart };
        let refused = stranger.add(Some("key-1"), json!({"sku": "MUG", "quantity": 2})).await?;
        assert_eq!((refused.status, refused.replayed), (404, false));
        Ok(())
    });
}

#[test]
fn racing_requests_with_one_key_run_once() {
    run(async {
        let shop = shop_with_mug().await?;
        let cart = CartWriter::create(&shop).await?;
        let racing = (0..32).map(|_| cart.add(Some("race"), json!({"sku": "MUG", "quantity": 1})));
        let mut done = 0;
        for answer in futures::future::join_all(racing).await {
            let answer = answer?;
            match answer.status {
                200 => done += 1,
                409 => assert_eq!(answer.body["code"], "idempotency_key_in_flight"),
                other => panic!("{other}: {}", answer.body),
            }
        }
        assert!(done >= 1);
        assert_eq!(cart.quantity().await?, 1);
        Ok(())
    });
}

#[test]
fn what_an_owner_left_in_flight_is_taken_over_and_expired_keys_are_forgotten() {
    run(async {
        let shop = shop_with_mug().await?;
        let cart = CartWriter::create(&shop).await?;
        cart.add(Some("lost"), json!({"sku": "MUG"})).await?;
        // As if the process had died between claiming the key and committing its work.
        sqlx::query("UPDATE idempotency_keys SET state = 'in_flight', status = NULL, headers = NULL, body = NULL, claimed_until = now() - interval '1 second'")
            .execute(shop.database.pipeline())
            .await?;
        let taken_over = cart.add(Some("lost"), json!({"sku": "MUG"})).await?;
        assert_eq!((taken_over.status, taken_over.replayed), (200, false), "{}", taken_over.body);
        sqlx::query("UPDATE idempotency_keys SET expires_at = now() - interval '1 second'")
            .execute(shop.database.pipeline())
            .await?;
        let fresh = cart.add(Some("lost"), json!({"sku": "MUG"})).await?;
        assert_eq!((fresh.status, fresh.replayed), (200, false), "{}", fresh.body);
        Ok(())
    });
}

#[test]
fn what_has_passed_its_time_is_swept_and_orders_stay() {
    run(async {
        let shop = shop_with_mug().await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let bought = shopper.check_out("bought", shopper.request("tok_ok")).await?;
        assert_eq!(bought.status, 201, "{}", bought.body);
        let cart = CartWriter::create(&shop).await?;
        cart.add(Some("added"), json!({"sku": "MUG"})).await?;
        for overdue in [
            "UPDATE website_carts SET expires_at = now() - interval '1 second'",
            "UPDATE website_checkouts SET updated_at = now() - interval '31 days'",
            "UPDATE idempotency_keys SET expires_at = now() - interval '1 second'",
        ] {
            let made_old = sqlx::query(overdue).execute(shop.database.pipeline()).await?;
            assert!(made_old.rows_affected() > 0, "{overdue}");
        }
        let rows = "SELECT (SELECT count(*) FROM website_carts) + (SELECT count(*) FROM website_checkouts)
            + (SELECT count(*) FROM idempotency_keys)";
        sweep_until_left(&shop, 0, rows).await?;
        let orders: i64 =
            sqlx::query_scalar("SELECT count(*) FROM website_orders").fetch_one(shop.database.pipeline()).await?;
        assert_eq!(orders, 1);
        Ok(())
    });
}

#[test]
fn however_much_has_passed_its_time_one_look_sweeps_it() {
    run(async {
        let shop = TestShop::without_processes().await?;
        // More than one statement removes, and one that stays.
        let keys = "INSERT INTO idempotency_keys (site_id, scope, key, fingerprint, state, claimed_by, claimed_until, expires_at)
            SELECT $1, 'cart', 'key-' || n, decode(repeat('00', 32), 'hex'), 'in_flight', gen_random_uuid(), now(),
                now() + CASE WHEN n = 1 THEN interval '1 hour' ELSE interval '-1 hour' END
            FROM generate_series(1, 5000) AS n";
        sqlx::query(keys).bind(shop.site.id.0).execute(shop.database.pipeline()).await?;
        sweep_until_left(&shop, 1, "SELECT count(*) FROM idempotency_keys").await
    });
}

#[test]
fn dead_letters_are_swept_after_ninety_days() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let letters = "INSERT INTO pipeline_dead_letters
                (id, stage, topic, partition, record_offset, reason_code, reason, recorded_at)
            SELECT gen_random_uuid(), 'project_catalogue', 'erp.price.change.v1', 0, n, 'invalid_value', 'for the test',
                now() - CASE WHEN n = 1 THEN interval '89 days' ELSE interval '91 days' END
            FROM generate_series(1, 2500) AS n";
        sqlx::query(letters).execute(shop.database.pipeline()).await?;
        sweep_until_left(&shop, 1, "SELECT count(*) FROM pipeline_dead_letters").await
    });
}

#[test]
fn a_checkout_whose_owner_died_is_resumed_with_its_key_and_charges_nothing_twice() {
    run(async {
        let shop = shop_with_mug().await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let first = shopper.check_out("dying", shopper.request("tok_ok")).await?;
        assert_eq!((first.status, first.replayed), (201, false), "{}", first.body);
        // As if the process had died after the order and before its answer was stored.
        sqlx::query("UPDATE idempotency_keys SET state = 'in_flight', status = NULL, headers = NULL, body = NULL, claimed_until = now() - interval '1 second'")
            .execute(shop.database.pipeline())
            .await?;
        let resumed = shopper.check_out("dying", shopper.request("tok_ok")).await?;
        assert_eq!((resumed.status, resumed.replayed), (201, false), "{}", resumed.body);
        assert_eq!((&resumed.body["id"], resumed.location), (&first.body["id"], first.location));
        let replayed = shopper.check_out("dying", shopper.request("tok_ok")).await?;
        assert_eq!((replayed.status, replayed.replayed), (201, true));
        let other = shopper.check_out("dying", shopper.request("tok_declined")).await?;
        assert_eq!((other.status, &other.body["code"]), (422, &json!("idempotency_key_reused")), "{}", other.body);
        let payments = TestGateway::open(shop.data.path().join("payments"))?.payments().await?;
        assert_eq!(payments.len(), 1);

        // The kept answer is for whoever holds the cart's token.
        let mut thief = shopper;
        thief.token = Shopper::with_cart(&shop, &[]).await?.token;
        let refused = thief.check_out("dying", thief.request("tok_ok")).await?;
        assert_eq!((refused.status, refused.replayed), (404, false), "{}", refused.body);
        Ok(())
    });
}

/// Waits for less time than lies between two looks.
async fn sweep_until_left(shop: &TestShop, expected: i64, count: &'static str) -> anyhow::Result<()> {
    let cancel = CancellationToken::new();
    let (database, stop) = (shop.database.clone(), cancel.clone());
    let sweeping = tokio::spawn(async move { sweep_expired(&database, &stop).await });
    eventually("all is swept that has passed its time", Duration::from_secs(20), async || {
        let left: i64 = sqlx::query_scalar(count).fetch_one(shop.database.pipeline()).await.ok()?;
        (left == expected).then_some(())
    })
    .await;
    cancel.cancel();
    sweeping.await??;
    Ok(())
}

async fn shop_with_mug() -> anyhow::Result<TestShop> {
    let shop = TestShop::start().await?;
    shop.erp.product("MUG", 1, json!({"name": "Mug"})).await?;
    shop.erp.price("MUG", 1, 1_000).await?;
    shop.erp.stock("MUG", 1, 500).await?;
    shop.product_when("MUG", |product| product["availability"]["quantity"] == 500 && !product["price"].is_null()).await;
    Ok(shop)
}

struct CartWriter<'a> {
    shop: &'a TestShop,
    id: String,
    token: String,
}

struct Answer {
    status: u16,
    replayed: bool,
    body: Value,
}

impl<'a> CartWriter<'a> {
    async fn create(shop: &'a TestShop) -> anyhow::Result<Self> {
        let create = shop.client.post(format!("{}/api/v1/cart", shop.base_url));
        let cart: Value =
            create.header("X-Coheron-Key", &shop.publishable_key).json(&json!({})).send().await?.json().await?;
        let text = |field: &str| cart[field].as_str().map(str::to_owned).with_context(|| cart.to_string());
        Ok(Self { shop, id: text("id")?, token: text("token")? })
    }

    async fn add(&self, key: Option<&str>, body: Value) -> anyhow::Result<Answer> {
        let url = format!("{}/api/v1/cart/{}/items", self.shop.base_url, self.id);
        let mut request = self.shop.client.post(url).header("X-Coheron-Key", &self.shop.publishable_key);
        request = request.header("X-Cart-Token", &self.token).json(&body);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let answer = request.send().await?;
        let replayed = answer.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
        Ok(Answer { status: answer.status().as_u16(), replayed, body: answer.json().await? })
    }

    async fn quantity(&self) -> anyhow::Result<u64> {
        let read = self.shop.client.get(format!("{}/api/v1/cart/{}", self.shop.base_url, self.id));
        let read = read.header("X-Coheron-Key", &self.shop.publishable_key).header("X-Cart-Token", &self.token);
        let cart: Value = read.send().await?.json().await?;
        Ok(cart["items"][0]["quantity"].as_u64().unwrap_or_default())
    }
}
