//! What the business needs from engines it does not know: implemented by leaf crates, handed in by the binary.

use async_trait::async_trait;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::ids::SiteId;
use crate::product_query::ProductQuery;
use crate::retry::RetryClass;
use crate::sku::Sku;

/// Search over the published products of one site.
#[async_trait]
pub trait CatalogueSearch: Send + Sync {
    /// Listing and full search. A site without an index answers with no hits.
    async fn search(&self, site_id: SiteId, query: &ProductQuery) -> Result<SearchPage, SearchError>;

    /// The document of a product as JSON; none where the index does not know the SKU as a product's.
    async fn product_document(&self, site_id: SiteId, sku: &str) -> Result<Option<String>, SearchError>;

    /// Completions for what a shopper has typed so far.
    async fn suggest(&self, site_id: SiteId, typed: &str, limit: usize) -> Result<Suggestions, SearchError>;

    /// Products per category id, ancestors included: a product counts for each category of its paths.
    async fn category_counts(&self, site_id: SiteId) -> Result<IndexMap<String, u64>, SearchError>;
}

/// Told by the index writer after a change has become searchable, so that caches drop what it made stale.
pub trait CatalogueObserver: Send + Sync {
    fn products_changed(&self, site_id: SiteId, skus: &[Sku]);

    /// The index was replaced or changed by another process: anything of the site may differ.
    fn catalogue_replaced(&self, site_id: SiteId);
}

/// One page of results.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SearchPage {
    pub hits: Vec<SearchHit>,
    /// Matching products, exact.
    pub total: u64,
    /// Facet values by facet key; counts are disjunctive: each facet is counted without its own selection.
    pub facets: IndexMap<String, Vec<FacetValue>>,
    /// The lowest and highest price in minor units among the matches without the price filter.
    pub price_range_minor: Option<(i64, i64)>,
    /// The query as it was understood, where a misspelt word was replaced.
    pub did_you_mean: Option<String>,
}

/// One product with its highlighted fields.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SearchHit {
    /// A `ProductDocument` as JSON, kept as text because most hits are only passed on.
    pub document_json: String,
    /// Escaped HTML with `<mark>` around the matching words, by field (`name`, `description`).
    pub highlight: IndexMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    pub count: u64,
    pub selected: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Suggestions {
    /// Whole queries that have results.
    pub queries: Vec<String>,
    pub products: Vec<ProductSuggestion>,
    pub categories: Vec<CategorySuggestion>,
    pub brands: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductSuggestion {
    pub sku: Sku,
    pub name: String,
    pub url: String,
    pub image_url: Option<String>,
    pub price: Option<crate::money::Money>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategorySuggestion {
    pub id: String,
    pub name: String,
    pub url: String,
}

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the search index does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl SearchError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Unavailable(_) => RetryClass::Transient,
        }
    }
}

/// Where the text of an Avro schema is found by the id that a record carries.
#[async_trait]
pub trait SchemaSource: Send + Sync {
    /// The schema as JSON, or none where the registry has no such id.
    async fn schema_by_id(&self, schema_id: i32) -> Result<Option<String>, SchemaSourceError>;
}

#[derive(Debug, thiserror::Error)]
#[error("the schema registry does not answer")]
pub struct SchemaSourceError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where a schema gets the id under which records name it.
#[async_trait]
pub trait SchemaRegistrar: Send + Sync {
    /// Makes the schema a version of the subject, unless it is one already, and gives its id.
    async fn register_schema(&self, subject: &str, schema: &str) -> Result<i32, SchemaRegistrarError>;
}

#[derive(Debug, thiserror::Error)]
#[error("the schema registry gives no id")]
pub struct SchemaRegistrarError {
    pub retry_class: RetryClass,
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl SchemaRegistrarError {
    pub fn retry_class(&self) -> RetryClass {
        self.retry_class
    }
}
