//! Records of the ERP's topics, decoded; those that break the contract become dead letters.

use std::sync::Arc;

use coheron_ingest::erp_decoder::{ErpDecoder, ErpFact};
use coheron_ingest::incoming_record::IncomingRecord;
use coheron_ingest::ingest_error::{DecodeFailure, IngestReason};
use coheron_ingest::site_directory::SiteDirectory;
use coheron_store::Database;
use coheron_stream::record::Record;
use coheron_stream::stage::{DeadLetter, StageError};

use crate::site_directory::{Freshness, KnownSites};
use crate::stage_store::stage_error;

/// What a stage needs to understand the ERP.
pub struct ErpFeed {
    decoder: ErpDecoder,
    sites: KnownSites,
}

/// What a batch of records says.
pub struct Decoded<'a, Fact> {
    /// In the order of the records.
    pub facts: Vec<(&'a Record, Fact)>,
    pub letters: Vec<DeadLetter>,
}

impl ErpFeed {
    pub fn new(database: Database, decoder: ErpDecoder) -> Self {
        Self { sites: KnownSites::new(database), decoder }
    }

    pub async fn decode<'a, Fact: ErpFact>(&self, records: &'a [Record]) -> Result<Decoded<'a, Fact>, StageError> {
        let mut sites = self.directory(Freshness::Usual).await?;
        let mut decoded = Decoded { facts: Vec::with_capacity(records.len()), letters: Vec::new() };
        for record in records {
            let mut result = self.decode_one(record, &sites).await;
            if matches!(&result, Err(DecodeFailure::Refused(error)) if error.reason == IngestReason::UnknownSite) {
                sites = self.directory(Freshness::SiteWasMissing).await?;
                result = self.decode_one(record, &sites).await;
            }
            match result {
                Ok(fact) => decoded.facts.push((record, fact)),
                Err(DecodeFailure::Refused(error)) => decoded.letters.push(DeadLetter {
                    record: record.clone(),
                    reason_code: error.reason.code(),
                    reason: error.message,
                    schema_id: error.schema_id,
                }),
                Err(DecodeFailure::RegistryUnavailable(source)) => {
                    let context = "the schema of a record could not be fetched";
                    return Err(StageError::Transient { context, source: Box::new(source) });
                }
            }
        }
        Ok(decoded)
    }

    async fn decode_one<Fact: ErpFact>(&self, record: &Record, sites: &SiteDirectory) -> Result<Fact, DecodeFailure> {
        let incoming = IncomingRecord {
            topic: record.topic,
            partition: record.partition,
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.as_deref(),
            payload: record.payload.as_deref(),
            headers: &record.headers,
        };
        self.decoder.decode(&incoming, sites).await
    }

    async fn directory(&self, freshness: Freshness) -> Result<Arc<SiteDirectory>, StageError> {
        self.sites.directory(freshness).await.map_err(stage_error)
    }
}
