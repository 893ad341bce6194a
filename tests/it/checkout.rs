//! From the cart to the order over HTTP, with every token of the test gateway.

use std::time::Duration;

use anyhow::Context;
use coheron_integrations::test_gateway::{TestGateway, TestPayment, TestPaymentState};
use coheron_testkit::{TestShop, eventually, run};
use reqwest::Method;
use serde_json::{Value, json};

use crate::shopper::{Answer, Shopper, new_key, stock};

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_cart_becomes_an_order_that_is_charged_once() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_950, 12).await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 2)]).await?;
        let path = format!("/cart/{}/shipping-rates", shopper.cart_id);
        let rates = shopper.send(Method::GET, &path, None, Value::Null).await?;
        assert_eq!(rates.body["items"][0]["method"], "standard", "{}", rates.body);
        assert_eq!(rates.body["items"][0]["price"]["amount_minor"], 490);

        let without_key = shopper.send(Method::POST, "/checkout", None, shopper.request("tok_ok")).await?;
        assert_eq!((without_key.status, &without_key.body["code"]), (400, &json!("idempotency_key_required")));

        let key = new_key();
        let bought = shopper.check_out(&key, shopper.request("tok_ok")).await?;
        assert_eq!(bought.status, 201, "{}", bought.body);
        let order = &bought.body;
        assert_eq!((&order["number"], &order["status"]), (&json!("100001"), &json!("placed")));
        assert_eq!((&order["payment_status"], &order["fulfilment_status"]), (&json!("paid"), &json!("open")));
        let amount = |name: &str| order["totals"][name]["amount_minor"].as_i64();
        assert_eq!((amount("subtotal"), amount("shipping"), amount("total")), (Some(3_900), Some(490), Some(4_390)));
        assert_eq!(amount("tax"), Some(701), "19 % contained in 43.90");
        assert_eq!((&order["items"][0]["sku"], &order["items"][0]["quantity"]), (&json!("MUG"), &json!(2)));
        assert_eq!(order["addresses"]["shipping"]["city"], "Berlin");
        assert!(order["erp"]["document_number"].is_null() && order["erp"]["acknowledged_at"].is_null());
        let path = format!("/orders/{}", order["id"].as_str().context("an id")?);
        assert_eq!(bought.location, Some(format!("/api/v1{path}")));

        // The same request, the same request after the answer got lost, and an impatient one: one order.
        let again = shopper.check_out(&key, shopper.request("tok_ok")).await?;
        assert_eq!((again.status, again.replayed), (201, true));
        let another = shopper.check_out(&new_key(), shopper.request("tok_ok")).await?;
        assert_eq!((another.status, &another.body["id"]), (201, &order["id"]));
        let payments = payments(&shop).await?;
        assert_eq!(payments.len(), 1);
        assert_eq!(
            (payments[0].state, payments[0].amount.map(|amount| amount.amount_minor)),
            (TestPaymentState::Charged, Some(4_390))
        );
        assert_eq!(shopper.cart().await?.status, 404, "the cart was bought");

        let read = shopper.send(Method::GET, &path, None, Value::Null).await?;
        assert_eq!((read.status, &read.body["number"]), (200, &json!("100001")));
        let etag = read.etag.context("an entity tag")?;
        let unchanged = shop.client.get(format!("{}/api/v1{path}", shop.base_url));
        let unchanged = unchanged.header("X-Coheron-Key", &shop.publishable_key).header("X-Cart-Token", &shopper.token);
        assert_eq!(unchanged.header("If-None-Match", etag).send().await?.status(), 304);
        let stranger = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        assert_eq!(stranger.send(Method::GET, &path, None, Value::Null).await?.status, 404, "another cart's token");
        let left = stranger.cart().await?;
        assert_eq!(left.body["items"][0]["availability"]["quantity"], 10, "{}", left.body);
        Ok(())
    });
}

#[test]
fn staff_lists_orders_and_a_cancelled_order_is_refunded_and_for_sale_again() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 5).await?;
        let mut ids = Vec::new();
        for _ in 0..3 {
            let bought = Shopper::with_cart(&shop, &[("MUG", 1)]).await?.buy("tok_ok").await?;
            ids.push(bought.body["id"].as_str().with_context(|| bought.body.to_string())?.to_owned());
        }
        let first = staff(&shop, Method::GET, "/orders?limit=2").await?;
        assert_eq!((first.status, &first.body["total"]), (200, &json!(3)), "{}", first.body);
        assert_eq!(numbers(&first.body), ["100003", "100002"]);
        let cursor = first.body["next_cursor"].as_str().context("a cursor")?;
        let second = staff(&shop, Method::GET, &format!("/orders?limit=2&cursor={cursor}")).await?;
        assert_eq!((numbers(&second.body), &second.body["next_cursor"]), (vec!["100001"], &Value::Null));
        for (path, field) in [("/orders?limt=5", "limt"), ("/orders?limit=1&limit=2", "limit")] {
            let refused = staff(&shop, Method::GET, path).await?;
            assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (400, &json!(field)), "{}", refused.body);
        }
        let publishable = shop.get("/orders").await?;
        assert_eq!(publishable.status(), 401, "a publishable key sees no orders");

        let path = format!("/orders/{}", ids[0]);
        let cancelled = staff(&shop, Method::POST, &format!("{path}/cancel")).await?;
        assert_eq!((cancelled.status, &cancelled.body["status"]), (200, &json!("cancelled")), "{}", cancelled.body);
        assert_eq!(cancelled.body["fulfilment_status"], "cancelled");
        let again = staff(&shop, Method::POST, &format!("{path}/cancel")).await?;
        assert_eq!(again.status, 200, "cancelling again changes nothing");
        eventually("the refund", PATIENCE, async || {
            let order = staff(&shop, Method::GET, &path).await.ok()?;
            (order.body["payment_status"] == "refunded").then_some(())
        })
        .await;
        let voided: Vec<String> = payments(&shop)
            .await?
            .iter()
            .filter(|payment| payment.state == TestPaymentState::Voided)
            .map(|payment| payment.payment_id.to_string())
            .collect();
        assert_eq!(voided, ids[..1]);
        let next = Shopper::with_cart(&shop, &[("MUG", 1)]).await?.cart().await?;
        assert_eq!(next.body["items"][0]["availability"]["quantity"], 3, "{}", next.body);
        Ok(())
    });
}

#[test]
fn what_is_wrong_with_a_checkout_is_named_by_field_and_sku() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 3).await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 2)]).await?;
        let mut wrong = shopper.request("");
        wrong["email"] = json!("nobody");
        wrong["shipping_address"]["postal_code"] = json!("");
        wrong["billing_address"] = wrong["shipping_address"].clone();
        wrong["billing_address"]["country"] = json!("Germany");
        wrong["payment"]["gateway"] = json!("bank");
        let refused = shopper.check_out(&new_key(), wrong).await?;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("invalid_checkout")), "{}", refused.body);
        assert_eq!(
            refused.fields(),
            [
                "email",
                "shipping_address.postal_code",
                "billing_address.postal_code",
                "billing_address.country",
                "payment.gateway",
                "payment.token",
            ]
        );
        let mut nowhere = shopper.request("tok_ok");
        nowhere["shipping_address"] = json!({"name": "Ada", "line1": "Lane 1", "postal_code": "1", "country": "DE"});
        assert_eq!(shopper.check_out(&new_key(), nowhere).await?.fields(), ["shipping_address.city"]);
        let mut by_air = shopper.request("tok_ok");
        by_air["shipping_method"] = json!("by_air");
        assert_eq!(shopper.check_out(&new_key(), by_air).await?.fields(), ["shipping_method"]);
        let mut stale = shopper.request("tok_ok");
        stale["version"] = json!(9);
        assert_eq!(shopper.check_out(&new_key(), stale).await?.body["code"], "version_conflict");

        // Others buy two of three meanwhile.
        assert_eq!(Shopper::with_cart(&shop, &[("MUG", 2)]).await?.buy("tok_ok").await?.status, 201);
        let short = shopper.buy("tok_ok").await?;
        assert_eq!((short.status, &short.body["code"]), (422, &json!("cart_not_orderable")), "{}", short.body);
        assert_eq!(
            (short.fields(), &short.body["errors"][0]["code"]),
            (vec!["items.MUG"], &json!("insufficient_stock"))
        );
        assert!(short.body["errors"][0]["message"].as_str().is_some_and(|message| message.contains("Only 1")));
        let empty = Shopper::with_cart(&shop, &[]).await?.buy("tok_ok").await?;
        assert_eq!(empty.body["errors"][0]["code"], "empty", "{}", empty.body);
        let payments = payments(&shop).await?;
        assert_eq!(payments.len(), 1, "nothing that was refused reached the gateway");
        Ok(())
    });
}

#[test]
fn a_declined_payment_leaves_the_cart_and_the_stock() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 1).await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let declined = shopper.buy("tok_declined").await?;
        assert_eq!((declined.status, &declined.body["code"]), (422, &json!("payment_declined")), "{}", declined.body);
        assert_eq!(declined.fields(), ["payment.token"]);
        let cart = shopper.cart().await?;
        assert_eq!((cart.status, &cart.body["items"][0]["availability"]["quantity"]), (200, &json!(1)));
        let bought = shopper.buy("tok_ok").await?;
        assert_eq!((bought.status, &bought.body["number"]), (201, &json!("100001")), "{}", bought.body);
        Ok(())
    });
}

#[test]
fn a_payment_that_the_shopper_confirms_becomes_an_order() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 1).await?;
        let gateway = gateway(&shop)?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let key = new_key();
        let waiting = shopper.check_out(&key, shopper.request("tok_3ds")).await?;
        assert_eq!((waiting.status, &waiting.body["status"]), (202, &json!("confirmation_needed")), "{}", waiting.body);
        assert!(waiting.body["confirmation_url"].as_str().is_some_and(|url| url.contains("/dev/payments/")));
        let cart = shopper.cart().await?.body;
        assert_eq!(cart["notices"], json!([]), "it is held for this very cart");
        assert_eq!(cart["items"][0]["availability"]["quantity"], 1, "{cart}");
        let other = Shopper::with_cart(&shop, &[]).await?;
        let items = format!("/cart/{}/items", other.cart_id);
        let refused = other.send(Method::POST, &items, None, json!({"sku": "MUG"})).await?;
        assert_eq!(refused.status, 422, "the piece is held back for the one who pays: {}", refused.body);

        let repeated = shopper.check_out(&key, shopper.request("tok_3ds")).await?;
        assert_eq!((repeated.status, repeated.replayed), (202, false), "{}", repeated.body);
        assert_eq!(repeated.body["checkout_id"], waiting.body["checkout_id"]);
        let checkout_id = waiting.body["checkout_id"].as_str().context("an id")?.parse()?;
        gateway.confirm(checkout_id).await?;
        let bought = shopper.check_out(&key, shopper.request("tok_3ds")).await?;
        assert_eq!((bought.status, &bought.body["id"]), (201, &waiting.body["checkout_id"]), "{}", bought.body);
        let replayed = shopper.check_out(&key, shopper.request("tok_3ds")).await?;
        assert_eq!((replayed.status, replayed.replayed), (201, true));
        Ok(())
    });
}

#[test]
fn who_does_not_confirm_pays_in_another_way_or_not_at_all() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 2).await?;
        let gateway = gateway(&shop)?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let waiting = shopper.buy("tok_3ds").await?;
        assert_eq!(waiting.status, 202, "{}", waiting.body);
        let bought = shopper.buy("tok_ok").await?;
        assert_eq!(bought.status, 201, "{}", bought.body);
        assert_ne!(bought.body["id"], waiting.body["checkout_id"]);
        let states: Vec<TestPaymentState> = payments(&shop).await?.iter().map(|payment| payment.state).collect();
        assert_eq!(states, [TestPaymentState::Voided, TestPaymentState::Charged]);

        let unsure = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let key = new_key();
        let waiting = unsure.check_out(&key, unsure.request("tok_3ds")).await?;
        gateway.decline(waiting.body["checkout_id"].as_str().context("an id")?.parse()?).await?;
        let declined = unsure.check_out(&key, unsure.request("tok_3ds")).await?;
        // Whether or not the worker was faster to ask.
        assert_eq!((declined.status, &declined.body["code"]), (422, &json!("payment_declined")), "{}", declined.body);
        Ok(())
    });
}

#[test]
fn an_answer_that_got_lost_is_found_again() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 2).await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let key = new_key();
        let pending = shopper.check_out(&key, shopper.request("tok_timeout")).await?;
        assert_eq!((pending.status, &pending.body["status"]), (202, &json!("pending")), "{}", pending.body);
        let bought = eventually("the order", PATIENCE, async || {
            let answer = shopper.check_out(&key, shopper.request("tok_timeout")).await.ok()?;
            (answer.status == 201).then_some(answer)
        })
        .await;
        assert_eq!(bought.body["id"], pending.body["checkout_id"]);

        // A shopper who went away: the worker finishes what was charged.
        let gone = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        let pending = gone.buy("tok_timeout").await?;
        assert_eq!(pending.status, 202, "{}", pending.body);
        eventually("the order of a shopper who went away", PATIENCE, async || {
            let list = staff(&shop, Method::GET, "/orders").await.ok()?;
            (list.body["items"][0]["id"] == pending.body["checkout_id"]).then_some(())
        })
        .await;
        let payments = payments(&shop).await?;
        assert_eq!(payments.len(), 2);
        assert!(payments.iter().all(|payment| payment.state == TestPaymentState::Charged), "{payments:?}");
        Ok(())
    });
}

#[test]
fn a_price_that_changed_is_refused_unless_it_was_seen() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 5).await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        shop.erp.price("MUG", 2, 1_200).await?;
        shop.product_when("MUG", |product| product["price"]["amount_minor"] == 1_200).await;
        let refused = shopper.buy("tok_ok").await?;
        assert_eq!(
            (refused.status, &refused.body["errors"][0]["code"]),
            (422, &json!("price_changed")),
            "{}",
            refused.body
        );
        assert_eq!(refused.fields(), ["items.MUG"]);
        let mut seen_wrong = shopper.request("tok_ok");
        seen_wrong["expected_total_minor"] = json!(1_490);
        assert_eq!(shopper.check_out(&new_key(), seen_wrong).await?.fields(), ["expected_total_minor"]);
        let mut seen = shopper.request("tok_ok");
        seen["expected_total_minor"] = json!(1_690);
        let bought = shopper.check_out(&new_key(), seen).await?;
        assert_eq!(
            (bought.status, &bought.body["totals"]["total"]["amount_minor"]),
            (201, &json!(1_690)),
            "{}",
            bought.body
        );

        // Another quantity does not say that the new price was seen; the total does.
        let careful = Shopper::with_cart(&shop, &[("MUG", 1)]).await?;
        shop.erp.price("MUG", 3, 1_300).await?;
        shop.product_when("MUG", |product| product["price"]["amount_minor"] == 1_300).await;
        let cart = careful.cart().await?;
        assert_eq!(cart.body["notices"][0]["code"], "price_changed");
        let line =
            format!("/cart/{}/items/{}", careful.cart_id, cart.body["items"][0]["id"].as_str().context("an id")?);
        careful.send(Method::PUT, &line, None, json!({"quantity": 1})).await?;
        assert_eq!(careful.buy("tok_ok").await?.fields(), ["items.MUG"]);
        let mut seen = careful.request("tok_ok");
        seen["expected_total_minor"] = json!(1_790);
        let bought = careful.check_out(&new_key(), seen).await?;
        assert_eq!(
            (bought.status, &bought.body["totals"]["total"]["amount_minor"]),
            (201, &json!(1_790)),
            "{}",
            bought.body
        );
        Ok(())
    });
}

async fn staff(shop: &TestShop, method: Method, path: &str) -> anyhow::Result<Answer> {
    let request = shop.client.request(method, format!("{}/api/v1{path}", shop.base_url));
    Answer::of(request.header("X-Coheron-Key", &shop.secret_key).send().await?).await
}

fn numbers(list: &Value) -> Vec<&str> {
    list["items"].as_array().into_iter().flatten().filter_map(|order| order["number"].as_str()).collect()
}

fn gateway(shop: &TestShop) -> anyhow::Result<TestGateway> {
    Ok(TestGateway::open(shop.data.path().join("payments"))?)
}

async fn payments(shop: &TestShop) -> anyhow::Result<Vec<TestPayment>> {
    Ok(gateway(shop)?.payments().await?)
}
