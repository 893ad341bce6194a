//! Requests that die between the steps of a checkout, gateways that do not answer, shoppers who come too late: every
//! end is no order and no charge, or one order with one charge.

use anyhow::Context;
use coheron_core::cart::TaxMode;
use coheron_core::checkout::{CheckoutEvent, CheckoutState};
use coheron_core::ids::{CheckoutId, OrderId};
use coheron_integrations::test_gateway::TestPaymentState;
use coheron_store::checkouts::{self, Closing};
use coheron_storefront_api::shapes::cart::NewCartItem;
use coheron_storefront_api::{CartChange, CartSettings, CheckoutOutcome, CheckoutSettings};
use coheron_testkit::{create_site, run};

use crate::storefront_bench::{Bench, Mood, request};

#[test]
fn a_request_that_dies_before_the_charge_leaves_nothing_behind() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 1).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        bench.die(Mood::DiesBeforeCharging, &access).await;
        assert_eq!(bench.available("MUG").await?, 0, "the piece is held back");
        assert_eq!(bench.storefront.settle_due().await?.checkouts, 1);
        assert_eq!(bench.available("MUG").await?, 1);
        let states: Vec<TestPaymentState> = bench.states().await?;
        assert_eq!(states, [TestPaymentState::Refused], "the gateway was told that this payment is never to be made");
        let order = bench.buy(&access, "tok_ok").await?;
        assert_eq!(order.number, "100001");
        assert_eq!(bench.states().await?, [TestPaymentState::Refused, TestPaymentState::Charged]);
        Ok(())
    });
}

#[test]
fn asking_again_while_the_worker_finishes_is_answered_with_the_order() {
    run(async {
        const ROUNDS: i64 = 40;
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, ROUNDS).await?;
        for _ in 0..ROUNDS {
            let access = bench.cart(&[("MUG", 1)]).await?;
            bench.die(Mood::DiesAfterCharging, &access).await;
            let settled = bench.storefront.settle_due();
            let (settled, first, second) =
                tokio::join!(settled, bench.buy(&access, "tok_ok"), bench.buy(&access, "tok_ok"));
            settled?;
            assert_eq!(first?.id, second?.id);
        }
        assert_eq!(bench.numbers().await?.len(), usize::try_from(ROUNDS)?);
        Ok(())
    });
}

#[test]
fn a_request_that_dies_after_the_charge_is_finished_once_by_whoever_comes() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 2).await?;
        // By the worker, and by several at once.
        let access = bench.cart(&[("MUG", 1)]).await?;
        bench.die(Mood::DiesAfterCharging, &access).await;
        let looking = (0..8).map(|_| bench.storefront.settle_due());
        for looked in futures::future::join_all(looking).await {
            looked?;
        }
        assert_eq!(bench.numbers().await?, [100_001]);
        let repeated = bench.buy(&access, "tok_ok").await?;
        assert_eq!(repeated.number, "100001", "the repeated request gets that order");

        // By the shopper's second attempt, even with other data.
        let access = bench.cart(&[("MUG", 1)]).await?;
        bench.die(Mood::DiesAfterCharging, &access).await;
        let order = bench.buy(&access, "tok_declined").await?;
        assert_eq!(order.number, "100002", "what is charged is delivered, not charged again");
        assert_eq!(bench.states().await?, [TestPaymentState::Charged, TestPaymentState::Charged]);
        assert_eq!(bench.available("MUG").await?, 0);
        Ok(())
    });
}

#[test]
fn a_charge_that_comes_too_late_is_ordered_while_there_is_stock_and_given_back_else() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 1).await?;
        let late = bench.cart(&[("MUG", 1)]).await?;
        bench.die(Mood::DiesAfterCharging, &late).await;
        bench.expire_reservations().await?;
        let faster = bench.cart(&[("MUG", 1)]).await?;
        assert_eq!(bench.buy(&faster, "tok_ok").await?.number, "100001", "the last piece goes to who is there");
        bench.storefront.settle_due().await?;
        assert_eq!(bench.states().await?, [TestPaymentState::Voided, TestPaymentState::Charged]);
        assert_eq!((bench.numbers().await?, bench.available("MUG").await?), (vec![100_001], 0));

        bench.stock("PLATE", 1_000, 1).await?;
        let late = bench.cart(&[("PLATE", 1)]).await?;
        bench.die(Mood::DiesAfterCharging, &late).await;
        bench.expire_reservations().await?;
        bench.storefront.settle_due().await?;
        assert_eq!(bench.numbers().await?, [100_001, 100_002]);
        assert_eq!(bench.states().await?[2], TestPaymentState::Charged);
        Ok(())
    });
}

#[test]
fn a_confirmation_that_never_comes_ends_with_its_reservation() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 1).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        let checkout_id = bench.wait_for_confirmation(&access).await?;
        assert_eq!(bench.available("MUG").await?, 0);
        bench.expire_reservations().await?;
        let ended = bench.storefront.settle_checkout(&bench.site, checkout_id).await;
        assert_eq!(ended.err().context("a problem")?.code(), "payment_declined");
        assert_eq!((bench.states().await?, bench.available("MUG").await?), (vec![TestPaymentState::Voided], 1));
        assert!(bench.gateway.inner.confirm(checkout_id.0).await.is_err(), "it cannot be paid any more");
        assert_eq!(bench.buy(&access, "tok_ok").await?.number, "100001");
        Ok(())
    });
}

#[test]
fn a_process_that_dies_while_it_gives_a_charge_back_leaves_the_rest_to_the_worker() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 1).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        let checkout_id = bench.wait_for_confirmation(&access).await?;
        bench.expire_reservations().await?;
        let settling = bench.storefront.settle_checkout(&bench.site, checkout_id);
        bench.die_during(Mood::DiesAfterVoiding, settling).await;
        assert_eq!(bench.state_of(checkout_id).await?, CheckoutState::Voiding);
        assert_eq!((bench.states().await?, bench.available("MUG").await?), (vec![TestPaymentState::Voided], 1));
        bench.storefront.settle_due().await?;
        assert_eq!(bench.state_of(checkout_id).await?, CheckoutState::Voided);
        assert_eq!((bench.states().await?, bench.numbers().await?), (vec![TestPaymentState::Voided], vec![]));
        assert_eq!(bench.buy(&access, "tok_ok").await?.number, "100001");
        Ok(())
    });
}

#[test]
fn who_is_late_to_end_a_checkout_changes_nothing() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 1).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        let checkout_id = bench.wait_for_confirmation(&access).await?;
        let mut transaction = bench.shop.database.begin_site(bench.site.id).await?;
        for (event, expected) in [(CheckoutEvent::GiveUp, Closing::Closed), (CheckoutEvent::Complete, Closing::Late)] {
            let closing = checkouts::close(&mut transaction, checkout_id, CheckoutState::Open, event, None).await?;
            assert_eq!(closing, expected);
        }
        let (voiding, complete) = (CheckoutState::Voiding, CheckoutEvent::Complete);
        let refused = checkouts::close(&mut transaction, checkout_id, voiding, complete, None).await?;
        assert!(matches!(refused, Closing::Refused(_)), "{refused:?}");
        transaction.commit().await?;
        bench.storefront.settle_due().await?;
        assert_eq!(bench.states().await?, [TestPaymentState::Voided], "it was given up, and no order");
        assert_eq!((bench.state_of(checkout_id).await?, bench.numbers().await?), (CheckoutState::Voided, vec![]));
        Ok(())
    });
}

#[test]
fn a_gateway_that_is_away_is_waited_for() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 1).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        bench.gateway.set(Mood::Away);
        let CheckoutOutcome::Pending { checkout_id } = bench.check_out(&access, "tok_ok").await? else {
            anyhow::bail!("nobody knows yet");
        };
        bench.storefront.settle_due().await?;
        let still = bench.storefront.settle_checkout(&bench.site, checkout_id).await;
        let still = still.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        assert!(matches!(still, CheckoutOutcome::Pending { .. }), "{still:?}");
        assert_eq!(bench.available("MUG").await?, 0, "the piece stays held back");
        bench.gateway.set(Mood::Answers);
        let ended = bench.storefront.settle_checkout(&bench.site, checkout_id).await;
        assert_eq!(ended.err().context("a problem")?.code(), "payment_declined", "the charge never reached it");
        assert_eq!(bench.buy(&access, "tok_ok").await?.number, "100001");
        Ok(())
    });
}

#[test]
fn a_double_click_orders_once() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 9).await?;
        let patient = bench.with(CheckoutSettings::default());
        let access = bench.cart(&[("MUG", 1)]).await?;
        let request = request(&access, "tok_ok");
        let clicks = (0..6).map(|_| patient.check_out(&bench.site, &access, &request, None));
        for clicked in futures::future::join_all(clicks).await {
            let outcome = clicked.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
            assert!(matches!(outcome, CheckoutOutcome::Ordered(_) | CheckoutOutcome::Pending { .. }), "{outcome:?}");
        }
        assert_eq!((bench.numbers().await?, bench.states().await?), (vec![100_001], vec![TestPaymentState::Charged]));
        assert_eq!(bench.available("MUG").await?, 8);
        Ok(())
    });
}

#[test]
fn what_is_added_while_a_cart_is_being_paid_stays_in_it() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 9).await?;
        bench.stock("PLATE", 2_000, 9).await?;
        let access = bench.cart(&[("MUG", 2)]).await?;
        bench.die(Mood::DiesAfterCharging, &access).await;
        for (sku, quantity) in [("MUG", 3), ("PLATE", 1)] {
            let more = CartChange::Add(NewCartItem { sku: sku.to_owned(), quantity, version: None });
            bench
                .storefront
                .change_cart(&bench.site, &access, more)
                .await
                .map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        }
        bench.storefront.settle_due().await?;
        let cart =
            bench.storefront.cart(&bench.site, &access).await.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        let left: Vec<(&str, u32)> = cart.items.iter().map(|item| (item.sku.as_str(), item.quantity)).collect();
        assert_eq!(left, [("MUG", 3), ("PLATE", 1)]);
        assert_eq!((bench.available("MUG").await?, bench.available("PLATE").await?), (7, 9));
        Ok(())
    });
}

#[test]
fn tax_that_is_added_is_charged_to_the_cent() {
    run(async {
        let settings =
            CartSettings { tax_mode: TaxMode::Added, tax_rate_basis_points: 1_900, ..CartSettings::default() };
        let bench = Bench::new(settings).await?;
        bench.stock("MUG", 1_995, 9).await?;
        let access = bench.cart(&[("MUG", 3)]).await?;
        let order = bench.buy(&access, "tok_ok").await?;
        let totals = &order.totals;
        // 3 x 19.95 + 4.90 = 64.75, and 19 % of it are 12.3025.
        assert_eq!((totals.tax.amount_minor, totals.total.amount_minor), (1_230, 7_705));
        let payments = bench.gateway.inner.payments().await?;
        assert_eq!(payments[0].amount.map(|amount| amount.amount_minor), Some(7_705));
        Ok(())
    });
}

#[test]
fn orders_of_one_site_are_nothing_to_another() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 9).await?;
        let access = bench.cart(&[("MUG", 1)]).await?;
        let order = bench.buy(&access, "tok_ok").await?;
        let other = create_site(&bench.shop.database, "other", &["other.example"]).await?;
        let (order_id, checkout_id) = (OrderId(order.id), CheckoutId(order.id));
        let codes = [
            bench.storefront.order(&other, order_id).await.err(),
            bench.storefront.cancel_order(&other, order_id).await.err(),
            bench.storefront.settle_checkout(&other, checkout_id).await.err(),
            bench.storefront.check_out(&other, &access, &request(&access, "tok_ok"), None).await.err(),
        ];
        let codes: Vec<_> = codes.iter().map(|problem| problem.as_ref().map(|problem| problem.code())).collect();
        let expected = ["unknown_order", "unknown_order", "unknown_checkout", "unknown_cart"];
        assert_eq!(codes, expected.map(Some));
        Ok(())
    });
}
