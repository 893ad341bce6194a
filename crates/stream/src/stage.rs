//! What a stage of the pipeline is.

use std::collections::HashMap;

use async_trait::async_trait;
use coheron_core::retry::RetryClass;
use coheron_core::topics::Topic;

use crate::record::{Record, TopicPartition};

/// Consumes batches of records and moves its own checkpoint together with their effect.
#[async_trait]
pub trait Stage: Send + Sync {
    /// Verb_noun; names the consumer group (`coheron-<name>`), the checkpoint rows and the metrics.
    fn name(&self) -> &'static str;

    fn topics(&self) -> &'static [Topic];

    /// The next offset to process for each of these partitions; 0 where nothing was processed yet.
    async fn positions(&self, partitions: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError>;

    /// Applies the batch and moves the checkpoint, both or neither. Called again with a part of the batch after a
    /// `Poison` error, so that the record at fault is found by halving.
    async fn process(&self, batch: &Batch) -> Result<Applied, StageError>;
}

/// What became of a batch that was applied.
#[derive(Debug, Default)]
pub struct Applied {
    /// Reason codes of the records that the stage put aside by itself, beside those in `Batch::dead_letters`.
    pub set_aside: Vec<&'static str>,
}

/// Records in consumption order, and how far they move the checkpoint of each partition.
#[derive(Debug, Default)]
pub struct Batch {
    pub records: Vec<Record>,
    pub advances: Vec<Advance>,
    /// Records that were isolated as poison by an earlier attempt: their effect is the dead letter alone. Their offsets
    /// lie within `advances` like those of `records`.
    pub dead_letters: Vec<DeadLetter>,
}

/// A compare-and-set of one partition's checkpoint: it must stand at `from` and moves to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advance {
    pub partition: TopicPartition,
    pub from: i64,
    pub to: i64,
}

/// A record that cannot be applied, with everything needed to understand and replay it.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    pub record: Record,
    /// Stable machine-readable code, for example `garbled_avro`.
    pub reason_code: &'static str,
    /// What is wrong, naming the field.
    pub reason: String,
    /// The schema id of the Confluent wire format, where the record carried one.
    pub schema_id: Option<i32>,
}

#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("{context}")]
    Transient {
        context: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// At least one record of the batch is at fault.
    #[error("{reason}")]
    Poison { reason_code: &'static str, reason: String },
    #[error("another owner moved the checkpoint of {partition:?}")]
    Fenced { partition: TopicPartition },
    #[error("{context}")]
    Fatal {
        context: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StageError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Transient { .. } => RetryClass::Transient,
            Self::Poison { .. } => RetryClass::Poison,
            Self::Fenced { .. } => RetryClass::Fenced,
            Self::Fatal { .. } => RetryClass::Fatal,
        }
    }
}
