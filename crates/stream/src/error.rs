//! What can go wrong between the stages and the broker.

use coheron_core::retry::RetryClass;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::record::TopicPartition;
use crate::stage::StageError;

#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// A property that librdkafka refuses, or a client that cannot be made from the settings.
    #[error("the Kafka client settings are not usable: {context}")]
    Settings {
        context: &'static str,
        #[source]
        source: KafkaError,
    },
    #[error("Kafka did not {operation}")]
    Broker {
        operation: &'static str,
        #[source]
        source: KafkaError,
    },
    #[error("Kafka did not {operation}, error code {code:?}")]
    Refused { operation: &'static str, code: RDKafkaErrorCode },
    #[error("Kafka did not {operation} in time")]
    TimedOut { operation: &'static str },
    #[error("the topic {topic} does not exist in the broker")]
    TopicMissing { topic: String },
    /// The partition count of a topic cannot be changed without moving keys to other partitions.
    #[error("the topic {topic} has {actual} partitions where {expected} are required; recreate it")]
    PartitionDrift { topic: String, expected: i32, actual: i32 },
    #[error("a record of {bytes} bytes for {topic} is larger than the broker takes")]
    RecordTooLarge { topic: &'static str, bytes: usize },
    /// The producer lost its sequence, or sight of every broker; it has been replaced, so that the next call starts
    /// afresh.
    #[error("the producer had to be replaced")]
    ProducerReplaced(#[source] KafkaError),
    /// The stored position lies behind the end of the log: the topic was recreated or the broker lost records.
    #[error(
        "the checkpoint of {partition:?} stands at {position}, beyond the end of the log at {log_end}; \
         the topic was recreated or lost records: rebuild the stage"
    )]
    PositionBeyondLog { partition: TopicPartition, position: i64, log_end: i64 },
    /// Another process runs under the same instance name.
    #[error("another process took over the group membership of this instance")]
    MembershipTaken(#[source] KafkaError),
    /// The consumer knows no broker any more and looks for none.
    #[error("the consumer lost sight of every broker")]
    Stranded,
    #[error("the consumer stopped working")]
    ConsumerBroken(#[source] KafkaError),
    /// The thread that polls the broker ended without saying why.
    #[error("the consumer thread ended unexpectedly")]
    ConsumerThreadEnded,
    /// The previous batch could not be finished while the group took the partition away.
    #[error("partitions were taken away before the batch in hand was finished")]
    RevokedTooSoon,
    #[error("the stage {stage} failed")]
    Stage {
        stage: &'static str,
        #[source]
        source: StageError,
    },
    #[error(
        "the stage {stage} was stopped: more than {limit} records in a minute went to the dead letters, the last with {reason_code}"
    )]
    TooManyDeadLetters { stage: &'static str, limit: u32, reason_code: &'static str },
    /// The stage refused to write the dead letter of a record that it had refused to apply.
    #[error("the stage {stage} could not write a dead letter: {reason}")]
    DeadLetterRefused { stage: &'static str, reason: String },
}

impl StreamError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Settings { .. }
            | Self::PartitionDrift { .. }
            | Self::TooManyDeadLetters { .. }
            | Self::DeadLetterRefused { .. } => RetryClass::Fatal,
            Self::RecordTooLarge { .. } => RetryClass::Poison,
            Self::Broker { .. }
            | Self::Refused { .. }
            | Self::TimedOut { .. }
            | Self::TopicMissing { .. }
            | Self::ProducerReplaced(_)
            | Self::PositionBeyondLog { .. }
            | Self::MembershipTaken(_)
            | Self::Stranded
            | Self::ConsumerBroken(_)
            | Self::ConsumerThreadEnded
            | Self::RevokedTooSoon => RetryClass::Transient,
            Self::Stage { source, .. } => source.retry_class(),
        }
    }

    /// Restarts in a row after which the error is no longer taken for a passing one. A broker that just started may
    /// announce an old log end for a moment, and a membership is taken over for good only by a second process.
    pub(crate) fn bounded_restarts(&self) -> Option<u32> {
        match self {
            Self::PositionBeyondLog { .. } | Self::MembershipTaken(_) => Some(6),
            _ => None,
        }
    }
}
