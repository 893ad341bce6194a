//! Typed records on their way to the wire: schema ids and encoding.

use std::collections::HashMap;

use coheron_schemas::codec::{self, CodecError};
use coheron_schemas::framing;
use coheron_schemas::record_kind::RecordKind;
use coheron_schemas::records::{ErpRecord, record_key};

use super::publisher::OutgoingErpRecord;
use crate::schema_registry_client::{RegistryError, SchemaRegistryClient};

/// The registry's ids of the schemas that the simulator writes.
#[derive(Debug, Clone, Default)]
pub struct SchemaIds(HashMap<RecordKind, i32>);

/// Registers every schema of the contract. `topic_prefix` is what the installation puts before topic names.
pub async fn register_schemas(registry: &SchemaRegistryClient, topic_prefix: &str) -> Result<SchemaIds, RegistryError> {
    let mut ids = HashMap::new();
    for kind in RecordKind::ALL {
        let subject = kind.subject(&format!("{topic_prefix}{}", kind.topic().name));
        ids.insert(kind, registry.register(&subject, kind.avsc()).await?);
    }
    Ok(SchemaIds(ids))
}

impl SchemaIds {
    /// Ids as a registry gave them.
    pub fn new(ids: HashMap<RecordKind, i32>) -> Self {
        Self(ids)
    }

    pub(super) fn encode<Record: ErpRecord>(
        &self,
        site: &str,
        entity_id: &str,
        record: &Record,
    ) -> Result<OutgoingErpRecord, CodecError> {
        let kind = Record::KIND;
        // A schema that was not registered gets the id 0, which no registry gives: the record ends in the dead letters.
        let schema_id = self.0.get(&kind).copied().unwrap_or(0);
        let payload = framing::frame(schema_id, &codec::encode(record)?);
        Ok(OutgoingErpRecord { topic: kind.topic().name, key: record_key(site, entity_id), payload })
    }
}
