//! Search for whoever asks: listings, full search, suggestions, counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use coheron_core::ids::SiteId;
use coheron_core::ports::{CatalogueObserver, CatalogueSearch, SearchError, SearchPage, Suggestions};
use coheron_core::product_query::ProductQuery;
use coheron_core::sku::Sku;
use indexmap::IndexMap;
use tokio::sync::Semaphore;

use crate::error::IndexerError;
use crate::matching::search::search_snapshot;
use crate::reading::follower::follow_commits;
use crate::reading::snapshot::Snapshot;
use crate::settings::IndexSettings;
use crate::sites::Sites;
use crate::suggest::suggest;

pub struct SearchService {
    sites: Arc<Sites>,
    /// Searches are computation: more of them at once than cores only lengthens each.
    permits: Arc<Semaphore>,
}

impl SearchService {
    pub(crate) fn new(sites: Arc<Sites>, concurrent_searches: usize) -> Self {
        Self { sites, permits: Arc::new(Semaphore::new(concurrent_searches.max(1))) }
    }

    /// Searches indexes that another process writes: follows its commits and tells the observer of each. Needs a
    /// running tokio runtime; the following ends when the service is dropped.
    pub fn open_reader_only(
        settings: &IndexSettings,
        observer: Arc<dyn CatalogueObserver>,
    ) -> Result<Arc<Self>, IndexerError> {
        let sites = Arc::new(Sites::default());
        follow_commits(settings, Arc::downgrade(&sites), observer)?;
        Ok(Arc::new(Self::new(sites, settings.concurrent_searches)))
    }

    /// The content hash of every stored document of a site, to compare with what the database says.
    pub async fn content_hashes(&self, site_id: SiteId) -> Result<BTreeMap<Sku, [u8; 32]>, IndexerError> {
        self.read(site_id, |snapshot| snapshot.content_hashes()).await
    }

    /// The number of products of a site.
    pub fn document_count(&self, site_id: SiteId) -> u64 {
        self.sites.snapshot(site_id).ok().flatten().map_or(0, |snapshot| snapshot.searcher.num_docs())
    }

    /// Fails while there is a site of which nothing can be told, because its index is lost and still being built again.
    pub fn check_ready(&self) -> Result<(), IndexerError> {
        self.sites.check_ready()
    }

    /// As soon as it is its turn. A site without products has nothing of everything.
    async fn read<T: Default + Send + 'static>(
        &self,
        site_id: SiteId,
        work: impl FnOnce(&Arc<Snapshot>) -> Result<T, IndexerError> + Send + 'static,
    ) -> Result<T, IndexerError> {
        let _permit = self.permits.acquire().await.map_err(|_| IndexerError::Closed)?;
        let Some(snapshot) = self.sites.snapshot(site_id)? else { return Ok(T::default()) };
        tokio::task::spawn_blocking(move || work(&snapshot)).await.map_err(|_| IndexerError::Closed)?
    }
}

#[async_trait]
impl CatalogueSearch for SearchService {
    async fn search(&self, site_id: SiteId, query: &ProductQuery) -> Result<SearchPage, SearchError> {
        let query = query.clone();
        Ok(self.read(site_id, move |snapshot| search_snapshot(snapshot, &query)).await?)
    }

    async fn product_document(&self, site_id: SiteId, sku: &str) -> Result<Option<String>, SearchError> {
        let Some(snapshot) = self.sites.snapshot(site_id)? else { return Ok(None) };
        // One entry of a mapped file: handing the work to another thread, and waiting for that, would take longer.
        let Some(product) = snapshot.find(sku)? else { return Ok(None) };
        Ok(Some(snapshot.document_json(product.address)?))
    }

    async fn suggest(&self, site_id: SiteId, typed: &str, limit: usize) -> Result<Suggestions, SearchError> {
        let typed = typed.to_owned();
        Ok(self.read(site_id, move |snapshot| suggest(snapshot, &typed, limit)).await?)
    }

    async fn category_counts(&self, site_id: SiteId) -> Result<IndexMap<String, u64>, SearchError> {
        let counted = self.read(site_id, |snapshot| {
            Ok(snapshot.overview().categories.iter().map(|(id, count)| (id.clone(), *count)).collect())
        });
        Ok(counted.await?)
    }
}
