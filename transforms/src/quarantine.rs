//! Puts records that cannot be applied aside: once into the table, once onto the dead-letter topic.

use chrono::Utc;
use coheron_core::topics::{self, Topic};
use coheron_store::dead_letters::{self, StoredDeadLetter};
use coheron_store::outbox::{self, NewOutboxMessage};
use coheron_store::{PipelineTransaction, StoreError};
use coheron_stream::record::Record;
use coheron_stream::stage::DeadLetter;
use uuid::Uuid;

/// Stores the letters that are new to this stage and announces them on their dead-letter topic.
pub async fn quarantine(
    transaction: &mut PipelineTransaction,
    stage: &'static str,
    letters: &[DeadLetter],
) -> Result<(), StoreError> {
    let mut messages = Vec::new();
    for letter in letters {
        if dead_letters::insert(transaction, &stored(stage, letter)).await? {
            messages.push(message(stage, letter));
        }
    }
    outbox::insert(transaction, &messages).await
}

fn stored(stage: &'static str, letter: &DeadLetter) -> StoredDeadLetter {
    let record = &letter.record;
    StoredDeadLetter {
        id: Uuid::now_v7(),
        stage: stage.to_owned(),
        topic: record.topic.to_owned(),
        partition: record.partition,
        record_offset: record.offset,
        reason_code: letter.reason_code.to_owned(),
        // Postgres cannot store U+0000, and a reason may quote what was received.
        reason: letter.reason.replace('\0', "\u{fffd}"),
        schema_id: letter.schema_id,
        record_key: record.key.as_ref().map(|key| key.to_vec()),
        payload: record.payload.as_ref().map(|payload| payload.to_vec()),
        headers: readable_headers(record),
        trace_id: record.trace_id().filter(|id| id.len() == 32).map(str::to_owned),
        recorded_at: Utc::now(),
    }
}

fn message(stage: &'static str, letter: &DeadLetter) -> NewOutboxMessage {
    let record = &letter.record;
    let mut headers = readable_headers(record);
    headers.extend([
        ("dead_letter_stage".to_owned(), stage.to_owned()),
        ("dead_letter_topic".to_owned(), record.topic.to_owned()),
        ("dead_letter_partition".to_owned(), record.partition.to_string()),
        ("dead_letter_offset".to_owned(), record.offset.to_string()),
        ("dead_letter_reason_code".to_owned(), letter.reason_code.to_owned()),
        ("dead_letter_reason".to_owned(), letter.reason.clone()),
    ]);
    NewOutboxMessage {
        topic: dead_letter_topic(record.topic).name,
        key: record.key.as_ref().map(|key| key.to_vec()).unwrap_or_default(),
        payload: record.payload.as_ref().map(|payload| payload.to_vec()),
        headers,
    }
}

fn dead_letter_topic(name: &str) -> &'static Topic {
    topics::find(name).map_or(&topics::ERP_DEAD_LETTERS, Topic::dead_letters)
}

fn readable_headers(record: &Record) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).replace('\0', "\u{fffd}");
    record.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}
