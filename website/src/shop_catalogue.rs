//! What the website reads: products and listings from the search port, categories and what is not searchable yet from the
//! store.

use std::sync::Arc;

use coheron_core::document::ProductDocument;
use coheron_core::ids::SiteId;
use coheron_core::ports::{CatalogueSearch, SearchError, SearchPage, Suggestions};
use coheron_core::product_query::{ProductQuery, Sort};
use coheron_core::sku::{MAX_SKU_BYTES, Sku};
use coheron_platform::cache::{CacheSettings, Tag, TagGenerations, TaggedCache};
use coheron_store::Database;
use coheron_store::categories::{self, CategoryNode};
use coheron_store::documents::{self, DocumentAddress};
use indexmap::IndexMap;

use crate::category_tree::{CategoryRow, CategoryTree};
use crate::page_error::PageError;

pub struct ShopCatalogue {
    database: Database,
    search: Arc<dyn CatalogueSearch>,
    facts: TaggedCache<Arc<ShopFacts>>,
    favourites: TaggedCache<Arc<[Sku]>>,
}

/// What the frame of every page is made from.
#[derive(Debug, Default)]
pub struct ShopFacts {
    pub categories: Arc<CategoryTree>,
    /// Products per category id, ancestors included.
    pub counts: IndexMap<String, u64>,
    pub total_products: u64,
}

struct Counted {
    by_category: IndexMap<String, u64>,
    total: u64,
}

/// Why facts are not kept.
#[derive(Debug)]
enum NotKept {
    /// The search does not answer: departments are known, and nothing is counted.
    Uncounted(Arc<ShopFacts>),
    Failed(PageError),
}

/// Names and counts of departments change seldom and may be this old, in milliseconds.
const FACTS_LIVE_MS: u64 = 2_000;
const FACTS_CAPACITY_BYTES: u64 = 8 * 1024 * 1024;
/// Which products of a shelf are bought most changes slowly.
const FAVOURITES_LIVE_MS: u64 = 60_000;
const FAVOURITES_CAPACITY_BYTES: u64 = 4 * 1024 * 1024;

impl ShopCatalogue {
    pub fn new(database: Database, search: Arc<dyn CatalogueSearch>, generations: Arc<TagGenerations>) -> Self {
        let settings = CacheSettings { capacity_bytes: FACTS_CAPACITY_BYTES, time_to_live_ms: FACTS_LIVE_MS };
        let bytes = |facts: &Arc<ShopFacts>| facts.bytes();
        let facts = TaggedCache::new("website_facts", &settings, Arc::clone(&generations), bytes);
        let settings = CacheSettings { capacity_bytes: FAVOURITES_CAPACITY_BYTES, time_to_live_ms: FAVOURITES_LIVE_MS };
        let bytes = |skus: &Arc<[Sku]>| skus.len() * MAX_SKU_BYTES;
        let favourites = TaggedCache::new("website_favourites", &settings, generations, bytes);
        Self { database, search, facts, favourites }
    }

    pub async fn facts(&self, site_id: SiteId) -> Result<Arc<ShopFacts>, PageError> {
        let load = self.load_facts(site_id);
        match self.facts.get_or_render(&site_id.to_string(), &[Tag::Site(site_id)], load).await {
            Ok(facts) | Err(NotKept::Uncounted(facts)) => Ok(facts),
            Err(NotKept::Failed(error)) => Err(error),
        }
    }

    /// The product of this SKU, or the one that has it as a variant. The index has it at hand, and what it shows is what
    /// listings show; the store knows variants, and products that are not searchable yet.
    pub async fn product(&self, site_id: SiteId, sku: &str) -> Result<Option<ProductDocument>, PageError> {
        let indexed = self.search.product_document(site_id, sku).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the product is read from the store");
            None
        });
        let document_json = match indexed {
            Some(indexed) => Some(indexed),
            None => self.stored_document(site_id, sku).await?,
        };
        document_json.map(|json| serde_json::from_str(&json).map_err(PageError::Document)).transpose()
    }

    /// The most popular products of a category, best first, at most this many.
    pub async fn most_popular(&self, site_id: SiteId, category_id: &str, most: usize) -> Result<SearchPage, PageError> {
        let query = ProductQuery {
            category: Some(category_id.to_owned()),
            sort: Sort::Popularity,
            limit: most,
            ..ProductQuery::all()
        };
        self.search(site_id, &query).await
    }

    /// The same as they may have been a minute ago: asked for anew after every change of any product, they would cost
    /// each product page a search.
    pub async fn favourites(&self, site_id: SiteId, category_id: &str, most: usize) -> Result<Arc<[Sku]>, PageError> {
        let load = async {
            let found = self.most_popular(site_id, category_id, most).await?;
            let documents = found.hits.iter().filter_map(|hit| serde_json::from_str(&hit.document_json).ok());
            Ok(documents.map(|document: ProductDocument| document.sku).collect())
        };
        let key = format!("{site_id} {most} {category_id}");
        self.favourites.get_or_render(&key, &[Tag::Site(site_id)], load).await
    }

    async fn stored_document(&self, site_id: SiteId, sku: &str) -> Result<Option<String>, PageError> {
        let mut transaction = self.database.begin_site(site_id).await?;
        let mut stored = documents::find(&mut transaction, sku).await?;
        if stored.is_none() {
            stored = documents::find_by_variant_sku(&mut transaction, sku).await?;
        }
        transaction.commit().await?;
        Ok(stored.map(|stored| stored.document_json))
    }

    pub async fn search(&self, site_id: SiteId, query: &ProductQuery) -> Result<SearchPage, PageError> {
        Ok(self.search.search(site_id, query).await?)
    }

    pub async fn suggest(&self, site_id: SiteId, typed: &str, limit: usize) -> Result<Suggestions, PageError> {
        Ok(self.search.suggest(site_id, typed, limit).await?)
    }

    /// Addresses of products for search engines, at most this many.
    pub async fn addresses(&self, site_id: SiteId, most: i64) -> Result<Vec<DocumentAddress>, PageError> {
        let mut transaction = self.database.begin_site(site_id).await?;
        let addresses = documents::addresses(&mut transaction, most).await?;
        transaction.commit().await?;
        Ok(addresses)
    }

    async fn load_facts(&self, site_id: SiteId) -> Result<Arc<ShopFacts>, NotKept> {
        let categories = self.category_tree(site_id).await.map_err(NotKept::Failed)?;
        facts_of(categories, self.count(site_id).await)
    }

    async fn category_tree(&self, site_id: SiteId) -> Result<CategoryTree, PageError> {
        let mut transaction = self.database.begin_site(site_id).await?;
        let nodes = categories::list(&mut transaction).await?;
        transaction.commit().await?;
        Ok(CategoryTree::new(nodes.into_iter().map(category_row).collect()))
    }

    async fn count(&self, site_id: SiteId) -> Result<Counted, SearchError> {
        let everything = self.search.search(site_id, &ProductQuery { limit: 1, ..ProductQuery::all() }).await?;
        Ok(Counted { by_category: self.search.category_counts(site_id).await?, total: everything.total })
    }
}

/// A page of one product, or a map of the site, needs no counts: it does not wait for the index.
fn facts_of(categories: CategoryTree, counted: Result<Counted, SearchError>) -> Result<Arc<ShopFacts>, NotKept> {
    let categories = Arc::new(categories);
    match counted {
        Ok(Counted { by_category, total }) => {
            Ok(Arc::new(ShopFacts { categories, counts: by_category, total_products: total }))
        }
        Err(error) => {
            tracing::warn!(%error, "departments are shown without counts");
            Err(NotKept::Uncounted(Arc::new(ShopFacts { categories, ..ShopFacts::default() })))
        }
    }
}

impl ShopFacts {
    fn bytes(&self) -> usize {
        const BYTES_PER_CATEGORY: usize = 400;
        (self.categories.all().count() + self.counts.len()) * BYTES_PER_CATEGORY
    }
}

fn category_row(node: CategoryNode) -> CategoryRow {
    CategoryRow { id: node.id, parent_id: node.parent_id, name: node.name, position: node.position }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mugs() -> CategoryTree {
        let row = CategoryRow { id: "mugs".to_owned(), parent_id: None, name: "Mugs".to_owned(), position: 1 };
        CategoryTree::new(vec![row])
    }

    #[test]
    fn departments_are_known_without_the_search_and_that_is_not_kept() {
        let by_category = IndexMap::from([("mugs".to_owned(), 3)]);
        let counted = facts_of(mugs(), Ok(Counted { by_category, total: 5 })).expect("facts to be kept");
        assert_eq!((counted.counts["mugs"], counted.total_products), (3, 5));

        let unanswered = facts_of(mugs(), Err(SearchError::Unavailable("it is being built".into())));
        let Err(NotKept::Uncounted(facts)) = &unanswered else { panic!("{unanswered:?}") };
        assert!(facts.categories.find("mugs").is_some());
        assert_eq!((facts.counts.len(), facts.total_products), (0, 0));
    }
}
