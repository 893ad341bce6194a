//! The search index of this process: written here, or followed while another process writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::Utc;
use coheron_core::topics::CATALOG_DOCUMENT_STATE;
use coheron_indexer::{CatalogueIndex, DeadLetterSink, DocumentTopic, IndexDocuments, PartitionOffsets, SearchService};
use coheron_platform::cache::TagGenerations;
use coheron_platform::health::HealthChecks;
use coheron_store::{Database, StoreError};
use coheron_stream::{DeadLetter, KafkaSettings, PartitionDescription, StageError, partition_offsets};
use coheron_transforms::quarantine;

use super::{Role, Surroundings};

pub struct Search {
    pub service: Arc<SearchService>,
    /// The stage that writes, where this process does.
    pub index_documents: Option<Arc<IndexDocuments>>,
    /// Moved by every change that became searchable.
    pub generations: Arc<TagGenerations>,
}

pub async fn open(roles: &BTreeSet<Role>, surroundings: &Surroundings) -> anyhow::Result<Search> {
    let mut settings = surroundings.configuration.index.clone();
    if !roles.contains(&Role::Web) {
        // Searches run in other processes, which see what is committed.
        settings.hold_back_ms = 0;
    }
    let generations = Arc::new(TagGenerations::new());
    let observer = generations.clone();
    if !roles.contains(&Role::Indexer) {
        let service = SearchService::open_reader_only(&settings, observer)?;
        return Ok(Search { service, index_documents: None, generations });
    }
    let dead_letters = Arc::new(DeadLetterTable { database: surroundings.database.clone() });
    let topic = Arc::new(BrokerTopic { kafka: surroundings.configuration.kafka()?.clone() });
    let open = move || CatalogueIndex::open_writer(&settings, observer, dead_letters, topic, Utc::now);
    let opened = tokio::task::spawn_blocking(open);
    let (stage, service) = opened.await??;
    Ok(Search { service, index_documents: Some(stage), generations })
}

impl Search {
    /// A process that knows nothing of some site, because its index is lost, should get no traffic until it is built.
    pub fn add_health_check(&self, checks: HealthChecks) -> HealthChecks {
        let service = self.service.clone();
        checks.with("search_index", move || {
            let service = service.clone();
            async move { service.check_ready() }
        })
    }
}

struct DeadLetterTable {
    database: Database,
}

#[async_trait]
impl DeadLetterSink for DeadLetterTable {
    async fn bury(&self, stage: &'static str, letters: &[DeadLetter]) -> Result<(), StageError> {
        let bury = async {
            let mut transaction = self.database.begin_pipeline().await?;
            quarantine(&mut transaction, stage, letters).await?;
            transaction.commit().await.map_err(StoreError::from)
        };
        bury.await.map_err(|error| StageError::Transient {
            context: "a dead letter could not be stored",
            source: Box::new(error),
        })
    }
}

struct BrokerTopic {
    kafka: KafkaSettings,
}

#[async_trait]
impl DocumentTopic for BrokerTopic {
    async fn offsets(&self) -> Result<BTreeMap<i32, PartitionOffsets>, StageError> {
        let described = partition_offsets(&self.kafka, CATALOG_DOCUMENT_STATE.name).await;
        let described = described.map_err(|error| StageError::Transient {
            context: "the broker does not tell where the documents end",
            source: Box::new(error),
        })?;
        let offsets = |found: PartitionDescription| {
            let PartitionDescription { partition, earliest_offset, latest_offset } = found;
            (partition, PartitionOffsets { earliest: earliest_offset, end: latest_offset })
        };
        Ok(described.into_iter().map(offsets).collect())
    }
}
