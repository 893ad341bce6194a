//! The job `relay_outbox`: publishes what transactions left in the outbox.
//!
//! A message is deleted in the transaction that claimed it, after the broker stored it. A crash in between publishes it
//! again: consumers drop what they know.
//!
//! Several relays may run, each takes what the others have not claimed. Events may overtake each other between them and
//! carry what their consumers order them by. States may not: compaction keeps what was written last, so an older state
//! behind a newer one would come back in the next rebuild. Only one relay at a time has them.

mod wire_format;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use chrono::Utc;
use coheron_core::retry::RetryClass;
use coheron_core::topics::{self, TopicClass};
use coheron_store::dead_letters::{self, StoredDeadLetter};
use coheron_store::notifications::OUTBOX_CHANNEL;
use coheron_store::outbox::{self, ClaimBounds, OutboxMessage};
use coheron_store::{Database, PipelineTransaction, StoreError};
use coheron_stream::{OutgoingRecord, RecordProducer, StreamError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::empty_queue::{Queue, empty_queue};
use wire_format::Unsendable;
pub use wire_format::WireFormat;

const NAME: &str = "relay_outbox";
/// A batch is in memory as a whole, and a document may have 1 MiB, an event or dead letter 4 MiB.
const BATCH: ClaimBounds = ClaimBounds { messages: 1_000, bytes: 16 * 1024 * 1024 };

pub struct RelayOutbox {
    database: Database,
    producer: Arc<RecordProducer>,
    wire_format: WireFormat,
}

#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    #[error("the outbox cannot be read")]
    Store(#[from] StoreError),
    #[error("the broker did not store a message")]
    Stream(#[from] StreamError),
    #[error("message {id} is for {topic}, which is no topic of this version")]
    UnknownTopic { id: i64, topic: String },
}

impl RelayError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Store(error) => error.retry_class(),
            Self::Stream(error) => error.retry_class(),
            Self::UnknownTopic { .. } => RetryClass::Fatal,
        }
    }
}

impl RelayOutbox {
    pub fn new(database: Database, producer: Arc<RecordProducer>, wire_format: WireFormat) -> Self {
        Self { database, producer, wire_format }
    }

    /// Relays until it is cancelled. A broker or a database that is away is waited for; anything that waiting cannot
    /// mend is returned.
    pub async fn run(&self, cancel: CancellationToken) -> Result<(), RelayError> {
        empty_queue(self, &self.database, &cancel).await
    }
}

impl Queue for RelayOutbox {
    type Error = RelayError;

    const JOB: &'static str = NAME;
    const CHANNEL: &'static str = OUTBOX_CHANNEL;

    /// Publishes one batch; false where there was nothing to do.
    async fn take_batch(&self) -> Result<bool, RelayError> {
        let mut transaction = self.database.begin_pipeline().await?;
        let mut held_back = self.wire_format.held_back_topics();
        if !outbox::own_states(&mut transaction).await? {
            held_back
                .extend(topics::ALL.iter().filter(|topic| topic.class == TopicClass::State).map(|topic| topic.name));
        }
        let messages = outbox::claim(&mut transaction, BATCH, &held_back).await?;
        if messages.is_empty() {
            // At once: the next look must not meet the lock of this one.
            transaction.rollback().await.map_err(StoreError::from)?;
            return Ok(false);
        }
        let kinds = self.wire_format.kinds_without_id(&messages);
        if !kinds.is_empty() {
            // Nothing stays locked while the registry is asked; the next look knows what came of it.
            transaction.rollback().await.map_err(StoreError::from)?;
            self.wire_format.learn_ids(&kinds).await;
            return Ok(true);
        }
        let ids: Vec<i64> = messages.iter().map(|message| message.id).collect();
        let mut records = Vec::with_capacity(messages.len());
        for message in coalesce(messages)? {
            match self.wire_format.encode(&message.stored) {
                Ok(encoded) => records.push(message.into_record(encoded)),
                Err(unsendable) => set_aside(&mut transaction, &message.stored, unsendable).await?,
            }
        }
        metrics::counter!("coheron_relay_published_messages_total").increment(records.len() as u64);
        self.producer.send_all(records).await?;
        outbox::delete(&mut transaction, &ids).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        metrics::counter!("coheron_relay_outbox_messages_total").increment(ids.len() as u64);
        Ok(true)
    }

    fn retry_class(error: &RelayError) -> RetryClass {
        error.retry_class()
    }
}

/// A message with the topic it goes to.
struct Claimed {
    topic: &'static str,
    stored: OutboxMessage,
}

impl Claimed {
    fn into_record(self, encoded: Option<Vec<u8>>) -> OutgoingRecord {
        OutgoingRecord {
            topic: self.topic,
            key: Bytes::from(self.stored.key),
            payload: encoded.or(self.stored.payload).map(Bytes::from),
            headers: self.stored.headers.into_iter().map(|(name, value)| (name, Bytes::from(value))).collect(),
        }
    }
}

/// Of the messages of one key only the last is worth sending where the topic holds states; events all count.
fn coalesce(messages: Vec<OutboxMessage>) -> Result<Vec<Claimed>, RelayError> {
    let mut last_of_key: HashMap<(&'static str, Vec<u8>), usize> = HashMap::with_capacity(messages.len());
    let mut claimed: Vec<Option<Claimed>> = Vec::with_capacity(messages.len());
    for message in messages {
        let Some(topic) = topics::find(&message.topic) else {
            return Err(RelayError::UnknownTopic { id: message.id, topic: message.topic });
        };
        if topic.class == TopicClass::State
            && let Some(earlier) = last_of_key.insert((topic.name, message.key.clone()), claimed.len())
        {
            claimed[earlier] = None;
        }
        claimed.push(Some(Claimed { topic: topic.name, stored: message }));
    }
    Ok(claimed.into_iter().flatten().collect())
}

/// A message that can never be sent must not hold up the others, nor be lost: it moves to the dead letters, where
/// operators see it with its reason. The id in the outbox stands for the offset.
async fn set_aside(
    transaction: &mut PipelineTransaction,
    message: &OutboxMessage,
    Unsendable { reason_code, reason }: Unsendable,
) -> Result<(), StoreError> {
    tracing::error!(id = message.id, topic = message.topic, reason_code, reason, "a message cannot be sent");
    metrics::counter!("coheron_relay_unsendable_messages_total", "reason" => reason_code).increment(1);
    let letter = StoredDeadLetter {
        id: Uuid::now_v7(),
        stage: NAME.to_owned(),
        topic: message.topic.clone(),
        partition: 0,
        record_offset: message.id,
        reason_code: reason_code.to_owned(),
        // Postgres cannot store U+0000, and a reason may quote the message.
        reason: reason.replace('\0', "\u{fffd}"),
        schema_id: None,
        record_key: Some(message.key.clone()),
        payload: message.payload.clone(),
        headers: message.headers.clone(),
        trace_id: None,
        recorded_at: Utc::now(),
    };
    dead_letters::insert(transaction, &letter).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: i64, topic: &str, key: &str) -> OutboxMessage {
        OutboxMessage {
            id,
            topic: topic.to_owned(),
            key: key.as_bytes().to_vec(),
            payload: Some(id.to_string().into_bytes()),
            headers: vec![],
        }
    }

    #[test]
    fn states_are_coalesced_per_key_and_other_messages_are_not() {
        let documents = topics::CATALOG_DOCUMENT_STATE.name;
        let letters = topics::ERP_DEAD_LETTERS.name;
        let records = coalesce(vec![
            message(1, documents, "a"),
            message(2, documents, "b"),
            message(3, letters, "a"),
            message(4, documents, "a"),
            message(5, letters, "a"),
        ])
        .expect("known topics");
        let payloads: Vec<_> = records.iter().filter_map(|record| record.stored.payload.as_deref()).collect();
        assert_eq!(payloads, [b"2", b"3", b"4", b"5"]);
    }

    #[test]
    fn a_topic_of_another_version_is_not_dropped_silently() {
        let Err(error) = coalesce(vec![message(7, "catalog.unknown.v9", "a")]) else { panic!("an error") };
        assert_eq!(error.retry_class(), RetryClass::Fatal);
    }
}
