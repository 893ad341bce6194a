//! Categories.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The category tree.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryList {
    /// The roots.
    pub items: Vec<CategoryTreeNode>,
    /// Always null: the whole tree is in one answer.
    pub next_cursor: Option<String>,
    /// Categories of all levels.
    #[schema(example = 31)]
    pub total: u64,
}

/// A category with those below it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryTreeNode {
    #[schema(example = "clothing")]
    pub id: String,
    #[schema(example = "Clothing")]
    pub name: String,
    /// Path of the category page on the site.
    #[schema(example = "/c/clothing/clothing")]
    pub url: String,
    /// Null for a root.
    pub parent_id: Option<String>,
    /// Order among siblings, smallest first.
    #[schema(example = 1)]
    pub position: i32,
    /// Published products in the category and below it.
    #[schema(example = 412)]
    pub count: u64,
    #[schema(no_recursion)]
    pub children: Vec<CategoryTreeNode>,
}

/// One category with its surroundings.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryDetail {
    #[schema(example = "shirts")]
    pub id: String,
    #[schema(example = "Shirts")]
    pub name: String,
    /// Path of the category page on the site.
    #[schema(example = "/c/shirts/shirts")]
    pub url: String,
    /// Null for a root.
    #[schema(example = "clothing")]
    pub parent_id: Option<String>,
    /// Order among siblings, smallest first.
    #[schema(example = 1)]
    pub position: i32,
    /// Published products in the category and below it.
    #[schema(example = 57)]
    pub count: u64,
    /// From the root down to the category itself.
    pub breadcrumbs: Vec<Breadcrumb>,
    /// The next level only: the `children` of these are left empty.
    #[schema(no_recursion)]
    pub children: Vec<CategoryTreeNode>,
}

/// One category on the way from the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Breadcrumb {
    #[schema(example = "clothing")]
    pub id: String,
    #[schema(example = "Clothing")]
    pub name: String,
    #[schema(example = "/c/clothing/clothing")]
    pub url: String,
}
