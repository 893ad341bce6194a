//! What the endpoints work with.

use std::sync::Arc;

use axum::extract::FromRef;
use coheron_core::analytics_ports::AnalyticsQuery;
use coheron_core::clock::Clock;
use coheron_core::ports::CatalogueSearch;
use coheron_platform::auth::Authenticator;
use coheron_platform::cache::{CacheSettings, TagGenerations, TaggedCache};
use coheron_store::Database;

use crate::list_answer::ListBody;

#[derive(Clone)]
pub struct QueryApiState {
    pub(crate) database: Database,
    pub(crate) authenticator: Authenticator,
    pub(crate) search: Arc<dyn CatalogueSearch>,
    pub(crate) analytics: Arc<dyn AnalyticsQuery>,
    /// Product documents as JSON.
    pub(crate) documents: Arc<TaggedCache<Option<Arc<str>>>>,
    pub(crate) lists: Arc<TaggedCache<Arc<ListBody>>>,
    pub(crate) clock: Clock,
}

impl QueryApiState {
    /// `generations` must be moved by whoever makes changes searchable.
    pub fn new(
        database: Database,
        authenticator: Authenticator,
        search: Arc<dyn CatalogueSearch>,
        analytics: Arc<dyn AnalyticsQuery>,
        generations: &Arc<TagGenerations>,
        cache: &CacheSettings,
        clock: Clock,
    ) -> Self {
        let documents =
            TaggedCache::new("api_documents", cache, Arc::clone(generations), |document: &Option<Arc<str>>| {
                document.as_ref().map_or(0, |json| json.len())
            });
        let lists = TaggedCache::new("api_lists", cache, Arc::clone(generations), |body: &Arc<ListBody>| body.bytes());
        Self {
            database,
            authenticator,
            search,
            analytics,
            documents: Arc::new(documents),
            lists: Arc::new(lists),
            clock,
        }
    }
}

impl FromRef<QueryApiState> for Authenticator {
    fn from_ref(state: &QueryApiState) -> Self {
        state.authenticator.clone()
    }
}
