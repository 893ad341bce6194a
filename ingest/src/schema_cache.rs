//! Writer schemas by id. An id means the same schema forever, so what was found is kept; what was not found is asked
//! for again after a moment, since a producer may register its schema any time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::ports::{SchemaSource, SchemaSourceError};
use coheron_schemas::codec::CodecError;
use coheron_schemas::writer_schema::WriterSchema;

/// An ERP has a handful of schemas; garbled records name arbitrary ids, which must not fill the memory.
const MAX_ENTRIES: usize = 1_000;
/// How long an unknown id is not asked for again.
const UNKNOWN_FOR: TimeDelta = TimeDelta::seconds(2);

pub(crate) struct SchemaCache {
    source: Arc<dyn SchemaSource>,
    entries: Mutex<HashMap<i32, Entry>>,
}

/// What an id stands for.
#[derive(Clone)]
pub(crate) enum Lookup {
    Found(Arc<WriterSchema>),
    /// The registry has a text under this id that cannot be used; the text says why.
    Unusable(Arc<CodecError>),
    Unknown,
}

#[derive(Clone)]
struct Entry {
    lookup: Lookup,
    asked_at: DateTime<Utc>,
}

impl SchemaCache {
    pub fn new(source: Arc<dyn SchemaSource>) -> Self {
        Self { source, entries: Mutex::new(HashMap::new()) }
    }

    pub async fn find(&self, schema_id: i32, now: DateTime<Utc>) -> Result<Lookup, SchemaSourceError> {
        if let Some(lookup) = self.cached(schema_id, now) {
            return Ok(lookup);
        }
        let lookup = match self.source.schema_by_id(schema_id).await? {
            None => Lookup::Unknown,
            Some(text) => match WriterSchema::parse(&text) {
                Ok(schema) => Lookup::Found(Arc::new(schema)),
                Err(error) => Lookup::Unusable(Arc::new(error)),
            },
        };
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MAX_ENTRIES {
            entries.retain(|_, entry| matches!(entry.lookup, Lookup::Found(_)));
        }
        if entries.len() >= MAX_ENTRIES {
            entries.clear();
        }
        entries.insert(schema_id, Entry { lookup: lookup.clone(), asked_at: now });
        Ok(lookup)
    }

    fn cached(&self, schema_id: i32, now: DateTime<Utc>) -> Option<Lookup> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&schema_id)?;
        // A clock that was set back must not make an unknown id unknown for long.
        let age = (now - entry.asked_at).abs();
        match entry.lookup {
            Lookup::Unknown if age > UNKNOWN_FOR => None,
            _ => Some(entry.lookup.clone()),
        }
    }
}
