//! Checkouts alone: carts are filled beforehand, then bought.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::stream::{self, StreamExt, TryStreamExt};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::open_loop;
use super::shopper::{Cart, Shopper};
use super::tally::{Answered, Endpoint, Outcome, Tally};
use crate::pace::Pace;
use crate::system::progress;

/// Carts that are filled at the same time.
const FILLERS: usize = 8;
/// Items whose last pieces are fought for.
const SCARCE_ITEMS: usize = 20;
/// How many carts want each of their pieces.
const BUYERS_PER_PIECE: i64 = 3;
const MOST_SCARCE_CARTS: usize = 600;

/// As many carts as will be bought, each with one to three items of which there are plenty.
pub async fn fill_carts(shopper: &Arc<Shopper>, rate: f64, duration: Duration, seed: u64) -> anyhow::Result<Vec<Cart>> {
    let count = Pace::new(Instant::now(), rate).events_within(duration);
    progress(&format!("filling {count} carts"));
    let goods = shopper.goods();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut wanted = Vec::new();
    for _ in 0..count {
        let items = rng.random_range(1..=3);
        let mut lines: Vec<(String, i64)> = Vec::new();
        for _ in 0..items {
            let item = goods.plentiful(&mut rng, 20).context("nothing is plentiful")?;
            if !lines.iter().any(|(sku, _)| *sku == item.sku) {
                lines.push((item.sku.clone(), rng.random_range(1..=2)));
            }
        }
        wanted.push(lines);
    }
    fill(shopper, wanted).await
}

/// More carts than there are pieces of the scarcest items.
pub async fn fill_scarce_carts(shopper: &Arc<Shopper>) -> anyhow::Result<Vec<Cart>> {
    let mut wanted = Vec::new();
    for round in 0.. {
        let scarce = shopper.goods().scarcest(SCARCE_ITEMS);
        let still: Vec<_> = scarce.into_iter().filter(|item| round < item.on_hand * BUYERS_PER_PIECE).collect();
        if still.is_empty() || wanted.len() >= MOST_SCARCE_CARTS {
            break;
        }
        wanted.extend(still.into_iter().map(|item| vec![(item.sku, 1)]));
    }
    progress(&format!("filling {} carts with the last pieces", wanted.len()));
    fill(shopper, wanted).await
}

pub async fn buy(shopper: &Arc<Shopper>, carts: Vec<Cart>, rate: f64, duration: Duration) -> anyhow::Result<Tally> {
    let mut carts = carts.into_iter();
    open_loop::run(rate, duration, || {
        let (shopper, cart) = (Arc::clone(shopper), carts.next());
        move |due| async move {
            match cart {
                Some(cart) => shopper.check_out(due, cart).await,
                None => Answered { endpoint: Endpoint::CheckOut, outcome: Outcome::Failed, took: due.elapsed() },
            }
        }
    })
    .await
}

/// All carts at the same moment; whoever is told to come back does so.
pub async fn buy_at_once(shopper: &Arc<Shopper>, carts: Vec<Cart>) -> anyhow::Result<Tally> {
    let mut buyers = JoinSet::new();
    let begin = Instant::now();
    for cart in carts {
        let shopper = Arc::clone(shopper);
        buyers.spawn(async move { shopper.check_out_patiently(begin, cart).await });
    }
    let mut tally = Tally::default();
    while let Some(answered) = buyers.join_next().await {
        tally.add(answered?)?;
    }
    Ok(tally)
}

async fn fill(shopper: &Arc<Shopper>, wanted: Vec<Vec<(String, i64)>>) -> anyhow::Result<Vec<Cart>> {
    let carts = wanted.into_iter().map(|lines| async move {
        match shopper.new_cart(&lines).await {
            Err(error) if is_refused(&error) => Ok(None),
            filled => filled.map(Some),
        }
    });
    let filled: Vec<Option<Cart>> = stream::iter(carts).buffer_unordered(FILLERS).try_collect().await?;
    Ok(filled.into_iter().flatten().collect())
}

/// Sold out since the catalogue was read: that is no cart, and no fault.
fn is_refused(error: &anyhow::Error) -> bool {
    let status = error.downcast_ref::<reqwest::Error>().and_then(reqwest::Error::status);
    status == Some(reqwest::StatusCode::UNPROCESSABLE_ENTITY)
}
