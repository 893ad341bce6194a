//! Completions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use coheron_platform::shapes::Money;

/// Suggestions of each kind, best first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuggestionLists {
    /// Whole questions that have results.
    #[schema(example = json!(["heavy t-shirt", "heavy mug"]))]
    pub queries: Vec<String>,
    pub products: Vec<SuggestedProduct>,
    pub categories: Vec<SuggestedCategory>,
    #[schema(example = json!(["Plainweave"]))]
    pub brands: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuggestedProduct {
    #[schema(example = "TEE")]
    pub sku: String,
    #[schema(example = "Heavy cotton T-shirt")]
    pub name: String,
    /// Path of the product page on the site.
    #[schema(example = "/p/TEE/heavy-cotton-t-shirt")]
    pub url: String,
    #[schema(example = "/demo/images/tee.svg")]
    pub image_url: Option<String>,
    pub price: Option<Money>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuggestedCategory {
    #[schema(example = "shirts")]
    pub id: String,
    #[schema(example = "Shirts")]
    pub name: String,
    /// Path of the category page on the site.
    #[schema(example = "/c/shirts/shirts")]
    pub url: String,
}
