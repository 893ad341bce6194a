//! Two ways to ask: as fast as answers come, and at a rate whatever the answers do.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::shopper::{Answered, Shoppers};
use super::tally::Tally;
use crate::pace::Pace;

/// So many shoppers at a time, each asking again as soon as it has its answer.
pub async fn closed(shoppers: &Shoppers, concurrency: u64, duration: Duration) -> anyhow::Result<Tally> {
    let end = Instant::now() + duration;
    let mut running = JoinSet::new();
    for number in 0..concurrency {
        let mut shopper = shoppers.shopper(number);
        running.spawn(async move {
            let mut tally = Tally::default();
            while Instant::now() < end {
                tally.add(&shopper.next_request().send(Instant::now()).await)?;
            }
            anyhow::Ok(tally)
        });
    }
    let mut total = Tally::default();
    while let Some(tally) = running.join_next().await {
        total.merge(&tally??)?;
    }
    Ok(total)
}

/// So many requests per second, each sent when it is due; times count from then.
pub async fn open(shoppers: &Shoppers, rate: f64, duration: Duration) -> anyhow::Result<Tally> {
    let pace = Pace::new(Instant::now(), rate);
    let mut shopper = shoppers.shopper(0);
    let mut under_way: JoinSet<Answered> = JoinSet::new();
    let mut tally = Tally::default();
    for number in 0..pace.events_within(duration) {
        let due = pace.due(number);
        let request = shopper.next_request();
        sleep_until(due).await;
        under_way.spawn(request.send(due));
        while let Some(answered) = under_way.try_join_next() {
            tally.add(&answered?)?;
        }
    }
    while let Some(answered) = under_way.join_next().await {
        tally.add(&answered?)?;
    }
    Ok(tally)
}
