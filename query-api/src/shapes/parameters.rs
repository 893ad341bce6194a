//! Query parameters of product lists and search.

use std::collections::HashMap;

use utoipa::{IntoParams, ToSchema};

/// Documents the parameters; they are read by `coheron_core::product_query`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProductListParameters {
    /// Words to search for, at most 200 bytes.
    #[param(example = "heavy cotton shirt")]
    pub q: Option<String>,
    /// Category id; products of its subcategories match too.
    #[param(example = "shirts")]
    pub category: Option<String>,
    /// Any of these brands, separated by commas. Within a name a comma is written `\,` and a backslash `\\`.
    #[param(example = "Plainweave,Verd")]
    pub brand: Option<String>,
    /// `filter[key]=a,b`: any of these values of an attribute or option, `\,` for a comma within one. All keys must match.
    #[param(style = DeepObject, explode, value_type = Option<HashMap<String, String>>)]
    pub filter: Option<HashMap<String, String>>,
    /// Lowest price in minor units (cents for EUR).
    #[param(minimum = 0, example = 1000)]
    pub price_min: Option<i64>,
    /// Highest price in minor units (cents for EUR).
    #[param(minimum = 0, example = 5000)]
    pub price_max: Option<i64>,
    /// `true` for what can be ordered now.
    pub in_stock: Option<bool>,
    /// Sort order; `relevance` where it is absent. Without `q`, relevance is popularity.
    #[param(inline)]
    pub sort: Option<SortOrder>,
    /// Facets to count, separated by commas: `brand`, `category`, attribute and option keys.
    #[param(example = "brand,colour")]
    pub facets: Option<String>,
    /// Only these fields of each product, separated by commas.
    #[param(example = "sku,name,price")]
    pub fields: Option<String>,
    /// `next_cursor` of the answer before, with all other parameters as they were.
    pub cursor: Option<String>,
    /// Products per page; 24 where it is absent.
    #[param(minimum = 1, maximum = 100, example = 24)]
    pub limit: Option<usize>,
}

#[derive(ToSchema)]
pub enum SortOrder {
    #[schema(rename = "relevance")]
    Relevance,
    #[schema(rename = "price")]
    PriceAscending,
    #[schema(rename = "-price")]
    PriceDescending,
    #[schema(rename = "name")]
    Name,
    #[schema(rename = "newest")]
    Newest,
    #[schema(rename = "popularity")]
    Popularity,
}
