//! Pages of products.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::product::Product;

/// One page of products.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductList {
    /// With `fields`, only the named fields of each product.
    pub items: Vec<Product>,
    /// For the parameter `cursor` of the next page; null on the last one. Pages end at position 10,000.
    pub next_cursor: Option<String>,
    /// All matches, exact.
    #[schema(example = 128)]
    pub total: u64,
    /// Values by facet, for the facets asked for; empty where none was.
    #[schema(value_type = HashMap<String, Vec<FacetValue>>)]
    pub facets: IndexMap<String, Vec<FacetValue>>,
    /// The cheapest and dearest match, as if there were no price filter; null without any price.
    pub price_range_minor: Option<PriceRange>,
    /// The question as it was understood.
    pub applied: AppliedQuestion,
    /// Names this answer in events about it, for example a click on a hit.
    pub query_id: Uuid,
    /// Time spent on the answer, in milliseconds.
    #[schema(example = 2.14)]
    pub took_ms: f64,
}

/// One page of hits.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchResult {
    /// Best first, or in the order asked for.
    pub items: Vec<Hit>,
    /// For the parameter `cursor` of the next page; null on the last one. Pages end at position 10,000.
    pub next_cursor: Option<String>,
    /// All matches, exact.
    #[schema(example = 128)]
    pub total: u64,
    /// Values by facet, for the facets asked for; empty where none was.
    #[schema(value_type = HashMap<String, Vec<FacetValue>>)]
    pub facets: IndexMap<String, Vec<FacetValue>>,
    /// The cheapest and dearest match, as if there were no price filter; null without any price.
    pub price_range_minor: Option<PriceRange>,
    /// The question as it was understood.
    pub applied: AppliedQuestion,
    /// The words that were searched for, where a misspelt one was replaced.
    #[schema(example = "heavy shirt")]
    pub did_you_mean: Option<String>,
    /// Merchandising rules that changed the result.
    pub applied_rules: Vec<String>,
    /// Names this answer in events about it, for example a click on a hit.
    pub query_id: Uuid,
    /// Time spent on the answer, in milliseconds.
    #[schema(example = 2.14)]
    pub took_ms: f64,
}

/// A product that was found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    #[serde(flatten)]
    pub product: Product,
    /// Escaped HTML with `<mark>` around the words that matched, by field.
    #[schema(value_type = HashMap<String, String>, example = json!({"name": "<mark>Heavy</mark> cotton T-shirt"}))]
    pub highlight: IndexMap<String, String>,
}

/// One value of a facet.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FacetValue {
    /// For the filter parameter.
    #[schema(example = "Plainweave")]
    pub value: String,
    /// For people.
    #[schema(example = "Plainweave")]
    pub label: String,
    /// Matches with this value, counted without the facet's own selection.
    #[schema(example = 17)]
    pub count: u64,
    /// Whether the question selects it.
    pub selected: bool,
}

/// In minor units (cents for EUR).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRange {
    #[schema(example = 450)]
    pub min: i64,
    #[schema(example = 12900)]
    pub max: i64,
}

/// The parameters with their defaults.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppliedQuestion {
    pub q: Option<String>,
    pub category: Option<String>,
    pub brand: Vec<String>,
    /// Accepted values by attribute or option key.
    #[schema(value_type = HashMap<String, Vec<String>>)]
    pub filter: IndexMap<String, Vec<String>>,
    /// In minor units.
    pub price_min: Option<i64>,
    /// In minor units.
    pub price_max: Option<i64>,
    pub in_stock: bool,
    #[schema(example = "relevance")]
    pub sort: String,
    pub facets: Vec<String>,
    #[schema(example = 24)]
    pub limit: usize,
}
