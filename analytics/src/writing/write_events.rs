//! The stage `write_events`: events in, files out. A file counts once its row in the manifest is committed, together
//! with the ids of its events and the checkpoint; a crash before leaves a file that no one reads and a job removes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use coheron_core::ids::SiteId;
use coheron_core::retry::RetryClass;
use coheron_core::topics::{Topic, WEB_EVENT};
use coheron_core::web_event::WebEvent;
use coheron_store::checkpoints::{self, CheckpointMove};
use coheron_store::web_event_files::{self, EventFile, FileOrigin};
use coheron_store::web_event_ids::{self, SeenEvent};
use coheron_store::{Database, PipelineTransaction, StoreError};
use coheron_stream::record::{Record, TopicPartition};
use coheron_stream::stage::{Applied, Batch, DeadLetter, Stage, StageError};

use crate::error::EventFileError;
use crate::writing::event_file::EventFolder;
use crate::writing::event_rows::event_rows;

const NAME: &str = "write_events";
const TOPICS: &[Topic] = &[WEB_EVENT];

/// Puts records aside within the transaction of the stage, each once however often it comes.
#[async_trait]
pub trait DeadLetterWriter: Send + Sync {
    async fn bury(
        &self,
        transaction: &mut PipelineTransaction,
        stage: &'static str,
        letters: &[DeadLetter],
    ) -> Result<(), StoreError>;
}

/// One writer for `web_event_files`, beside the merging job, and `web_event_ids`.
pub struct WriteEvents {
    database: Database,
    folder: EventFolder,
    dead_letters: Arc<dyn DeadLetterWriter>,
}

/// Events of one site from one partition.
#[derive(Debug, Default)]
struct Share {
    events: Vec<WebEvent>,
    first_offset: i64,
    last_offset: i64,
}

type Shares = BTreeMap<(SiteId, i32), Share>;

impl WriteEvents {
    pub fn new(database: Database, folder: EventFolder, dead_letters: Arc<dyn DeadLetterWriter>) -> Self {
        Self { database, folder, dead_letters }
    }

    async fn write_files(&self, shares: Shares) -> Result<Vec<EventFile>, EventFileError> {
        let folder = self.folder.clone();
        let write = move || {
            let shares = shares.into_iter().filter(|(_, share)| !share.events.is_empty());
            let written = shares.map(|((site_id, partition), mut share)| {
                share.events.sort_by_key(|event| event.occurred_at);
                let origin = FileOrigin { partition, first_offset: share.first_offset, last_offset: share.last_offset };
                folder.write(site_id, WEB_EVENT.name, Some(origin), &event_rows(&share.events)?)
            });
            written.collect()
        };
        tokio::task::spawn_blocking(write).await?
    }
}

#[async_trait]
impl Stage for WriteEvents {
    fn name(&self) -> &'static str {
        NAME
    }

    fn topics(&self) -> &'static [Topic] {
        TOPICS
    }

    async fn positions(&self, partitions: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError> {
        let stored = checkpoints::list(&self.database, NAME).await.map_err(|error| stage_error(error.into()))?;
        let position_of = |partition: &TopicPartition| {
            stored
                .iter()
                .find(|checkpoint| checkpoint.topic == partition.topic && checkpoint.partition == partition.partition)
                .map_or(0, |checkpoint| checkpoint.next_offset)
        };
        Ok(partitions.iter().map(|partition| (*partition, position_of(partition))).collect())
    }

    async fn process(&self, batch: &Batch) -> Result<Applied, StageError> {
        let (mut shares, mut letters) = read_events(&batch.records);
        let set_aside = letters.iter().map(|letter| letter.reason_code).collect();
        letters.extend(batch.dead_letters.iter().cloned());

        let fail = |error: StoreError| stage_error(error.into());
        let mut transaction = self.database.begin_pipeline().await.map_err(fail)?;
        let received = shares.values().map(|share| share.events.len()).sum::<usize>();
        let mut new = web_event_ids::insert_new(&mut transaction, &seen(&shares)).await.map_err(fail)?;
        for share in shares.values_mut() {
            // Removing what was found also drops the second of two equal events of this very batch.
            share.events.retain(|event| new.remove(&(event.site_id, event.event_id)));
        }
        let written = shares.values().map(|share| share.events.len()).sum::<usize>();
        for file in self.write_files(shares).await.map_err(stage_error)? {
            web_event_files::insert(&mut transaction, &file).await.map_err(fail)?;
            metrics::counter!("coheron_analytics_written_files_total").increment(1);
        }
        self.dead_letters.bury(&mut transaction, NAME, &letters).await.map_err(fail)?;
        let moves: Vec<CheckpointMove<'_>> = batch
            .advances
            .iter()
            .map(|advance| CheckpointMove {
                topic: advance.partition.topic,
                partition: advance.partition.partition,
                from: advance.from,
                to: advance.to,
            })
            .collect();
        if let Some((_, partition)) = checkpoints::advance(&mut transaction, NAME, &moves).await.map_err(fail)? {
            // Dropping the transaction rolls back everything above; the files are left to the job that removes them.
            return Err(StageError::Fenced { partition: TopicPartition { topic: WEB_EVENT.name, partition } });
        }
        transaction.commit().await.map_err(|error| fail(StoreError::from(error)))?;
        metrics::counter!("coheron_analytics_written_events_total").increment(written as u64);
        metrics::counter!("coheron_analytics_repeated_events_total").increment((received - written) as u64);
        Ok(Applied { set_aside })
    }
}

/// Events by site and partition; what is no event becomes a dead letter.
fn read_events(records: &[Record]) -> (Shares, Vec<DeadLetter>) {
    let mut shares = Shares::new();
    let mut letters = Vec::new();
    for record in records {
        match read_event(record) {
            Ok(event) => {
                let share = shares.entry((event.site_id, record.partition)).or_insert_with(|| Share {
                    events: Vec::new(),
                    first_offset: record.offset,
                    last_offset: record.offset,
                });
                share.last_offset = record.offset;
                share.events.push(event);
            }
            Err((reason_code, reason)) => {
                letters.push(DeadLetter { record: record.clone(), reason_code, reason, schema_id: None });
            }
        }
    }
    (shares, letters)
}

fn read_event(record: &Record) -> Result<WebEvent, (&'static str, String)> {
    let payload = record.payload.as_deref().ok_or(("missing_payload", "an event cannot be deleted".to_owned()))?;
    let event: WebEvent =
        serde_json::from_slice(payload).map_err(|error| ("garbled_event", format!("not a web event: {error}")))?;
    match event.problems().first() {
        Some(problem) => Err(("invalid_event", format!("{}: {}", problem.field, problem.problem))),
        None => Ok(event),
    }
}

fn seen(shares: &Shares) -> Vec<SeenEvent> {
    let events = shares.values().flat_map(|share| &share.events);
    events
        .map(|event| SeenEvent {
            site_id: event.site_id,
            event_id: event.event_id,
            received_on: event.received_at.date_naive(),
        })
        .collect()
}

fn stage_error(error: EventFileError) -> StageError {
    let context = "events could not be written";
    match error.retry_class() {
        RetryClass::Transient | RetryClass::Fenced => StageError::Transient { context, source: Box::new(error) },
        RetryClass::Poison => StageError::Poison { reason_code: "refused_by_database", reason: cause_of(&error) },
        RetryClass::Fatal => StageError::Fatal { context, source: Box::new(error) },
    }
}

fn cause_of(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::*;

    fn record(offset: i64, payload: Option<&Value>) -> Record {
        Record {
            topic: WEB_EVENT.name,
            partition: 2,
            offset,
            key: None,
            payload: payload.map(|payload| Bytes::from(payload.to_string())),
            headers: Vec::new(),
            timestamp: DateTime::UNIX_EPOCH,
        }
    }

    fn event(site: u128) -> Value {
        json!({"event_id": uuid::Uuid::from_u128(5), "site_id": uuid::Uuid::from_u128(site), "name": "search",
            "occurred_at": "2026-03-01T10:00:00.250Z", "received_at": "2026-03-01T10:00:01.000Z",
            "visitor_id": "v1", "device": "mobile", "search_term": "mug"})
    }

    #[test]
    fn events_are_shared_out_by_site_and_what_is_none_is_put_aside_with_its_reason() {
        let mut wrong = event(1);
        wrong["name"] = json!("two words");
        let records = [
            record(10, Some(&event(1))),
            record(11, Some(&json!({"event_id": 7}))),
            record(12, Some(&event(2))),
            record(13, None),
            record(14, Some(&wrong)),
            record(15, Some(&event(1))),
        ];
        let (shares, letters) = read_events(&records);
        let of_first = &shares[&(SiteId(uuid::Uuid::from_u128(1)), 2)];
        assert_eq!((of_first.events.len(), of_first.first_offset, of_first.last_offset), (2, 10, 15));
        assert_eq!(shares.len(), 2);
        let reasons: Vec<_> = letters.iter().map(|letter| (letter.record.offset, letter.reason_code)).collect();
        assert_eq!(reasons, [(11, "garbled_event"), (13, "missing_payload"), (14, "invalid_event")]);
        assert!(letters[2].reason.starts_with("name:"), "{}", letters[2].reason);
    }
}
