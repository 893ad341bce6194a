//! Requests at a rate whatever the answers do.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::tally::{Answered, Tally};
use crate::pace::Pace;

/// Each request is sent when it is due; it gets the time from which its latency counts.
pub async fn run<Work, Request>(
    rate: f64,
    duration: Duration,
    mut next_request: impl FnMut() -> Work,
) -> anyhow::Result<Tally>
where
    Work: FnOnce(Instant) -> Request,
    Request: Future<Output = Answered> + Send + 'static,
{
    let pace = Pace::new(Instant::now(), rate);
    let mut under_way: JoinSet<Answered> = JoinSet::new();
    let mut tally = Tally::default();
    for number in 0..pace.events_within(duration) {
        let due = pace.due(number);
        let request = next_request();
        sleep_until(due).await;
        under_way.spawn(request(due));
        while let Some(answered) = under_way.try_join_next() {
            tally.add(answered?)?;
        }
    }
    while let Some(answered) = under_way.join_next().await {
        tally.add(answered?)?;
    }
    Ok(tally)
}
