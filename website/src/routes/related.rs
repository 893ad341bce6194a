//! Products of the same shelf, as a part of the product page.

use std::sync::Arc;

use coheron_core::document::DocumentCategory;
use coheron_core::product_query::{ProductQuery, Sort};
use coheron_platform::cache::Tag;

use crate::listing_address::encode;
use crate::page::RenderedPage;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::view::related::{MOST_RELATED, RelatedFragment};
use crate::visit::Visit;

/// HTML of the section; empty for a product on no shelf.
pub(super) async fn related(
    state: &WebsiteState,
    visit: &Visit,
    sku: &str,
    shelf: Option<&DocumentCategory>,
) -> Result<String, PageError> {
    let Some(shelf) = shelf else { return Ok(String::new()) };
    let site_id = visit.site.id;
    let key = visit.cache_key(&format!("related {} {}", encode(sku), encode(&shelf.id)));
    let tags = [Tag::Site(site_id), Tag::Listing(site_id)];
    let section = state.pages.get_or_render(&key, &tags, render(state, visit, sku, shelf)).await?;
    Ok(section.html.clone())
}

async fn render(
    state: &WebsiteState,
    visit: &Visit,
    sku: &str,
    shelf: &DocumentCategory,
) -> Result<Arc<RenderedPage>, PageError> {
    let query = ProductQuery {
        category: Some(shelf.id.clone()),
        sort: Sort::Popularity,
        limit: MOST_RELATED + 1,
        ..ProductQuery::all()
    };
    let found = state.catalogue.search(visit.site.id, &query).await?;
    RenderedPage::new(&RelatedFragment::new(sku, shelf, &found, (state.clock)()))
}
