//! Reads a topic as a consumer beside the shop would.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use coheron_core::topics::Topic;
use coheron_stream::{
    Applied, Assignment, Batch, Batching, KafkaSettings, Record, Stage, StageError, TopicPartition, run_stage,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Keeps every record of a topic from its beginning on. Reading ends when this is dropped.
pub struct TopicReader {
    records: Arc<Mutex<Vec<Record>>>,
    _reading: DropGuard,
}

struct Keep {
    topics: &'static [Topic],
    records: Arc<Mutex<Vec<Record>>>,
}

impl TopicReader {
    pub fn start(kafka: &KafkaSettings, topics: &'static [Topic]) -> Self {
        let records = Arc::new(Mutex::new(Vec::new()));
        let cancel = CancellationToken::new();
        let stage = Arc::new(Keep { topics, records: records.clone() });
        let (kafka, stop) = (kafka.clone(), cancel.clone());
        tokio::spawn(async move { run_stage(&kafka, Assignment::All, stage, Batching::default(), stop).await });
        Self { records, _reading: cancel.drop_guard() }
    }

    /// What was read so far.
    pub fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Stage for Keep {
    fn name(&self) -> &'static str {
        "read_topic"
    }

    fn topics(&self) -> &'static [Topic] {
        self.topics
    }

    async fn positions(&self, _: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError> {
        let mut positions = HashMap::new();
        for record in self.records.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            positions.insert(record.topic_partition(), record.offset + 1);
        }
        Ok(positions)
    }

    async fn process(&self, batch: &Batch) -> Result<Applied, StageError> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).extend(batch.records.iter().cloned());
        Ok(Applied::default())
    }
}
