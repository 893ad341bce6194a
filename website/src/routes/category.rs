//! A category page.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_platform::cache::Tag;

use super::page_path::PagePath;
use super::page_query::PageQuery;
use super::search::{listing_query, pairs};
use crate::category_tree::Category;
use crate::listing_address::ListingAddress;
use crate::page::{RenderedPage, answer};
use crate::page_error::PageError;
use crate::shop_catalogue::ShopFacts;
use crate::state::WebsiteState;
use crate::view::listing::{ListingPage, ListingParts, is_beyond_the_end};
use crate::visit::Visit;

pub async fn category(
    State(state): State<WebsiteState>,
    visit: Visit,
    PagePath((id, slug)): PagePath<(String, String)>,
    PageQuery(parameters): PageQuery<Vec<(String, String)>>,
    RawQuery(raw_query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let page = page(&state, &visit, &id, &slug, &parameters, raw_query).await;
    answer(&state, &visit, &headers, page).await
}

pub async fn category_without_slug(
    State(state): State<WebsiteState>,
    visit: Visit,
    PagePath(id): PagePath<String>,
    RawQuery(raw_query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let page = page(&state, &visit, &id, "", &[], raw_query).await;
    answer(&state, &visit, &headers, page).await
}

async fn page(
    state: &WebsiteState,
    visit: &Visit,
    id: &str,
    slug: &str,
    parameters: &[(String, String)],
    raw_query: Option<String>,
) -> Result<Arc<RenderedPage>, PageError> {
    let site_id = visit.site.id;
    let facts = state.catalogue.facts(site_id).await?;
    let category = facts.categories.find(id).ok_or(PageError::NotFound)?;
    if category.url.rsplit('/').next() != Some(slug) {
        return Err(PageError::Moved(with_query(&category.url, raw_query)));
    }
    let address = ListingAddress::for_category(&category.url, id, visit.site.currency, pairs(parameters))
        .map_err(PageError::BadRequest)?;
    if !address.refused.is_empty() {
        // What one shopper mistyped is not asked for again.
        return render(state, visit, &facts, category, &address).await;
    }
    let key = visit.cache_key(&address.href());
    let tags = [Tag::Site(site_id), Tag::Listing(site_id)];
    state.pages.get_or_render(&key, &tags, render(state, visit, &facts, category, &address)).await
}

async fn render(
    state: &WebsiteState,
    visit: &Visit,
    facts: &ShopFacts,
    category: &Category,
    address: &ListingAddress,
) -> Result<Arc<RenderedPage>, PageError> {
    let found = state.catalogue.search(visit.site.id, &listing_query(address)).await?;
    if is_beyond_the_end(address, found.total) {
        return Err(PageError::NotFound);
    }
    let shop = visit.shop(facts, (state.clock)());
    let parts = ListingParts { shop: &shop, address, page: &found, counts: &facts.counts, suggestions: None };
    RenderedPage::of_listing(&ListingPage::of_category(&parts, category), address)
}

/// The address with the question that came with the request.
pub(super) fn with_query(path: &str, raw_query: Option<String>) -> String {
    match raw_query {
        Some(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}
