//! Schemas by id and ids of schemas, from the registry in use.

use std::sync::Arc;

use async_trait::async_trait;
use coheron_core::ports::{SchemaRegistrar, SchemaRegistrarError, SchemaSource, SchemaSourceError};
use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_store::{Database, schema_registry};

use crate::configuration::Configuration;

/// The configured registry, or the built-in one read straight from its tables.
pub fn schema_source(configuration: &Configuration, database: &Database) -> anyhow::Result<Arc<dyn SchemaSource>> {
    Ok(match &configuration.schema_registry.url {
        Some(url) => Arc::new(SchemaRegistryClient::new(url.expose())?),
        None => Arc::new(BuiltInSchemas { database: database.clone() }),
    })
}

/// The same registry, for what this system writes itself.
pub fn schema_registrar(
    configuration: &Configuration,
    database: &Database,
) -> anyhow::Result<Arc<dyn SchemaRegistrar>> {
    Ok(match &configuration.schema_registry.url {
        Some(url) => Arc::new(SchemaRegistryClient::new(url.expose())?),
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

#[async_trait]
impl SchemaRegistrar for BuiltInSchemas {
    async fn register_schema(&self, subject: &str, schema: &str) -> Result<i32, SchemaRegistrarError> {
        coheron_schema_registry::register(&self.database, subject, schema)
            .await
            .map_err(|error| SchemaRegistrarError { retry_class: error.retry_class(), source: Box::new(error) })
    }
}
