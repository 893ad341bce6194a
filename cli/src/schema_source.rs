//! Schemas by id, from the registry in use.

use std::sync::Arc;

use async_trait::async_trait;
use coheron_core::ports::{SchemaSource, SchemaSourceError};
use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_store::{Database, schema_registry};

use crate::configuration::Configuration;

/// The configured registry, or the built-in one read straight from its tables.
pub fn schema_source(configuration: &Configuration, database: &Database) -> anyhow::Result<Arc<dyn SchemaSource>> {
    Ok(match &configuration.schema_registry.url {
        Some(url) => Arc::new(SchemaRegistryClient::new(url)?),
        None => Arc::new(BuiltInSchemas { database: database.clone() }),
    })
}

struct BuiltInSchemas {
    database: Database,
}

#[async_trait]
impl SchemaSource for BuiltInSchemas {
    async fn schema_by_id(&self, schema_id: i32) -> Result<Option<String>, SchemaSourceError> {
        schema_registry::schema_by_id(&self.database, schema_id)
            .await
            .map_err(|error| SchemaSourceError(Box::new(error)))
    }
}
