//! Keeps a stage fed until it is cancelled or cannot go on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use coheron_core::retry::RetryClass;
use tokio_util::sync::CancellationToken;

use crate::applier::DeadLetterRate;
use crate::backoff::Backoff;
use crate::batching::Batching;
use crate::error::StreamError;
use crate::meters;
use crate::session::Session;
use crate::settings::KafkaSettings;
use crate::stage::Stage;

const FIRST_RESTART: Duration = Duration::from_millis(50);
const LONGEST_RESTART: Duration = Duration::from_secs(5);
/// A session that lived this long was sound: the next restart is quick again.
const SOUND_SESSION: Duration = Duration::from_secs(60);

/// Which partitions of its topics a stage gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// A share of them: the processes that run this stage divide them as a consumer group.
    Group,
    /// All of them: every process reads everything, as search replicas do.
    All,
}

/// Feeds the stage from the stored positions on. Ok means cancelled, with the batch in hand finished; an error means
/// that going on needs somebody's help. Everything else, a broker or a database that is away among it, is waited out by
/// starting a new session from the stored positions.
pub async fn run_stage(
    settings: &KafkaSettings,
    assignment: Assignment,
    stage: Arc<dyn Stage>,
    batching: Batching,
    cancel: CancellationToken,
) -> Result<(), StreamError> {
    let name = stage.name();
    let mut dead_letter_rate = DeadLetterRate::default();
    let mut backoff = Backoff::new(FIRST_RESTART, LONGEST_RESTART);
    let mut bounded_in_a_row = 0;
    let session = Session { settings, assignment, stage: &stage, batching: &batching, cancel: &cancel };
    loop {
        let started = Instant::now();
        let Err(error) = session.run(&mut dead_letter_rate).await else { return Ok(()) };
        if started.elapsed() >= SOUND_SESSION {
            backoff.reset();
            bounded_in_a_row = 0;
        }
        bounded_in_a_row = if error.bounded_restarts().is_some() { bounded_in_a_row + 1 } else { 0 };
        if !may_pass(&error, bounded_in_a_row) {
            tracing::error!(stage = name, %error, cause = cause_of(&error), "the stage stops");
            return Err(error);
        }
        let wait = backoff.next_wait(rand::random());
        meters::restarted(name);
        tracing::warn!(stage = name, %error, cause = cause_of(&error), ?wait, "starting again from the stored positions");
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// `in_a_row` counts the errors whose restarts are bounded, this one among them; others between them start over, since
/// a server that was away says nothing about them.
fn may_pass(error: &StreamError, in_a_row: u32) -> bool {
    match error.retry_class() {
        RetryClass::Fatal | RetryClass::Poison => false,
        RetryClass::Transient | RetryClass::Fenced => error.bounded_restarts().is_none_or(|bound| in_a_row <= bound),
    }
}

/// The chain of causes in words; Display of our errors leaves them out.
fn cause_of(error: &StreamError) -> String {
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.join(": ")
}

#[cfg(test)]
mod tests {
    use rdkafka::error::{KafkaError, RDKafkaErrorCode};

    use super::*;
    use crate::record::TopicPartition;
    use crate::stage::StageError;

    #[test]
    fn fenced_sessions_restart_and_a_lost_log_is_given_up_after_some_restarts() {
        let partition = TopicPartition { topic: "erp.price.change.v1", partition: 0 };
        let fenced = StreamError::Stage { stage: "project_price", source: StageError::Fenced { partition } };
        assert!(may_pass(&fenced, 1000));

        let beyond = StreamError::PositionBeyondLog { partition, position: 10, log_end: 5 };
        assert!(may_pass(&beyond, 6));
        assert!(!may_pass(&beyond, 7));

        let taken =
            StreamError::MembershipTaken(KafkaError::MessageConsumptionFatal(RDKafkaErrorCode::FencedInstanceId));
        assert!(!may_pass(&taken, 8));
        assert_eq!(cause_of(&fenced), format!("another owner moved the checkpoint of {partition:?}"));
    }
}
