//! The ids under which a registry knows the schemas of the contract.

use std::collections::HashMap;

use coheron_schemas::record_kind::RecordKind;

use crate::schema_registry_client::{SchemaRegistryClient, SchemaRegistryError};

/// Schema ids by kind of record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaIds(HashMap<RecordKind, i32>);

/// Registers every schema of the contract for topics whose names begin with this prefix, which may be empty.
pub async fn register_schemas(
    registry: &SchemaRegistryClient,
    topic_prefix: &str,
) -> Result<SchemaIds, SchemaRegistryError> {
    let mut ids = HashMap::new();
    for kind in RecordKind::ALL {
        let subject = kind.subject(&format!("{topic_prefix}{}", kind.topic().name));
        ids.insert(kind, registry.register(&subject, kind.avsc()).await?);
    }
    Ok(SchemaIds(ids))
}

impl SchemaIds {
    pub fn get(&self, kind: RecordKind) -> Option<i32> {
        self.0.get(&kind).copied()
    }
}

impl FromIterator<(RecordKind, i32)> for SchemaIds {
    fn from_iter<Ids: IntoIterator<Item = (RecordKind, i32)>>(ids: Ids) -> Self {
        Self(ids.into_iter().collect())
    }
}
