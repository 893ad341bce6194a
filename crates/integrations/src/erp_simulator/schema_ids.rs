//! The ids under which a registry knows the schemas of the contract.

use std::collections::HashMap;

use coheron_schemas::record_kind::RecordKind;

use crate::schema_registry_client::{SchemaRegistryClient, SchemaRegistryError};

/// Schema ids by kind of record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaIds(HashMap<RecordKind, i32>);

impl SchemaIds {
    /// Registers every schema of the contract. `topic_name` puts the installation's prefix before a topic's name.
    pub async fn register(
        registry: &SchemaRegistryClient,
        topic_name: impl Fn(&str) -> String,
    ) -> Result<Self, SchemaRegistryError> {
        let mut ids = HashMap::new();
        for kind in RecordKind::ALL {
            let subject = kind.subject(&topic_name(kind.topic().name));
            ids.insert(kind, registry.register(&subject, kind.avsc()).await?);
        }
        Ok(Self(ids))
    }

    pub fn get(&self, kind: RecordKind) -> Option<i32> {
        self.0.get(&kind).copied()
    }
}

impl FromIterator<(RecordKind, i32)> for SchemaIds {
    fn from_iter<Ids: IntoIterator<Item = (RecordKind, i32)>>(ids: Ids) -> Self {
        Self(ids.into_iter().collect())
    }
}
