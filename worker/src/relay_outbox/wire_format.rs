//! The wire format of topics with a schema: records leave their transaction as JSON, so that no order waits for a
//! schema registry, and become Avro with a schema id on their way out.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use coheron_core::ports::SchemaRegistrar;
use coheron_core::topics::MAX_RECORD_BYTES;
use coheron_schemas::codec;
use coheron_schemas::framing::frame;
use coheron_schemas::record_kind::RecordKind;
use coheron_store::outbox::OutboxMessage;

/// How long the messages of a topic stay in the outbox when the registry gave no id for its schema.
const HOLD_BACK: Duration = Duration::from_secs(1);

/// Knows the schema ids of this process's records. Ids never change, so each is asked for once.
pub struct WireFormat {
    registrar: Arc<dyn SchemaRegistrar>,
    topic_prefix: String,
    ids: Mutex<HashMap<RecordKind, SchemaId>>,
}

#[derive(Debug, Clone, Copy)]
enum SchemaId {
    Known(i32),
    MissingSince(Instant),
}

/// Why a message will never leave: its content is at fault.
#[derive(Debug, PartialEq, Eq)]
pub struct Unsendable {
    pub reason_code: &'static str,
    pub reason: String,
}

impl WireFormat {
    /// `topic_prefix` stands before the names of topics in the broker, and so in the registry's subjects.
    pub fn new(registrar: Arc<dyn SchemaRegistrar>, topic_prefix: &str) -> Self {
        Self { registrar, topic_prefix: topic_prefix.to_owned(), ids: Mutex::default() }
    }

    /// Topics whose schema has no id at the moment.
    pub(super) fn held_back_topics(&self) -> Vec<&'static str> {
        let ids = self.ids();
        let is_held_back = |kind: &RecordKind| matches!(ids.get(kind), Some(SchemaId::MissingSince(asked_at)) if asked_at.elapsed() < HOLD_BACK);
        RecordKind::ALL.iter().filter(|kind| is_held_back(kind)).map(|kind| kind.topic().name).collect()
    }

    /// The kinds of records among these messages for which no schema id is known.
    pub(super) fn kinds_without_id(&self, messages: &[OutboxMessage]) -> Vec<RecordKind> {
        let topics: BTreeSet<&str> = messages.iter().map(|message| message.topic.as_str()).collect();
        let ids = self.ids();
        let kinds = topics.into_iter().filter_map(RecordKind::of_topic);
        kinds.filter(|kind| !matches!(ids.get(kind), Some(SchemaId::Known(_)))).collect()
    }

    /// Asks the registry for the ids. The topics of kinds that get none are held back for a moment, whatever the
    /// cause: a registry that is away comes back, and one that refuses the schema has to be put right by somebody,
    /// while everything else goes out.
    pub(super) async fn learn_ids(&self, kinds: &[RecordKind]) {
        for kind in kinds {
            let subject = kind.subject(&format!("{}{}", self.topic_prefix, kind.topic().name));
            let id = match self.registrar.register_schema(&subject, kind.avsc()).await {
                Ok(id) => SchemaId::Known(id),
                Err(error) => {
                    let cause = error.source.as_ref();
                    let retry_class = error.retry_class;
                    tracing::warn!(subject, %error, %cause, ?retry_class, "messages wait for the id of their schema");
                    metrics::counter!("coheron_relay_schema_failures_total").increment(1);
                    SchemaId::MissingSince(Instant::now())
                }
            };
            self.ids().insert(*kind, id);
        }
    }

    /// The payload in the wire format; none where it goes out as it is stored.
    pub(super) fn encode(&self, message: &OutboxMessage) -> Result<Option<Vec<u8>>, Unsendable> {
        let Some(stored) = &message.payload else { return Ok(None) };
        let known_id = RecordKind::of_topic(&message.topic).and_then(|kind| match self.ids().get(&kind) {
            Some(SchemaId::Known(id)) => Some((kind, *id)),
            _ => None,
        });
        let encoded = match known_id {
            None => None,
            Some((kind, id)) => {
                let body = codec::encode_json(kind, stored)
                    .map_err(|error| Unsendable { reason_code: "not_a_record", reason: error.to_string() })?;
                Some(frame(id, &body))
            }
        };
        let headers: usize = message.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let bytes = message.key.len() + encoded.as_ref().unwrap_or(stored).len() + headers;
        if bytes > MAX_RECORD_BYTES {
            let reason = format!("the record has {bytes} bytes; at most {MAX_RECORD_BYTES} are accepted");
            return Err(Unsendable { reason_code: "record_too_large", reason });
        }
        Ok(encoded)
    }

    fn ids(&self) -> MutexGuard<'_, HashMap<RecordKind, SchemaId>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "wire_format_tests.rs"]
mod tests;
