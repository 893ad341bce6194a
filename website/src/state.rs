//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use coheron_core::clock::Clock;
use coheron_core::ports::CatalogueSearch;
use coheron_platform::auth::SiteResolver;
use coheron_platform::cache::{CacheSettings, TagGenerations, TaggedCache};
use coheron_store::Database;
use coheron_storefront_api::Storefront;

use crate::page::{PageCache, RenderedPage};
use crate::shop_catalogue::ShopCatalogue;
use crate::signing_keys::SigningKeys;

/// Handles of the website; cheap to clone.
#[derive(Clone)]
pub struct WebsiteState {
    pub(crate) catalogue: Arc<ShopCatalogue>,
    pub(crate) pages: Arc<PageCache>,
    pub(crate) sites: SiteResolver,
    pub(crate) storefront: Storefront,
    pub(crate) signing_keys: Arc<SigningKeys>,
    pub(crate) clock: Clock,
}

impl WebsiteState {
    /// `generations` are those that the index writer moves after a change has become searchable.
    pub fn new(
        database: Database,
        search: Arc<dyn CatalogueSearch>,
        sites: SiteResolver,
        storefront: Storefront,
        generations: Arc<TagGenerations>,
        cache: &CacheSettings,
        clock: Clock,
    ) -> Self {
        let page_bytes = |page: &Arc<RenderedPage>| page.bytes();
        let pages = TaggedCache::new("website_pages", cache, Arc::clone(&generations), page_bytes);
        Self {
            signing_keys: Arc::new(SigningKeys::new(database.clone(), Arc::clone(&generations))),
            catalogue: Arc::new(ShopCatalogue::new(database, search, generations)),
            pages: Arc::new(pages),
            sites,
            storefront,
            clock,
        }
    }
}

impl FromRef<WebsiteState> for SiteResolver {
    fn from_ref(state: &WebsiteState) -> Self {
        state.sites.clone()
    }
}
