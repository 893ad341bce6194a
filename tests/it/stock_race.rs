//! Many shoppers, few pieces: what is sold is what is there, to the piece.

use std::collections::BTreeMap;

use coheron_integrations::test_gateway::{TestGateway, TestPaymentState};
use coheron_testkit::{TestShop, run};
use sqlx::Row;

use crate::shopper::{Shopper, stock};

const CLIENTS: usize = 32;

#[test]
fn thirty_two_shoppers_buy_exactly_ten_pieces() {
    run(async {
        let shop = TestShop::start().await?;
        stock(&shop, "LAST", 1_000, 10).await?;
        let mut shoppers = Vec::new();
        for _ in 0..CLIENTS {
            shoppers.push(Shopper::with_cart(&shop, &[("LAST", 1)]).await?);
        }
        let answers = futures::future::join_all(shoppers.iter().map(|shopper| shopper.buy("tok_ok"))).await;
        let mut numbers = Vec::new();
        for answer in answers {
            let answer = answer?;
            match answer.status {
                201 => numbers.push(answer.body["number"].as_str().unwrap_or_default().parse::<i64>()?),
                422 => assert_eq!(answer.body["errors"][0]["code"], "insufficient_stock", "{}", answer.body),
                other => panic!("{other}: {}", answer.body),
            }
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (100_001..=100_010).collect::<Vec<i64>>(), "ten orders, numbered without a gap");
        assert_eq!(books(&shop).await?, BTreeMap::from([("LAST".to_owned(), (10, 10, 0))]));
        let gateway = TestGateway::open(shop.data.path().join("payments"))?;
        let charged = gateway.payments().await?;
        assert!(charged.iter().all(|payment| payment.state == TestPaymentState::Charged));
        assert_eq!(charged.len(), 10, "whoever got nothing was charged nothing");
        Ok(())
    });
}

#[test]
fn carts_that_share_skus_in_any_order_neither_oversell_nor_block_each_other() {
    run(async {
        let shop = TestShop::start().await?;
        for (sku, on_hand) in [("A", 20), ("B", 9), ("C", 14)] {
            stock(&shop, sku, 500, on_hand).await?;
        }
        let kinds: [&[(&str, u32)]; 4] =
            [&[("A", 1), ("B", 1)], &[("B", 1), ("A", 2)], &[("C", 2), ("B", 1), ("A", 1)], &[("A", 1), ("C", 1)]];
        let mut shoppers = Vec::new();
        for client in 0..CLIENTS {
            shoppers.push(Shopper::with_cart(&shop, kinds[client % kinds.len()]).await?);
        }
        // Some lose their answer, some are declined: neither may keep pieces from the others for good.
        let tokens = ["tok_ok", "tok_ok", "tok_timeout", "tok_ok", "tok_declined"];
        let buying = shoppers.iter().enumerate().map(|(client, shopper)| shopper.buy(tokens[client % tokens.len()]));
        for answer in futures::future::join_all(buying).await {
            let answer = answer?;
            assert!([201, 202, 422].contains(&answer.status), "{}: {}", answer.status, answer.body);
        }
        // Again until nobody gets anything any more.
        for shopper in &shoppers {
            let answer = shopper.buy("tok_ok").await?;
            assert!([201, 202, 422].contains(&answer.status), "{}: {}", answer.status, answer.body);
        }
        coheron_testkit::eventually("open checkouts end", std::time::Duration::from_secs(30), async || {
            let open = sqlx::query("SELECT count(*) FROM website_checkouts WHERE state IN ('open', 'voiding')");
            let open: i64 = open.fetch_one(shop.database.pipeline()).await.ok()?.get(0);
            (open == 0).then_some(())
        })
        .await;
        let mut sold: BTreeMap<String, i64> = BTreeMap::new();
        let items = sqlx::query("SELECT sku, sum(quantity)::bigint FROM website_order_items GROUP BY sku");
        for row in items.fetch_all(shop.database.pipeline()).await? {
            sold.insert(row.get(0), row.get(1));
        }
        for (sku, (on_hand, taken, reserved)) in books(&shop).await? {
            assert!(taken <= on_hand, "{sku}: {taken} of {on_hand} were sold");
            assert_eq!((sold.get(&sku).copied().unwrap_or(0), reserved), (taken, 0), "{sku}");
        }
        assert_eq!(sold.get("B"), Some(&9), "everything that was wanted is sold");
        let orders: i64 =
            sqlx::query("SELECT count(*) FROM website_orders").fetch_one(shop.database.pipeline()).await?.get(0);
        let gateway = TestGateway::open(shop.data.path().join("payments"))?;
        let charged =
            gateway.payments().await?.iter().filter(|payment| payment.state == TestPaymentState::Charged).count();
        assert_eq!(i64::try_from(charged)?, orders, "one charge per order");
        Ok(())
    });
}

/// On hand, taken by orders and held back, by SKU.
async fn books(shop: &TestShop) -> anyhow::Result<BTreeMap<String, (i64, i64, i64)>> {
    let rows = sqlx::query(
        "SELECT s.sku, s.on_hand,
            (SELECT coalesce(sum(quantity), 0)::bigint FROM website_stock_ledger l WHERE l.site_id = s.site_id AND l.sku = s.sku),
            (SELECT coalesce(sum(quantity), 0)::bigint FROM website_stock_reservations r WHERE r.site_id = s.site_id AND r.sku = s.sku)
         FROM website_stock s",
    )
    .fetch_all(shop.database.pipeline())
    .await?;
    Ok(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3)))).collect())
}
