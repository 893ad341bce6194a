//! A stage in memory that keeps the contract: effect and checkpoint move together or not at all.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use coheron_core::topics::{ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, Topic};
use tokio::sync::{Notify, Semaphore};

use crate::record::{Record, TopicPartition};
use crate::stage::{Applied, Batch, DeadLetter, Stage, StageError};

const TOPICS: &[Topic] = &[ERP_PRODUCT_CHANGE, ERP_PRICE_CHANGE];

/// Refuses records whose payload ends in `poison`.
pub(crate) struct TestStage {
    name: &'static str,
    state: Mutex<State>,
    /// A permit for each call of `process`; unlimited until `hold` is called.
    gate: Semaphore,
    changed: Notify,
}

#[derive(Default)]
struct State {
    positions: HashMap<TopicPartition, i64>,
    applied: Vec<Record>,
    dead_letters: Vec<DeadLetter>,
    batch_sizes: Vec<usize>,
    transient_failures: u32,
    position_reads: u32,
    calls: u32,
}

impl TestStage {
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, state: Mutex::default(), gate: Semaphore::new(Semaphore::MAX_PERMITS), changed: Notify::new() }
    }

    pub(crate) fn applied(&self) -> Vec<Record> {
        self.state().applied.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.state().applied.len()
    }

    pub(crate) fn dead_letters(&self) -> Vec<DeadLetter> {
        self.state().dead_letters.clone()
    }

    pub(crate) fn batch_sizes(&self) -> Vec<usize> {
        self.state().batch_sizes.clone()
    }

    pub(crate) fn position_reads(&self) -> u32 {
        self.state().position_reads
    }

    /// Calls of `process` that have begun.
    pub(crate) fn calls(&self) -> u32 {
        self.state().calls
    }

    pub(crate) fn fail_transiently(&self, times: u32) {
        self.state().transient_failures = times;
    }

    pub(crate) fn stored_position(&self, topic: &'static str, partition: i32) -> i64 {
        self.state().positions.get(&TopicPartition { topic, partition }).copied().unwrap_or(0)
    }

    /// Moves a checkpoint as another owner would.
    pub(crate) fn move_position(&self, topic: &'static str, partition: i32, position: i64) {
        self.state().positions.insert(TopicPartition { topic, partition }, position);
    }

    /// Makes `process` wait until `release`.
    pub(crate) fn hold(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn release(&self) {
        self.gate.add_permits(1_000_000);
    }

    /// Waits until the condition holds for this stage.
    pub(crate) async fn until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if condition(self) {
                    return;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        assert!(waited.is_ok(), "{}: {what} did not happen; applied {}", self.name, self.count());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Stage for TestStage {
    fn name(&self) -> &'static str {
        self.name
    }

    fn topics(&self) -> &'static [Topic] {
        TOPICS
    }

    async fn positions(&self, partitions: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError> {
        let mut state = self.state();
        state.position_reads += 1;
        self.changed.notify_waiters();
        Ok(partitions.iter().filter_map(|wanted| Some((*wanted, *state.positions.get(wanted)?))).collect())
    }

    async fn process(&self, batch: &Batch) -> Result<Applied, StageError> {
        self.state().calls += 1;
        self.changed.notify_waiters();
        let gate = self.gate.acquire().await;
        drop(gate);
        let result = self.state().process(batch);
        self.changed.notify_waiters();
        result.map(|()| Applied::default())
    }
}

impl State {
    fn process(&mut self, batch: &Batch) -> Result<(), StageError> {
        let state = self;
        if state.transient_failures > 0 {
            state.transient_failures -= 1;
            return Err(StageError::Transient { context: "the store is away", source: "on purpose".into() });
        }
        if batch.records.iter().any(is_poison) {
            return Err(StageError::Poison { reason_code: "test_poison", reason: "a poison record".to_owned() });
        }
        for advance in &batch.advances {
            if state.positions.get(&advance.partition).copied().unwrap_or(0) != advance.from {
                return Err(StageError::Fenced { partition: advance.partition });
            }
        }
        for advance in &batch.advances {
            state.positions.insert(advance.partition, advance.to);
        }
        state.batch_sizes.push(batch.records.len());
        state.applied.extend(batch.records.iter().cloned());
        state.dead_letters.extend(batch.dead_letters.iter().cloned());
        Ok(())
    }
}

pub(crate) fn record(topic: &'static str, partition: i32, offset: i64, payload: &[u8]) -> Record {
    Record {
        topic,
        partition,
        offset,
        key: None,
        payload: Some(Bytes::copy_from_slice(payload)),
        headers: Vec::new(),
        timestamp: DateTime::UNIX_EPOCH,
    }
}

fn is_poison(record: &Record) -> bool {
    record.payload.as_ref().is_some_and(|payload| payload.ends_with(b"poison"))
}
