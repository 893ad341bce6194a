//! Gets a gathered batch through the stage: retries what passes, isolates the records that never will.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use coheron_core::retry::RetryClass;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::batching::{Batching, DeadLetterLimit};
use crate::error::StreamError;
use crate::meters;
use crate::position_tracker::{PositionTracker, halve};
use crate::progress::Progress;
use crate::record::Record;
use crate::stage::{Applied, Batch, DeadLetter, Stage, StageError};

const FIRST_RETRY: Duration = Duration::from_millis(50);
const LONGEST_RETRY: Duration = Duration::from_secs(2);

pub(crate) struct Applier<'session> {
    pub(crate) stage: Arc<dyn Stage>,
    pub(crate) tracker: PositionTracker,
    pub(crate) progress: Arc<Progress>,
    pub(crate) batching: &'session Batching,
    pub(crate) dead_letter_rate: &'session mut DeadLetterRate,
    pub(crate) cancel: CancellationToken,
}

/// How one batch came out.
enum Outcome {
    Applied(Applied),
    Poison {
        reason_code: &'static str,
        reason: String,
    },
    /// Cancelled while waiting for another attempt: nothing was stored.
    Cancelled,
}

impl Applier<'_> {
    /// Applies the records in their order. An error ends the session; whatever was stored before it stays stored.
    pub(crate) async fn apply(&mut self, mut records: Vec<Record>) -> Result<(), StreamError> {
        self.tracker.retain_due(&mut records);
        // Parts still to do, the next one last. Each part's advances are computed when its turn comes, so that they
        // continue where the part before it ended.
        let mut parts = vec![records];
        while let Some(part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            let mut batch = self.tracker.batch_of(part);
            match self.process(&batch).await? {
                Outcome::Applied(applied) => {
                    self.advance(&batch);
                    for reason_code in applied.set_aside {
                        self.count_dead_letter(reason_code)?;
                    }
                }
                Outcome::Cancelled => return Ok(()),
                Outcome::Poison { reason_code, reason } if batch.records.len() == 1 => {
                    let Some(record) = batch.records.pop() else { continue };
                    if !self.bury(record, reason_code, reason).await? {
                        return Ok(());
                    }
                }
                Outcome::Poison { .. } => {
                    let (first, second) = halve(batch.records);
                    parts.push(second);
                    parts.push(first);
                }
            }
        }
        Ok(())
    }

    /// Hands the record over as a dead letter; false when cancelled meanwhile.
    async fn bury(&mut self, record: Record, reason_code: &'static str, reason: String) -> Result<bool, StreamError> {
        let stage = self.stage.name();
        tracing::warn!(
            stage,
            topic = record.topic,
            partition = record.partition,
            offset = record.offset,
            reason_code,
            reason,
            trace_id = record.trace_id(),
            "a record goes to the dead letters"
        );
        let advances = self.tracker.advances(std::slice::from_ref(&record));
        let schema_id = record.payload.as_ref().and_then(confluent_schema_id);
        let letter = DeadLetter { record, reason_code, reason, schema_id };
        let batch = Batch { records: Vec::new(), advances, dead_letters: vec![letter] };
        match self.process(&batch).await? {
            Outcome::Applied(_) => self.advance(&batch),
            Outcome::Cancelled => return Ok(false),
            Outcome::Poison { reason, .. } => return Err(StreamError::DeadLetterRefused { stage, reason }),
        }
        self.count_dead_letter(reason_code)?;
        Ok(true)
    }

    /// Above the limit the fault lies with the feed or the stage, not with single records: it has to be looked at.
    fn count_dead_letter(&mut self, reason_code: &'static str) -> Result<(), StreamError> {
        let stage = self.stage.name();
        meters::dead_letter(stage, reason_code);
        let limit = self.batching.dead_letters;
        if self.dead_letter_rate.exceeds(limit, Instant::now()) {
            return Err(StreamError::TooManyDeadLetters { stage, limit: limit.per_minute, reason_code });
        }
        Ok(())
    }

    /// One batch, again after passing failures. Everything but poison that remains ends the session.
    async fn process(&self, batch: &Batch) -> Result<Outcome, StreamError> {
        let stage = self.stage.name();
        let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
        loop {
            let started = Instant::now();
            let result = self.stage.process(batch).await;
            meters::process_took(stage, started.elapsed());
            let error = match result {
                Ok(applied) => {
                    log_applied(stage, batch, started.elapsed());
                    return Ok(Outcome::Applied(applied));
                }
                Err(StageError::Poison { reason_code, reason }) => {
                    return Ok(Outcome::Poison { reason_code, reason });
                }
                Err(error) => error,
            };
            if error.retry_class() != RetryClass::Transient || backoff.attempts() + 1 >= self.batching.attempts {
                return Err(StreamError::Stage { stage, source: error });
            }
            let wait = backoff.next_wait(rand::random());
            tracing::warn!(stage, %error, cause = cause_of(&error), attempt = backoff.attempts(), ?wait, "the stage failed, trying again");
            meters::retried(stage);
            tokio::select! {
                () = self.cancel.cancelled() => return Ok(Outcome::Cancelled),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn advance(&mut self, batch: &Batch) {
        self.tracker.advance(&batch.advances);
        for advance in &batch.advances {
            self.progress.advance(advance.partition, advance.to);
        }
        meters::batch_applied(self.stage.name(), batch);
    }
}

/// The times of the dead letters of the last minute. Outlives a session, so that restarts do not reset it.
#[derive(Debug, Default)]
pub(crate) struct DeadLetterRate {
    times: VecDeque<Instant>,
}

impl DeadLetterRate {
    /// Counts one dead letter and tells whether there are now more of them than allowed.
    fn exceeds(&mut self, limit: DeadLetterLimit, now: Instant) -> bool {
        while self.times.front().is_some_and(|time| now.duration_since(*time) > Duration::from_secs(60)) {
            self.times.pop_front();
        }
        self.times.push_back(now);
        self.times.len() > limit.per_minute as usize
    }
}

/// The schema id of the Confluent wire format: a zero byte, then four bytes of id. JSON never starts with a zero byte.
fn confluent_schema_id(payload: &Bytes) -> Option<i32> {
    let id = payload.strip_prefix(&[0])?.first_chunk::<4>()?;
    Some(i32::from_be_bytes(*id))
}

/// The first cause in words; Display of our errors leaves it out.
fn cause_of(error: &StageError) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}

fn log_applied(stage: &'static str, batch: &Batch, elapsed: Duration) {
    tracing::debug!(
        stage,
        records = batch.records.len(),
        dead_letters = batch.dead_letters.len(),
        elapsed_us = elapsed.as_micros() as u64,
        trace_id = batch.records.iter().find_map(Record::trace_id),
        "batch applied"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::TopicPartition;
    use crate::test_stage::{TestStage, record};

    const TOPIC: &str = "erp.product.change.v1";

    fn applier<'session>(
        stage: &Arc<TestStage>,
        batching: &'session Batching,
        rate: &'session mut DeadLetterRate,
    ) -> Applier<'session> {
        let mut tracker = PositionTracker::default();
        tracker.assign(&[0, 1].map(|partition| (TopicPartition { topic: TOPIC, partition }, 0)));
        Applier {
            stage: Arc::clone(stage) as Arc<dyn Stage>,
            tracker,
            progress: Arc::new(Progress::default()),
            batching,
            dead_letter_rate: rate,
            cancel: CancellationToken::new(),
        }
    }

    #[tokio::test]
    async fn poison_is_isolated_between_partitions_and_everything_else_is_applied_once() {
        let stage = Arc::new(TestStage::named("apply_poison"));
        let batching = Batching::default();
        let mut rate = DeadLetterRate::default();
        let mut applier = applier(&stage, &batching, &mut rate);
        let mut records: Vec<Record> = (0..40).map(|n| record(TOPIC, n % 2, i64::from(n / 2) * 3, b"good")).collect();
        records[7] = record(TOPIC, 1, 9, b"poison");
        records[30] = record(TOPIC, 0, 45, b"\0\0\0\0\x07poison");
        applier.apply(records).await.expect("applied");

        assert_eq!(stage.applied().len(), 38);
        let letters = stage.dead_letters();
        assert_eq!(
            letters.iter().map(|letter| (letter.record.partition, letter.record.offset)).collect::<Vec<_>>(),
            [(1, 9), (0, 45)]
        );
        assert_eq!(letters.iter().map(|letter| letter.schema_id).collect::<Vec<_>>(), [None, Some(7)]);
        assert_eq!(stage.stored_position(TOPIC, 0), 58);
        assert_eq!(stage.stored_position(TOPIC, 1), 58);
    }

    #[tokio::test]
    async fn passing_failures_are_retried_and_lasting_ones_end_the_session() {
        let stage = Arc::new(TestStage::named("apply_transient"));
        let batching = Batching { attempts: 3, ..Batching::default() };
        let mut rate = DeadLetterRate::default();
        let mut applier = applier(&stage, &batching, &mut rate);

        stage.fail_transiently(2);
        applier.apply(vec![record(TOPIC, 0, 0, b"good")]).await.expect("applied at the third attempt");
        assert_eq!(stage.stored_position(TOPIC, 0), 1);

        stage.fail_transiently(3);
        let error = applier.apply(vec![record(TOPIC, 0, 1, b"good")]).await.expect_err("three failures");
        assert_eq!(error.retry_class(), RetryClass::Transient);
        assert_eq!(stage.stored_position(TOPIC, 0), 1, "nothing was stored");
    }

    #[tokio::test]
    async fn too_many_dead_letters_stop_the_stage() {
        let stage = Arc::new(TestStage::named("apply_too_many"));
        let batching = Batching { dead_letters: DeadLetterLimit { per_minute: 2 }, ..Batching::default() };
        let mut rate = DeadLetterRate::default();
        let mut applier = applier(&stage, &batching, &mut rate);
        let records = (0..5).map(|offset| record(TOPIC, 0, offset, b"poison")).collect();
        let error = applier.apply(records).await.expect_err("over the limit");
        assert!(matches!(error, StreamError::TooManyDeadLetters { limit: 2, .. }), "{error}");
        assert_eq!(error.retry_class(), RetryClass::Fatal);
        assert_eq!(stage.stored_position(TOPIC, 0), 3, "the letters written until then are kept");
    }

    #[test]
    fn trace_ids_are_found_in_the_header() {
        let mut with_trace = record(TOPIC, 0, 0, b"good");
        with_trace.headers.push(("traceparent".to_owned(), Bytes::from_static(b"00-abc123-def-01")));
        assert_eq!(with_trace.trace_id(), Some("abc123"));
        assert_eq!(record(TOPIC, 0, 0, b"good").trace_id(), None);
    }
}
