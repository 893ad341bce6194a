//! Search results.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_core::ports::Suggestions;
use coheron_core::product_query::{FacetRequest, ProductQuery};
use coheron_platform::cache::Tag;

use crate::listing_address::{ListingAddress, PAGE_SIZE};
use crate::page::{RenderedPage, answer};
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::view::listing::{ListingPage, ListingParts, is_beyond_the_end};
use crate::visit::Visit;

/// Eight beside the categories.
const MOST_FACETS: usize = 9;
const MOST_SUGGESTIONS: usize = 6;
const MOST_WORDS: usize = 6;

pub async fn search(
    State(state): State<WebsiteState>,
    visit: Visit,
    Query(parameters): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let page = page(&state, &visit, &parameters).await;
    answer(&state, &visit, &headers, page).await
}

async fn page(
    state: &WebsiteState,
    visit: &Visit,
    parameters: &[(String, String)],
) -> Result<Arc<RenderedPage>, PageError> {
    let address = ListingAddress::for_search(visit.site.currency, pairs(parameters)).map_err(PageError::BadRequest)?;
    if !address.refused.is_empty() {
        // What one shopper mistyped is not asked for again.
        return render(state, visit, &address).await;
    }
    let key = visit.cache_key(&address.href());
    let tags = [Tag::Site(visit.site.id), Tag::Listing(visit.site.id)];
    state.pages.get_or_render(&key, &tags, render(state, visit, &address)).await
}

async fn render(state: &WebsiteState, visit: &Visit, address: &ListingAddress) -> Result<Arc<RenderedPage>, PageError> {
    let site_id = visit.site.id;
    let found = state.catalogue.search(site_id, &listing_query(address)).await?;
    if is_beyond_the_end(address, found.total) {
        return Err(PageError::NotFound);
    }
    let suggestions = match (&address.query.text, found.total) {
        (Some(text), 0) => Some(suggestions_for(state, visit, text).await?),
        _ => None,
    };
    let facts = state.catalogue.facts(site_id).await?;
    let shop = visit.shop(&facts, (state.clock)());
    let parts =
        ListingParts { shop: &shop, address, page: &found, counts: &facts.counts, suggestions: suggestions.as_ref() };
    RenderedPage::of_listing(&ListingPage::of_search(&parts), address)
}

/// What comes near to a text that found nothing: completions of the whole, else of its words.
async fn suggestions_for(state: &WebsiteState, visit: &Visit, text: &str) -> Result<Suggestions, PageError> {
    let whole = state.catalogue.suggest(visit.site.id, text, MOST_SUGGESTIONS).await?;
    if whole != Suggestions::default() {
        return Ok(whole);
    }
    let mut gathered = Suggestions::default();
    for word in text.split_whitespace().filter(|word| word.chars().count() > 2).take(MOST_WORDS) {
        let near = state.catalogue.suggest(visit.site.id, word, MOST_SUGGESTIONS).await?;
        gathered.queries.extend(near.queries);
        gathered.categories.extend(near.categories);
        gathered.brands.extend(near.brands);
    }
    gathered.queries.dedup();
    gathered.categories.dedup();
    gathered.brands.dedup();
    Ok(gathered)
}

/// The question of a listing page with its facets.
pub(super) fn listing_query(address: &ListingAddress) -> ProductQuery {
    ProductQuery {
        offset: address.offset(),
        limit: PAGE_SIZE,
        facets: FacetRequest::Automatic { most: MOST_FACETS },
        fields: Vec::new(),
        ..address.query.clone()
    }
}

pub(super) fn pairs(parameters: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}
