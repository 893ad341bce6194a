//! The stage `project_catalogue`: ERP changes in, rows, documents and announcements out, in one transaction with the
//! checkpoint.

use std::collections::HashMap;

use async_trait::async_trait;
use coheron_core::change::CatalogueChange;
use coheron_core::retry::RetryClass;
use coheron_core::topics::{self, Topic};
use coheron_ingest::erp_decoder::ErpDecoder;
use coheron_ingest::incoming_record::IncomingRecord;
use coheron_ingest::ingest_error::{DecodeFailure, IngestReason};
use coheron_ingest::site_directory::SiteDirectory;
use coheron_store::checkpoints::{self, CheckpointMove};
use coheron_store::{Database, StoreError};
use coheron_stream::record::{Record, TopicPartition};
use coheron_stream::stage::{Applied, Batch, DeadLetter, Stage, StageError};

use crate::catalogue_batch::CatalogueBatch;
use crate::documents::recompute_documents;
use crate::quarantine::quarantine;
use crate::site_directory::{Freshness, KnownSites};

const NAME: &str = "project_catalogue";
const TOPICS: &[Topic] =
    &[topics::ERP_CATEGORY_CHANGE, topics::ERP_PRODUCT_CHANGE, topics::ERP_PRICE_CHANGE, topics::ERP_STOCK_CHANGE];

/// Projects the four catalogue feeds. One writer for `website_products`, `website_product_*`, `website_categories`,
/// `website_prices` and `website_stock`.
pub struct ProjectCatalogue {
    database: Database,
    decoder: ErpDecoder,
    sites: KnownSites,
}

impl ProjectCatalogue {
    pub fn new(database: Database, decoder: ErpDecoder) -> Self {
        Self { sites: KnownSites::new(database.clone()), database, decoder }
    }

    /// Decodes all records; those that break the contract become dead letters.
    async fn decode(&self, records: &[Record]) -> Result<(CatalogueBatch, Vec<DeadLetter>), StageError> {
        let mut sites = self.directory(Freshness::Usual).await?;
        let mut batch = CatalogueBatch::default();
        let mut letters = Vec::new();
        for record in records {
            let mut decoded = self.decode_one(record, &sites).await;
            if matches!(&decoded, Err(DecodeFailure::Refused(error)) if error.reason == IngestReason::UnknownSite) {
                sites = self.directory(Freshness::SiteWasMissing).await?;
                decoded = self.decode_one(record, &sites).await;
            }
            match decoded {
                Ok(change) => batch.add(record.header("traceparent"), change),
                Err(DecodeFailure::Refused(error)) => letters.push(DeadLetter {
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
        Ok((batch, letters))
    }

    async fn decode_one(&self, record: &Record, sites: &SiteDirectory) -> Result<CatalogueChange, DecodeFailure> {
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

    async fn directory(&self, freshness: Freshness) -> Result<std::sync::Arc<SiteDirectory>, StageError> {
        self.sites.directory(freshness).await.map_err(stage_error)
    }
}

#[async_trait]
impl Stage for ProjectCatalogue {
    fn name(&self) -> &'static str {
        NAME
    }

    fn topics(&self) -> &'static [Topic] {
        TOPICS
    }

    async fn positions(&self, partitions: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError> {
        let stored = checkpoints::list(&self.database, NAME).await.map_err(stage_error)?;
        let position_of = |partition: &TopicPartition| {
            stored
                .iter()
                .find(|checkpoint| checkpoint.topic == partition.topic && checkpoint.partition == partition.partition)
                .map_or(0, |checkpoint| checkpoint.next_offset)
        };
        Ok(partitions.iter().map(|partition| (*partition, position_of(partition))).collect())
    }

    async fn process(&self, batch: &Batch) -> Result<Applied, StageError> {
        let (changes, mut letters) = self.decode(&batch.records).await?;
        let set_aside = letters.iter().map(|letter| letter.reason_code).collect();
        letters.extend(batch.dead_letters.iter().cloned());

        let mut transaction = self.database.begin_pipeline().await.map_err(stage_error)?;
        if !changes.is_empty() {
            let (applied, traceparents) = changes.apply(&mut transaction).await.map_err(stage_error)?;
            let documents =
                recompute_documents(&mut transaction, &applied, &traceparents).await.map_err(stage_error)?;
            metrics::counter!("coheron_transform_changes_total").increment(applied.len() as u64);
            metrics::counter!("coheron_transform_documents_total").increment(documents as u64);
        }
        quarantine(&mut transaction, NAME, &letters).await.map_err(stage_error)?;
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
        if let Some((topic, partition)) =
            checkpoints::advance(&mut transaction, NAME, &moves).await.map_err(stage_error)?
        {
            // Dropping the transaction rolls back everything above.
            let topic = TOPICS.iter().find(|known| known.name == topic).map_or("", |known| known.name);
            return Err(StageError::Fenced { partition: TopicPartition { topic, partition } });
        }
        transaction.commit().await.map_err(|error| stage_error(StoreError::from(error)))?;
        Ok(Applied { set_aside })
    }
}

fn stage_error(error: StoreError) -> StageError {
    match error.retry_class() {
        RetryClass::Poison => {
            let reason = match &error {
                StoreError::Database(cause) => cause.to_string(),
                other => other.to_string(),
            };
            StageError::Poison { reason_code: "refused_by_database", reason }
        }
        RetryClass::Transient | RetryClass::Fenced => {
            StageError::Transient { context: "the catalogue could not be written", source: Box::new(error) }
        }
        RetryClass::Fatal => {
            StageError::Fatal { context: "the catalogue could not be written", source: Box::new(error) }
        }
    }
}
