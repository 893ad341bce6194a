//! A listing in which nothing was found.

use super::listing::ListingParts;
use crate::listing_address::search_url;

/// What to offer where nothing was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmptyState {
    pub message: String,
    /// The same listing without filters, where filters are set.
    pub clear_url: Option<String>,
    pub queries: Vec<SuggestedLink>,
    pub categories: Vec<SuggestedLink>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedLink {
    pub label: String,
    pub url: String,
}

impl EmptyState {
    pub fn new(parts: &ListingParts<'_>) -> Self {
        let address = parts.address;
        let is_filtered = address.query.has_filters();
        let message = match (&address.query.text, is_filtered) {
            (Some(text), true) => format!("Nothing matches “{text}” with these filters."),
            (Some(text), false) => format!("Nothing matches “{text}”. Try fewer or other words."),
            (None, true) => "Nothing matches these filters.".to_owned(),
            (None, false) => "There is nothing here yet.".to_owned(),
        };
        let suggestions = parts.suggestions.cloned().unwrap_or_default();
        let link = |label: &str, url: String| SuggestedLink { label: label.to_owned(), url };
        let brands = suggestions.brands.iter();
        let queries = suggestions.queries.iter().chain(brands).map(|query| link(query, search_url(query)));
        let mut categories: Vec<SuggestedLink> =
            suggestions.categories.iter().map(|category| link(&category.name, category.url.clone())).collect();
        if categories.is_empty() {
            let roots = parts.shop.categories.roots();
            categories = roots.map(|category| link(&category.name, category.url.clone())).collect();
        }
        Self {
            message,
            clear_url: is_filtered.then(|| address.without_filters().href()),
            queries: queries.take(8).collect(),
            categories: categories.into_iter().take(10).collect(),
        }
    }
}
