//! Stock and orders after the ERP's figures and answers: nothing is counted twice, nothing is lost.

use std::collections::VecDeque;

use anyhow::Context;
use chrono::Utc;
use coheron_core::change::ErpOrderStatus;
use coheron_core::ids::OrderId;
use coheron_core::order::{OrderStatus, PaymentStatus};
use coheron_integrations::test_gateway::TestPaymentState;
use coheron_store::orders::ErpOrderOutcome;
use coheron_storefront_api::CartSettings;
use coheron_testkit::run;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::storefront_bench::{Bench, answer, at};

#[test]
fn the_erps_figure_and_the_ledger_never_count_an_order_twice() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 10).await?;
        let mut bought = Vec::new();
        for pieces in [1, 2, 3] {
            let access = bench.cart(&[("MUG", pieces)]).await?;
            bought.push(OrderId(bench.buy(&access, "tok_ok").await?.id));
        }
        assert_eq!(bench.available("MUG").await?, 4);
        // The ERP has booked two of the three orders.
        bench.erp_stock("MUG", 7, Some(100_002), Utc::now()).await?;
        assert_eq!(bench.available("MUG").await?, 4);
        // A cancellation counts at once where the ERP has not booked the order, and with the ERP's figure where it has.
        let problem = |problem| anyhow::anyhow!("{problem:?}");
        bench.storefront.cancel_order(&bench.site, bought[2]).await.map_err(problem)?;
        assert_eq!(bench.available("MUG").await?, 7);
        bench.storefront.cancel_order(&bench.site, bought[0]).await.map_err(problem)?;
        assert_eq!(bench.available("MUG").await?, 7);
        bench.erp_stock("MUG", 8, Some(100_003), Utc::now()).await?;
        assert_eq!(bench.available("MUG").await?, 8);

        // Without order numbers the time of the ERP's answer decides.
        bench.erp_stock("MUG", 8, None, at(100)).await?;
        assert_eq!(bench.available("MUG").await?, 6, "nothing is acknowledged yet");
        let answers = [answer(&bench.site, 100_002, 1, ErpOrderStatus::Accepted, 200)];
        assert_eq!(bench.answer(&answers).await?, [ErpOrderOutcome::Applied]);
        assert_eq!(bench.available("MUG").await?, 6, "the figure is older than the answer");
        bench.erp_stock("MUG", 6, None, at(200)).await?;
        assert_eq!(bench.available("MUG").await?, 6, "now the figure contains it");
        Ok(())
    });
}

#[test]
fn no_history_of_orders_cancellations_and_bookings_sells_what_is_not_there() {
    run(async {
        const ON_HAND: i64 = 12;
        let bench = Bench::new(CartSettings::default()).await?;
        let mut random = ChaCha8Rng::seed_from_u64(4);
        for round in 0..4 {
            let sku = format!("MUG-{round}");
            bench.stock(&sku, 1_000, ON_HAND).await?;
            let mut erp = Bookkeeper { on_hand: ON_HAND, last_order_number: None, waiting: VecDeque::new() };
            let mut living: Vec<(OrderId, i64, i64)> = Vec::new();
            for _ in 0..40 {
                match random.random_range(0..5) {
                    0..2 => {
                        let pieces = random.random_range(1..=3);
                        let left = bench.available(&sku).await?;
                        let Ok(access) = bench.cart(&[(&sku, pieces)]).await else { continue };
                        let bought = bench.buy(&access, "tok_ok").await;
                        assert_eq!(bought.is_ok(), left >= i64::from(pieces), "{left} left, {pieces} wanted");
                        if let Ok(order) = bought {
                            let (number, pieces) = (order.number.parse()?, i64::from(pieces));
                            living.push((OrderId(order.id), number, pieces));
                            erp.waiting.push_back((number, pieces));
                        }
                    }
                    2 if !living.is_empty() => {
                        let (id, number, pieces) = living.swap_remove(random.random_range(0..living.len()));
                        let cancelled = bench.storefront.cancel_order(&bench.site, id).await;
                        assert!(cancelled.is_ok(), "{cancelled:?}");
                        erp.waiting.push_back((number, -pieces));
                    }
                    _ => {
                        erp.book();
                        bench.erp_stock(&sku, erp.on_hand, erp.last_order_number, Utc::now()).await?;
                    }
                }
                let free = ON_HAND - living.iter().map(|(_, _, pieces)| pieces).sum::<i64>();
                let available = bench.available(&sku).await?;
                // Between the bookings of an order and of its cancellation the ERP's figure is lower than the truth.
                assert!(available <= free, "{available} are offered of {free}");
            }
            while !erp.waiting.is_empty() {
                erp.book();
            }
            bench.erp_stock(&sku, erp.on_hand, erp.last_order_number, Utc::now()).await?;
            let free = ON_HAND - living.iter().map(|(_, _, pieces)| pieces).sum::<i64>();
            assert_eq!(bench.available(&sku).await?, free, "nothing is lost when the ERP has booked everything");
        }
        Ok(())
    });
}

/// An ERP that books orders and cancellations in their order, later than they happen.
struct Bookkeeper {
    on_hand: i64,
    last_order_number: Option<i64>,
    /// Order number and pieces; negative where they come back.
    waiting: VecDeque<(i64, i64)>,
}

impl Bookkeeper {
    fn book(&mut self) {
        if let Some((number, pieces)) = self.waiting.pop_front() {
            self.on_hand -= pieces;
            self.last_order_number = self.last_order_number.max(Some(number));
        }
    }
}

#[test]
fn answers_of_the_erp_are_applied_once_and_in_their_order() {
    run(async {
        let bench = Bench::new(CartSettings::default()).await?;
        bench.stock("MUG", 1_000, 10).await?;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let access = bench.cart(&[("MUG", 1)]).await?;
            ids.push(OrderId(bench.buy(&access, "tok_ok").await?.id));
        }
        let batch = [
            answer(&bench.site, 100_001, 1, ErpOrderStatus::Accepted, 10),
            answer(&bench.site, 100_002, 1, ErpOrderStatus::Rejected, 10),
            answer(&bench.site, 100_001, 3, ErpOrderStatus::Shipped, 30),
            answer(&bench.site, 100_001, 2, ErpOrderStatus::Processing, 20),
            answer(&bench.site, 100_009, 1, ErpOrderStatus::Accepted, 10),
        ];
        let outcomes = bench.answer(&batch).await?;
        assert_eq!(
            outcomes,
            [
                ErpOrderOutcome::Applied,
                ErpOrderOutcome::Applied,
                ErpOrderOutcome::Applied,
                ErpOrderOutcome::Stale,
                ErpOrderOutcome::UnknownOrder
            ]
        );
        assert_eq!(bench.answer(&batch[..2]).await?, [ErpOrderOutcome::Stale; 2], "repeating changes nothing");
        let shipped = bench.find(ids[0]).await?;
        assert_eq!((shipped.status, shipped.erp.status.as_deref()), (OrderStatus::Shipped, Some("shipped")));
        assert_eq!(shipped.erp.document_number.as_deref(), Some("SO-100001-3"));
        let refused = bench.storefront.cancel_order(&bench.site, ids[0]).await.err().context("a problem")?;
        assert_eq!(refused.code(), "order_not_cancellable");
        let rejected = bench.find(ids[1]).await?;
        assert_eq!((rejected.status, rejected.payment_status), (OrderStatus::Cancelled, PaymentStatus::Refunding));
        assert_eq!(bench.available("MUG").await?, 9, "the rejected piece is for sale again");
        assert_eq!(bench.storefront.settle_due().await?.refunds, 1);
        assert_eq!(bench.find(ids[1]).await?.payment_status, PaymentStatus::Refunded);
        assert_eq!(bench.states().await?, [TestPaymentState::Charged, TestPaymentState::Voided]);
        Ok(())
    });
}
