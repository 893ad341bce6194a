//! The streaming vocabulary: records, stages and the loop that feeds a stage from Kafka, effectively once.
//!
//! Hidden contract: a stage owns its position. The loop starts every partition where the stage says it stands, hands
//! over batches with the positions they move, and never trusts the broker's group offsets, which serve lag display only.

pub mod admin;
mod applier;
mod backoff;
pub mod batching;
mod broker_watch;
mod client_context;
mod error;
mod event_queue;
mod gathering;
mod meters;
mod position_tracker;
pub mod producer;
mod progress;
pub mod record;
pub mod runner;
mod session;
pub mod settings;
mod source;
mod source_context;
pub mod stage;

#[cfg(test)]
mod broker_tests;
#[cfg(test)]
mod stranded_tests;
#[cfg(test)]
mod test_stage;

pub use admin::{
    PartitionDescription, TopicDescription, describe_topics, end_offsets, ensure_topics, partition_offsets,
};
pub use batching::{Batching, DeadLetterLimit};
pub use error::StreamError;
pub use producer::{Delivered, OutgoingRecord, RecordProducer};
pub use record::{Record, TopicPartition};
pub use runner::{Assignment, run_stage};
pub use settings::KafkaSettings;
pub use stage::{Advance, Applied, Batch, DeadLetter, Stage, StageError};
