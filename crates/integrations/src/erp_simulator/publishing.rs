//! Publishing what the simulated ERP says: all at once, or at a steady pace.

use std::time::Duration;

use async_trait::async_trait;
use coheron_core::retry::RetryClass;
use coheron_schemas::codec::CodecError;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{ErpRecord, ErpSimulator};

/// Records handed over at once, at most.
const BATCH_RECORDS: usize = 500;
/// Shorter pauses than this are not kept well by timers; faster rates publish several records per tick.
const SHORTEST_TICK: Duration = Duration::from_millis(2);
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(5);

/// Takes records to the broker.
#[async_trait]
pub trait RecordPublisher: Send + Sync {
    /// Publishes the records in this order and returns when all of them are stored. After an error any part of them
    /// may be stored; publishing them again does no harm, since consumers know the version of each.
    async fn publish(&self, records: &[ErpRecord]) -> Result<(), PublishError>;
}

#[derive(Debug, thiserror::Error)]
#[error("the records cannot be published")]
pub struct PublishError {
    class: RetryClass,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl PublishError {
    pub fn new(class: RetryClass, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { class, source: source.into() }
    }

    pub fn retry_class(&self) -> RetryClass {
        self.class
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    #[error("no schema id is known for {record}")]
    UnknownSchema { record: &'static str },
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
            Self::UnknownSchema { .. } | Self::InvalidRate => RetryClass::Fatal,
            Self::Encode(error) => error.retry_class(),
            Self::Publish(error) => error.retry_class(),
        }
    }
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub published: usize,
    pub total: usize,
}

/// Publishes the whole catalogue as fast as the broker takes it. Gives the number of records, fewer than all only when
/// cancelled.
pub async fn publish_catalogue(
    simulator: &mut ErpSimulator,
    publisher: &dyn RecordPublisher,
    cancel: &CancellationToken,
    mut on_progress: impl FnMut(Progress),
) -> Result<usize, SimulationError> {
    let total = simulator.catalogue().record_count();
    let mut published = 0;
    let mut records = simulator.full_export();
    loop {
        let batch = records.by_ref().take(BATCH_RECORDS).collect::<Result<Vec<_>, _>>()?;
        if batch.is_empty() || publish_patiently(publisher, &batch, cancel).await? == Outcome::Cancelled {
            return Ok(published);
        }
        published += batch.len();
        on_progress(Progress { published, total });
    }
}

/// Makes changes at an even pace until cancelled, or until `limit` of them are published. What a slow broker held up
/// is caught up. Gives the number of changes.
pub async fn run(
    simulator: &mut ErpSimulator,
    publisher: &dyn RecordPublisher,
    changes_per_second: f64,
    limit: Option<u64>,
    cancel: &CancellationToken,
) -> Result<u64, SimulationError> {
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
            let mut batch = Vec::with_capacity(wanted);
            for _ in 0..wanted {
                match simulator.next_change() {
                    Some(change) => batch.push(change?),
                    None => return Ok(published),
                }
            }
            if publish_patiently(publisher, &batch, cancel).await? == Outcome::Cancelled {
                return Ok(published);
            }
            published += batch.len() as u64;
        }
    }
    Ok(published)
}

#[derive(PartialEq)]
enum Outcome {
    Stored,
    Cancelled,
}

/// Waits for a broker that is away for a moment.
async fn publish_patiently(
    publisher: &dyn RecordPublisher,
    batch: &[ErpRecord],
    cancel: &CancellationToken,
) -> Result<Outcome, SimulationError> {
    let mut pause = FIRST_RETRY;
    while !cancel.is_cancelled() {
        match publisher.publish(batch).await {
            Ok(()) => return Ok(Outcome::Stored),
            Err(error) if error.retry_class() == RetryClass::Transient => {
                tracing::warn!(error = &error as &dyn std::error::Error, "records are not stored yet, trying again");
            }
            Err(error) => return Err(SimulationError::Publish(error)),
        }
        tokio::select! {
            () = cancel.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_RETRY);
    }
    Ok(Outcome::Cancelled)
}

#[cfg(test)]
#[path = "publishing_tests.rs"]
mod tests;
