//! A steady stream of price changes, in an open loop: changes are sent when they are due, whatever happened to those
//! before, and latencies are counted from then.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use coheron_stream::{OutgoingRecord, RecordProducer, StreamError};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::freshness::Freshness;
use super::postgres_watch::{Awaited, Watched, watch};
use super::search_probe::until_searchable;
use crate::catalogue::PriceBook;
use crate::latencies::Latencies;
use crate::pace::Pace;
use crate::report::Section;
use crate::system::{ShopApi, System, progress, report_usage};

#[derive(Debug, Clone, Copy)]
pub struct SteadyPlan {
    pub rate: f64,
    pub duration: Duration,
    pub probes_per_second: f64,
}

/// Between the decision to start and the first change.
const LEAD: Duration = Duration::from_millis(100);
/// The stream is over when the number of indexed products stays the same for this long.
const QUIET: Duration = Duration::from_millis(1_500);

type Probes = JoinSet<anyhow::Result<Option<Duration>>>;

pub async fn run(system: &System, prices: &mut PriceBook, plan: SteadyPlan) -> anyhow::Result<Section> {
    until_quiet(&system.api).await?;
    progress(&format!("{} changes per second for {} s", plan.rate, plan.duration.as_secs()));
    let freshness_before = Freshness::read(&system.api.metrics().await?);
    let usage_before = system.coheron.usage()?;
    let began = Instant::now();

    let (sender, receiver) = mpsc::channel(1024);
    let mut connection = system.database.pipeline().acquire().await?;
    let site_id = system.site.id;
    let watching = tokio::spawn(async move { watch(&mut connection, site_id, receiver).await });
    let (sent, probes) = send(system, prices, plan, sender).await?;
    let usage_after = system.coheron.usage()?;
    let elapsed = began.elapsed();

    let Watched { latencies, not_seen } = watching.await??;
    let probed = gather(probes).await?;
    until_quiet(&system.api).await?;
    let freshness = Freshness::read(&system.api.metrics().await?).since(&freshness_before);

    let mut section = Section::new("Steady: price changes at an even rate");
    section.latencies.push(latencies.row("event to Postgres, every change"));
    section.latencies.push(probed.latencies.row("event to searchable, probes over HTTP"));
    section.latencies.extend(freshness.row("event to searchable, coheron's histogram"));
    section.count("changes sent", sent, "");
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    section.figure("changes per second", sent as f64 / (elapsed - LEAD).as_secs_f64(), "1/s");
    section.count("changes not seen in Postgres", not_seen, "");
    section.count("probes not seen in the search", probed.not_seen, "");
    report_usage(&mut section, usage_before, usage_after, elapsed.as_secs_f64());
    Ok(section)
}

/// Sends all changes of the plan and returns when the broker has acknowledged them.
async fn send(
    system: &System,
    prices: &mut PriceBook,
    plan: SteadyPlan,
    awaited: mpsc::Sender<Awaited>,
) -> anyhow::Result<(u64, Probes)> {
    let pace = Pace::new(Instant::now() + LEAD, plan.rate);
    let begins_at = Utc::now() + TimeDelta::from_std(LEAD)?;
    let total = pace.events_within(plan.duration);
    let probe_every = probe_stride(plan);
    let mut sends = JoinSet::new();
    let mut probes = Probes::new();
    for number in 0..total {
        let due = pace.due(number);
        let change = prices.next_change(wall_clock(begins_at, pace.offset(number))?)?;
        sleep_until(due).await;
        awaited.send(Awaited { sku: change.sku.clone(), version: change.version, due }).await?;
        sends.spawn(send_one(Arc::clone(&system.producer), change.record));
        if number % probe_every == 0 {
            let api = system.api.clone();
            probes.spawn(async move { until_searchable(&api, &change.sku, change.amount_minor, due).await });
        }
        while let Some(outcome) = sends.try_join_next() {
            outcome??;
        }
    }
    while let Some(outcome) = sends.join_next().await {
        outcome??;
    }
    Ok((total, probes))
}

async fn send_one(producer: Arc<RecordProducer>, record: OutgoingRecord) -> Result<(), StreamError> {
    producer.send_all(vec![record]).await.map(drop)
}

/// The ERP's time of a change is when it is due, so that coheron's own figures begin where ours do.
fn wall_clock(begins_at: DateTime<Utc>, offset: Duration) -> anyhow::Result<DateTime<Utc>> {
    Ok(begins_at + TimeDelta::from_std(offset)?)
}

/// Every how many changes one is probed.
fn probe_stride(plan: SteadyPlan) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let stride = (plan.rate / plan.probes_per_second).round() as u64;
    stride.max(1)
}

struct Probed {
    latencies: Latencies,
    not_seen: u64,
}

async fn gather(mut probes: Probes) -> anyhow::Result<Probed> {
    let mut probed = Probed { latencies: Latencies::new()?, not_seen: 0 };
    while let Some(outcome) = probes.join_next().await {
        match outcome?? {
            Some(latency) => probed.latencies.record(latency),
            None => probed.not_seen += 1,
        }
    }
    Ok(probed)
}

/// Returns when coheron has stopped indexing.
async fn until_quiet(api: &ShopApi) -> anyhow::Result<()> {
    let mut count = Freshness::read(&api.metrics().await?).count();
    loop {
        sleep(QUIET).await;
        let now = Freshness::read(&api.metrics().await?).count();
        if now <= count {
            return Ok(());
        }
        count = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_are_spread_over_the_stream() {
        let plan = |rate, probes_per_second| SteadyPlan { rate, duration: QUIET, probes_per_second };
        assert_eq!(probe_stride(plan(200.0, 8.0)), 25);
        assert_eq!(probe_stride(plan(4.0, 8.0)), 1);
    }

    #[test]
    fn the_erps_time_moves_with_the_pace() {
        let begins_at = Utc::now();
        let later = wall_clock(begins_at, Duration::from_millis(1_250)).expect("a time");
        assert_eq!((later - begins_at).num_milliseconds(), 1_250);
    }
}
