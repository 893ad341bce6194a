//! A request to buy that is sent again: what its key stands for, and for how long it can be asked about.

use coheron_integrations::test_gateway::TestPaymentState;
use coheron_storefront_api::shapes::cart::NewCartItem;
use coheron_storefront_api::{CartChange, CartSettings, CheckoutOutcome};
use coheron_testkit::run;

use crate::storefront_bench::{Bench, Mood, request};

#[test]
fn a_repeated_request_is_told_what_came_of_it_whatever_is_in_the_cart_by_then() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 9).await?;
        bench.stock("PLATE", 2_000, 9).await?;
        let access = bench.cart(&[("MUG", 2)]).await?;
        let request = request(&access, "tok_ok");
        let first = bench.storefront.check_out(&bench.site, &access, &request, Some("first"));
        bench.die_during(Mood::DiesAfterCharging, first).await;
        let more = CartChange::Add(NewCartItem { sku: "PLATE".to_owned(), quantity: 1, version: None });
        bench
            .storefront
            .change_cart(&bench.site, &access, more)
            .await
            .map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        bench.storefront.settle_due().await?;

        let ordered = async |key: &'static str| match bench
            .storefront
            .check_out(&bench.site, &access, &request, Some(key))
            .await
        {
            Ok(CheckoutOutcome::Ordered(order)) => Ok(order.items.into_iter().map(|item| item.sku).collect::<Vec<_>>()),
            other => Err(anyhow::anyhow!("no order but {other:?}")),
        };
        for _ in 0..2 {
            assert_eq!(ordered("first").await?, ["MUG"]);
        }
        assert_eq!(bench.numbers().await?, [100_001]);
        assert_eq!(ordered("second").await?, ["PLATE"], "another key is another intent");
        assert_eq!(ordered("first").await?, ["MUG"], "also when the cart is gone");
        assert_eq!(bench.states().await?, [TestPaymentState::Charged; 2]);
        Ok(())
    });
}

#[test]
fn under_one_key_a_refusal_stays_and_what_never_reached_the_gateway_is_made_again() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 9).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        let asks = request(&access, "tok_3ds");
        let check_out =
            async |key: &'static str| bench.storefront.check_out(&bench.site, &access, &asks, Some(key)).await;
        let Ok(CheckoutOutcome::ConfirmationNeeded { checkout_id, .. }) = check_out("refused").await else {
            anyhow::bail!("the bank asks");
        };
        bench.gateway.inner.decline(checkout_id.0).await?;
        bench.storefront.settle_due().await?;
        for _ in 0..2 {
            assert_eq!(check_out("refused").await.map_err(|problem| problem.code()).err(), Some("payment_declined"));
        }
        assert_eq!(bench.states().await?, [TestPaymentState::Declined]);
        let again = check_out("again").await;
        assert!(matches!(again, Ok(CheckoutOutcome::ConfirmationNeeded { .. })), "{again:?}");

        let access = bench.cart(&[("MUG", 1)]).await?;
        let pays = request(&access, "tok_ok");
        let dying = bench.storefront.check_out(&bench.site, &access, &pays, Some("dying"));
        bench.die_during(Mood::DiesBeforeCharging, dying).await;
        bench.storefront.settle_due().await?;
        let made_again = bench.storefront.check_out(&bench.site, &access, &pays, Some("dying")).await;
        assert!(matches!(made_again, Ok(CheckoutOutcome::Ordered(_))), "{made_again:?}");
        Ok(())
    });
}

#[test]
fn a_cart_outlives_the_payment_that_it_waits_for() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 9).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        sqlx::query("UPDATE website_carts SET expires_at = now() + interval '1 minute'")
            .execute(bench.shop.database.pipeline())
            .await?;
        bench.wait_for_confirmation(&access).await?;
        let stays: bool = sqlx::query_scalar("SELECT expires_at > now() + interval '23 hours' FROM website_carts")
            .fetch_one(bench.shop.database.pipeline())
            .await?;
        assert!(stays);
        Ok(())
    });
}
