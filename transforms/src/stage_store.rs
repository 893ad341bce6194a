//! What every stage does with the database: read its positions, and move them together with its effect.

use std::collections::HashMap;

use coheron_core::retry::RetryClass;
use coheron_core::topics::Topic;
use coheron_store::checkpoints::{self, CheckpointMove};
use coheron_store::{Database, PipelineTransaction, StoreError};
use coheron_stream::record::TopicPartition;
use coheron_stream::stage::{Advance, DeadLetter, StageError};

use crate::quarantine::quarantine;

/// The next offset of each of these partitions; 0 where nothing was processed yet.
pub async fn positions(
    database: &Database,
    stage: &str,
    partitions: &[TopicPartition],
) -> Result<HashMap<TopicPartition, i64>, StageError> {
    let stored = checkpoints::list(database, stage).await.map_err(stage_error)?;
    let position_of = |partition: &TopicPartition| {
        stored
            .iter()
            .find(|checkpoint| checkpoint.topic == partition.topic && checkpoint.partition == partition.partition)
            .map_or(0, |checkpoint| checkpoint.next_offset)
    };
    Ok(partitions.iter().map(|partition| (*partition, position_of(partition))).collect())
}

/// Commits the effect of a batch with its dead letters and its advances, all or nothing.
pub async fn finish(
    mut transaction: PipelineTransaction,
    stage: &'static str,
    topics: &[Topic],
    letters: &[DeadLetter],
    advances: &[Advance],
) -> Result<(), StageError> {
    quarantine(&mut transaction, stage, letters).await.map_err(stage_error)?;
    let moves: Vec<CheckpointMove<'_>> = advances
        .iter()
        .map(|advance| CheckpointMove {
            topic: advance.partition.topic,
            partition: advance.partition.partition,
            from: advance.from,
            to: advance.to,
        })
        .collect();
    if let Some((topic, partition)) =
        checkpoints::advance(&mut transaction, stage, &moves).await.map_err(stage_error)?
    {
        // Dropping the transaction rolls back everything in it.
        let topic = topics.iter().find(|known| known.name == topic).map_or("", |known| known.name);
        return Err(StageError::Fenced { partition: TopicPartition { topic, partition } });
    }
    transaction.commit().await.map_err(|error| stage_error(StoreError::from(error)))
}

pub fn stage_error(error: StoreError) -> StageError {
    let context = "the effect of a batch could not be written";
    match error.retry_class() {
        RetryClass::Poison => {
            let reason = match &error {
                StoreError::Database(cause) => cause.to_string(),
                other => other.to_string(),
            };
            StageError::Poison { reason_code: "refused_by_database", reason }
        }
        RetryClass::Transient | RetryClass::Fenced => StageError::Transient { context, source: Box::new(error) },
        RetryClass::Fatal => StageError::Fatal { context, source: Box::new(error) },
    }
}
