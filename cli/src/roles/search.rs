//! The search index of this process: written here, or followed while another process writes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use coheron_indexer::{CatalogueIndex, DeadLetterSink, IndexDocuments, SearchService};
use coheron_platform::cache::TagGenerations;
use coheron_store::{Database, StoreError};
use coheron_stream::{DeadLetter, StageError};
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
    let opened = tokio::task::spawn_blocking(move || CatalogueIndex::open_writer(&settings, observer, dead_letters));
    let (stage, service) = opened.await??;
    Ok(Search { service, index_documents: Some(stage), generations })
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
