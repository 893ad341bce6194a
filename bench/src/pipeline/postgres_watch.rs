//! When changes become readable in Postgres, seen by asking for them all the time.

use std::collections::HashMap;
use std::time::Duration;

use coheron_core::ids::SiteId;
use sqlx::PgConnection;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep};

use crate::latencies::Latencies;

const LOOK_EVERY: Duration = Duration::from_millis(1);
/// A change that is not there after this long is counted as not seen.
const PATIENCE: Duration = Duration::from_secs(20);

const NEWER_PRICES: &str = "SELECT sku, version FROM website_prices WHERE site_id = $1 AND sku = ANY($2)";

/// A change that was sent, or is about to be.
pub struct Awaited {
    pub sku: String,
    pub version: i64,
    /// When it should be sent.
    pub due: Instant,
}

pub struct Watched {
    pub latencies: Latencies,
    pub not_seen: u64,
}

/// Ends when the sender is gone and nothing is awaited any more. Only the awaited rows are asked for, by their key, so
/// that looking costs the database little.
pub async fn watch(
    connection: &mut PgConnection,
    site_id: SiteId,
    mut sent: Receiver<Awaited>,
) -> anyhow::Result<Watched> {
    let mut watched = Watched { latencies: Latencies::new()?, not_seen: 0 };
    let mut awaited: Vec<Awaited> = Vec::new();
    loop {
        if awaited.is_empty() {
            match sent.recv().await {
                Some(next) => awaited.push(next),
                None => return Ok(watched),
            }
        }
        while let Ok(next) = sent.try_recv() {
            awaited.push(next);
        }
        let skus: Vec<&str> = awaited.iter().map(|change| change.sku.as_str()).collect();
        let rows: Vec<(String, i64)> =
            sqlx::query_as(NEWER_PRICES).bind(site_id.0).bind(&skus).fetch_all(&mut *connection).await?;
        judge(&mut watched, &mut awaited, &rows.into_iter().collect(), Instant::now());
        sleep(LOOK_EVERY).await;
    }
}

/// Takes what is there, and what has been awaited for too long, off the list.
fn judge(watched: &mut Watched, awaited: &mut Vec<Awaited>, versions: &HashMap<String, i64>, now: Instant) {
    awaited.retain(|change| {
        let waited = now.saturating_duration_since(change.due);
        if versions.get(&change.sku).is_some_and(|version| *version >= change.version) {
            watched.latencies.record(waited);
            return false;
        }
        if waited > PATIENCE {
            watched.not_seen += 1;
            return false;
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_there_when_its_version_or_a_newer_one_is() {
        let due = Instant::now();
        let change = |sku: &str, version| Awaited { sku: sku.to_owned(), version, due };
        let mut awaited = vec![change("A", 5), change("A", 6), change("A", 7), change("B", 1)];
        let mut watched = Watched { latencies: Latencies::new().expect("a histogram"), not_seen: 0 };
        let versions = HashMap::from([("A".to_owned(), 6)]);
        judge(&mut watched, &mut awaited, &versions, due + Duration::from_millis(3));
        assert_eq!(watched.latencies.count(), 2);
        assert_eq!(awaited.iter().map(|change| change.version).collect::<Vec<_>>(), [7, 1]);

        judge(&mut watched, &mut awaited, &versions, due + PATIENCE + Duration::from_millis(1));
        assert!(awaited.is_empty());
        assert_eq!((watched.latencies.count(), watched.not_seen), (2, 2));
    }
}
