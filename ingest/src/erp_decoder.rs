//! Decoding of ERP records, with the schemas they name fetched and kept.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use coheron_core::ports::SchemaSource;
use coheron_schemas::writer_schema::WriterSchema;

pub use crate::decode_record::ErpFact;
use crate::decode_record::{Surroundings, needed_schema_id};
use crate::incoming_record::IncomingRecord;
use crate::ingest_error::{DecodeFailure, IngestError, IngestReason};
use crate::schema_cache::{Lookup, SchemaCache};
use crate::site_directory::SiteDirectory;

/// Tells the time; replaced in tests.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Turns records of the ERP topics into changes. Cheap to share; one is enough for a process.
pub struct ErpDecoder {
    schemas: SchemaCache,
    clock: Clock,
}

impl ErpDecoder {
    pub fn new(schemas: Arc<dyn SchemaSource>) -> Self {
        Self::with_clock(schemas, Arc::new(Utc::now))
    }

    pub fn with_clock(schemas: Arc<dyn SchemaSource>, clock: Clock) -> Self {
        Self { schemas: SchemaCache::new(schemas), clock }
    }

    /// The fact that a record tells, or why it tells none. Only Avro records with a schema id that was not seen before
    /// wait for the registry.
    pub async fn decode<Fact: ErpFact>(
        &self,
        record: &IncomingRecord<'_>,
        sites: &SiteDirectory,
    ) -> Result<Fact, DecodeFailure> {
        let surroundings = Surroundings { sites, now: (self.clock)() };
        let writer = self.find_writer(record, surroundings.now).await?;
        Ok(Fact::decode(record, &surroundings, writer.as_deref())?)
    }

    /// The schema that the record names; none where it is not Avro.
    async fn find_writer(
        &self,
        record: &IncomingRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<WriterSchema>>, DecodeFailure> {
        let Some(schema_id) = needed_schema_id(record)? else { return Ok(None) };
        let lookup = self.schemas.find(schema_id, now).await.map_err(DecodeFailure::RegistryUnavailable)?;
        match lookup {
            Lookup::Found(writer) => Ok(Some(writer)),
            Lookup::Unusable(error) => {
                let message = format!("schema {schema_id}: {error}");
                Err(IngestError::new(IngestReason::IncompatibleSchema, message).with_schema(schema_id).into())
            }
            Lookup::Unknown => {
                let message = format!("schema {schema_id} is not in the registry");
                Err(IngestError::new(IngestReason::UnknownSchema, message).with_schema(schema_id).into())
            }
        }
    }
}

#[cfg(test)]
mod tests;
