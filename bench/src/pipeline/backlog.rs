//! A backlog: changes that came while coheron was away.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::ensure;
use chrono::Utc;
use tokio::time::{Instant, sleep};

use crate::catalogue::PriceBook;
use crate::report::Section;
use crate::system::{ShopApi, System, progress, report_usage};

const LOOK_EVERY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(900);
/// SKUs that are looked up in the search at the end: half of them those that changed last, half spread over all.
const SAMPLE: usize = 200;

const NEWER_PRICES: &str = "SELECT count(*) FROM website_prices WHERE site_id = $1 AND version > $2";
const OUTBOX_IS_EMPTY: &str = "SELECT NOT EXISTS (SELECT 1 FROM outbox_messages)";

/// When the parts of the way were done, from the start of the process.
struct Milestones {
    ready: Duration,
    /// The first row with a change of the backlog.
    first_row: Duration,
    postgres: Duration,
    published: Duration,
    searchable: Duration,
}

pub async fn run(system: &mut System, prices: &mut PriceBook, changes: u64) -> anyhow::Result<Section> {
    progress("stopping coheron and publishing a backlog");
    system.coheron.stop().await?;
    let last_version_before = prices.last_version();
    let mut records = Vec::new();
    let mut amounts = HashMap::new();
    let mut order = Vec::new();
    for _ in 0..changes {
        let change = prices.next_change(Utc::now())?;
        records.push(change.record);
        amounts.insert(change.sku.clone(), change.amount_minor);
        order.push(change.sku);
    }
    system.producer.send_all(records).await?;

    progress(&format!("starting coheron with a backlog of {changes} changes"));
    let rows = i64::try_from(amounts.len())?;
    let last_of_each = prices.last_version() - rows;
    let sample = sample_of(&order, &amounts);
    let milestones = catch_up(system, last_version_before, last_of_each, rows, &sample).await?;
    let usage = system.coheron.usage()?;

    let nothing = crate::system::Usage { user_seconds: 0.0, system_seconds: 0.0, ..usage };
    let mut section = Section::new("Backlog: changes that waited in the broker");
    section.count("changes", changes, "");
    section.count("products and variants changed", amounts.len() as u64, "");
    section.figure("start to ready", milestones.ready.as_secs_f64(), "s");
    section.figure("start to the first row in Postgres", milestones.first_row.as_secs_f64(), "s");
    section.figure("start to all in Postgres", milestones.postgres.as_secs_f64(), "s");
    section.figure("start to all documents published", milestones.published.as_secs_f64(), "s");
    section.figure("start to all searchable (sampled)", milestones.searchable.as_secs_f64(), "s");
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    let per_second = |until: Duration| changes as f64 / until.as_secs_f64();
    section.figure("changes per second to Postgres", per_second(milestones.postgres), "1/s");
    section.figure("changes per second to searchable", per_second(milestones.searchable), "1/s");
    report_usage(&mut section, nothing, usage, milestones.searchable.as_secs_f64());
    Ok(section)
}

async fn catch_up(
    system: &mut System,
    last_version_before: i64,
    last_of_each: i64,
    rows: i64,
    sample: &[(String, i64)],
) -> anyhow::Result<Milestones> {
    let began = Instant::now();
    system.coheron.start(&system.api).await?;
    let ready = began.elapsed();
    let first_row = until_rows(system, last_version_before, 1, began).await?;
    let postgres = until_rows(system, last_of_each, rows, began).await?;
    until_outbox_is_empty(system, began).await?;
    let published = began.elapsed();
    for (sku, amount_minor) in sample {
        until_found(&system.api, sku, *amount_minor, began).await?;
    }
    Ok(Milestones { ready, first_row, postgres, published, searchable: began.elapsed() })
}

async fn until_rows(system: &System, above_version: i64, rows: i64, began: Instant) -> anyhow::Result<Duration> {
    loop {
        let query = sqlx::query_scalar(NEWER_PRICES).bind(system.site.id.0).bind(above_version);
        let count: i64 = query.fetch_one(system.database.pipeline()).await?;
        if count >= rows {
            return Ok(began.elapsed());
        }
        ensure!(began.elapsed() < PATIENCE, "{count} of {rows} prices are in Postgres");
        sleep(LOOK_EVERY).await;
    }
}

async fn until_outbox_is_empty(system: &System, began: Instant) -> anyhow::Result<()> {
    while !sqlx::query_scalar::<_, bool>(OUTBOX_IS_EMPTY).fetch_one(system.database.pipeline()).await? {
        ensure!(began.elapsed() < PATIENCE, "documents are still waiting to be published");
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

async fn until_found(api: &ShopApi, sku: &str, amount_minor: i64, began: Instant) -> anyhow::Result<()> {
    loop {
        let found = api.indexed_price(sku).await?;
        if found == Some(amount_minor) {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "{sku} is found with the price {found:?} instead of {amount_minor}");
        sleep(LOOK_EVERY).await;
    }
}

/// SKUs with their last amount: those that changed last, newest first, and others at even distances.
fn sample_of(order: &[String], amounts: &HashMap<String, i64>) -> Vec<(String, i64)> {
    let newest = order.iter().rev().take(SAMPLE / 2);
    let spread = order.iter().step_by((order.len() / (SAMPLE / 2)).max(1)).take(SAMPLE / 2);
    newest.chain(spread).filter_map(|sku| Some((sku.clone(), *amounts.get(sku)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_holds_the_newest_and_some_of_all_with_their_last_amount() {
        let order: Vec<String> = (0..1_000).map(|number| format!("S{}", number % 600)).collect();
        let amounts: HashMap<String, i64> =
            order.iter().enumerate().map(|(at, sku)| (sku.clone(), i64::try_from(at).expect("small"))).collect();
        let sample = sample_of(&order, &amounts);
        assert_eq!(sample.len(), SAMPLE);
        assert_eq!(sample[0], ("S399".to_owned(), 999));
        assert_eq!(sample[SAMPLE / 2], ("S0".to_owned(), 600), "changed again after its first change");
        assert_eq!(sample_of(&order[..3], &amounts).len(), 6);
    }
}
