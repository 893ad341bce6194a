//! Publishing: the export as fast as the broker takes it, changes at an even pace.

use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::publisher::{PublishError, RecordPublisher};
use super::simulator::{ErpSimulator, SimulatorError};

const EXPORT_CHUNK: usize = 500;
/// Changes that are due within one tick are published together.
const TICK: Duration = Duration::from_millis(20);

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    #[error(transparent)]
    Publish(#[from] PublishError),
}

/// How fast and how long changes go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    pub changes_per_second: f64,
    /// Ends after so many changes; without it only the token ends them.
    pub most_changes: Option<u64>,
}

/// Publishes the whole catalogue; `progress` is told how many records are stored.
pub async fn publish_catalogue(
    simulator: &mut ErpSimulator,
    publisher: &dyn RecordPublisher,
    mut progress: impl FnMut(usize),
) -> Result<(), RunError> {
    let mut records = simulator.full_export();
    let mut stored = 0;
    loop {
        let chunk = records.by_ref().take(EXPORT_CHUNK).collect::<Result<Vec<_>, _>>()?;
        if chunk.is_empty() {
            return Ok(());
        }
        let size = chunk.len();
        publisher.publish(chunk).await?;
        stored += size;
        progress(stored);
    }
}

/// Publishes random changes until the token ends it. What a slow broker delayed is caught up on.
pub async fn keep_changing(
    simulator: &mut ErpSimulator,
    publisher: &dyn RecordPublisher,
    pace: Pace,
    cancel: &CancellationToken,
) -> Result<u64, RunError> {
    let started = tokio::time::Instant::now();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let most = pace.most_changes.unwrap_or(u64::MAX);
    let mut published = 0;
    while published < most {
        tokio::select! {
            () = cancel.cancelled() => return Ok(published),
            _ = ticks.tick() => {}
        }
        let due = ((started.elapsed().as_secs_f64() * pace.changes_per_second) as u64).min(most);
        if due <= published {
            continue;
        }
        let changes = (published..due).map(|_| simulator.next_change()).collect::<Result<Vec<_>, _>>()?;
        publisher.publish(changes).await?;
        published = due;
    }
    Ok(published)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use chrono::Utc;

    use super::*;
    use crate::demo_shop::DemoShop;
    use crate::erp_catalogue::ErpCatalogue;
    use crate::erp_simulator::{OutgoingErpRecord, SchemaIds};

    #[derive(Default)]
    struct Stored(Mutex<Vec<OutgoingErpRecord>>);

    #[async_trait]
    impl RecordPublisher for Stored {
        async fn publish(&self, records: Vec<OutgoingErpRecord>) -> Result<(), PublishError> {
            self.0.lock().expect("the lock").extend(records);
            Ok(())
        }
    }

    #[tokio::test]
    async fn exports_everything_and_ends_after_the_wanted_changes() {
        let mut catalogue = ErpCatalogue::from(DemoShop::generate(1));
        catalogue.products.truncate(30);
        let mut simulator = ErpSimulator::new("demo", catalogue, SchemaIds::default(), 1, Utc::now);
        let stored = Stored::default();
        let mut last_progress = 0;
        publish_catalogue(&mut simulator, &stored, |count| last_progress = count).await.expect("published");
        assert_eq!(last_progress, simulator.record_count());
        let pace = Pace { changes_per_second: 10_000.0, most_changes: Some(50) };
        let published = keep_changing(&mut simulator, &stored, pace, &CancellationToken::new()).await.expect("changed");
        assert_eq!(published, 50);
        assert_eq!(stored.0.lock().expect("the lock").len(), last_progress + 50);
    }
}
