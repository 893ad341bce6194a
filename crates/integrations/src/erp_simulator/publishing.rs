//! Publishing what the simulated ERP says: all at once, or at a steady pace.

use std::time::Duration;

use async_trait::async_trait;
use coheron_core::retry::RetryClass;
use coheron_schemas::codec::CodecError;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::patience::{ENDLESS_PATIENCE, STARTING_PATIENCE, patiently};
use super::{OutgoingErpRecord, SharedErp};

/// Records handed over at once, at most.
pub(super) const BATCH_RECORDS: usize = 500;
/// Shorter pauses than this are not kept well by timers; faster rates publish several records per tick.
const SHORTEST_TICK: Duration = Duration::from_millis(2);

/// Takes records to the broker.
#[async_trait]
pub trait RecordPublisher: Send + Sync {
    /// Publishes the records in this order and returns when all of them are stored. After an error any part of them
    /// may be stored; publishing them again does no harm, since consumers know the version of each.
    async fn publish(&self, records: Vec<OutgoingErpRecord>) -> Result<(), PublishError>;
}

/// How fast changes are made, and how many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    pub changes_per_second: f64,
    /// None goes on until cancelled.
    pub most_changes: Option<u64>,
}

#[derive(Debug, thiserror::Error)]
#[error("the records cannot be published")]
pub struct PublishError {
    pub retry_class: RetryClass,
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl PublishError {
    pub fn retry_class(&self) -> RetryClass {
        self.retry_class
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    #[error("no schema id is known for {record}")]
    UnknownSchema { record: &'static str },
    #[error("the catalogue has no price of {sku}")]
    UnknownSku { sku: String },
    #[error("a record cannot be encoded")]
    Encode(#[source] CodecError),
    #[error("the broker does not take the records")]
    Publish(#[source] PublishError),
    #[error("the rate must be a number above 0 and at most 100,000 changes per second")]
    InvalidRate,
}

impl SimulationError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::UnknownSchema { .. } | Self::UnknownSku { .. } | Self::InvalidRate => RetryClass::Fatal,
            Self::Encode(error) => error.retry_class(),
            Self::Publish(error) => error.retry_class(),
        }
    }
}

/// Publishes the whole catalogue as fast as the broker takes it. `on_progress` is told how many records are stored.
/// A broker that is away is waited for, but not for longer than a minute.
pub async fn publish_catalogue(
    erp: &SharedErp,
    publisher: &dyn RecordPublisher,
    mut on_progress: impl FnMut(usize),
) -> Result<(), SimulationError> {
    let mut stored = 0;
    let places = erp.lock().export_places();
    for places in places.chunks(BATCH_RECORDS) {
        let batch = {
            let mut simulator = erp.lock();
            places.iter().map(|place| simulator.record_of(*place)).collect::<Result<Vec<_>, _>>()?
        };
        publish_patiently(publisher, &batch, STARTING_PATIENCE).await?;
        stored += batch.len();
        on_progress(stored);
    }
    Ok(())
}

/// Makes changes at an even pace until cancelled, or until `most_changes` of them are published. What a slow broker
/// held up is caught up; one that is away is waited for. Gives the number of changes.
pub async fn keep_changing(
    erp: &SharedErp,
    publisher: &dyn RecordPublisher,
    pace: Pace,
    cancel: &CancellationToken,
) -> Result<u64, SimulationError> {
    let Pace { changes_per_second, most_changes: limit } = pace;
    if !(changes_per_second > 0.0 && changes_per_second <= 100_000.0) {
        return Err(SimulationError::InvalidRate);
    }
    // The slowest rates would make a period beyond what a timer takes; an hour is as good as never.
    let period = Duration::from_secs_f64((1.0 / changes_per_second).min(3_600.0)).max(SHORTEST_TICK);
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let start = Instant::now();
    let mut published = 0_u64;
    while limit.is_none_or(|limit| published < limit) {
        tokio::select! {
            () = cancel.cancelled() => break,
            _ = ticks.tick() => {}
        }
        // The first change is due at once.
        let due = (start.elapsed().as_secs_f64() * changes_per_second) as u64 + 1;
        let due = limit.map_or(due, |limit| due.min(limit));
        while published < due {
            let wanted = usize::try_from(due - published).unwrap_or(BATCH_RECORDS).min(BATCH_RECORDS);
            let batch = {
                let mut simulator = erp.lock();
                std::iter::from_fn(|| simulator.next_change()).take(wanted).collect::<Result<Vec<_>, _>>()?
            };
            if batch.is_empty() {
                return Ok(published);
            }
            // A batch that is under way when the end comes may or may not be stored; it is not counted.
            let stored = cancel.run_until_cancelled(publish_patiently(publisher, &batch, ENDLESS_PATIENCE)).await;
            match stored {
                Some(stored) => stored?,
                None => return Ok(published),
            }
            published += batch.len() as u64;
        }
    }
    Ok(published)
}

/// Waits for a broker that is away for a moment.
pub(super) async fn publish_patiently(
    publisher: &dyn RecordPublisher,
    batch: &[OutgoingErpRecord],
    patience: Duration,
) -> Result<(), SimulationError> {
    let published = patiently(patience, PublishError::retry_class, || publisher.publish(batch.to_vec())).await;
    published.map_err(SimulationError::Publish)
}

#[cfg(test)]
#[path = "publishing_tests.rs"]
mod tests;
