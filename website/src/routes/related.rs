//! Products of the same shelf, as a part of the product page.

use std::sync::Arc;

use askama::Template;
use coheron_core::document::DocumentCategory;
use coheron_core::sku::Sku;
use coheron_platform::cache::Tag;

use crate::listing_address::encode;
use crate::page::RenderedPage;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::view::related::{CardFragment, MOST_RELATED, RelatedFragment};
use crate::visit::Visit;

/// HTML of the section; empty for a product on no shelf, and where the search does not answer. What a card says is of now; which products of the shelf are
/// shown may be known from a minute ago.
pub(super) async fn related(
    state: &WebsiteState,
    visit: &Visit,
    sku: &str,
    shelf: Option<&DocumentCategory>,
) -> Result<String, PageError> {
    let Some(shelf) = shelf else { return Ok(String::new()) };
    let favourites = match state.catalogue.favourites(visit.site.id, &shelf.id, MOST_RELATED + 1).await {
        Ok(favourites) => favourites,
        // While the index is being built, the product can be shown all the same.
        Err(PageError::Search(error)) => {
            tracing::warn!(%error, "a product is shown without its shelf");
            return Ok(String::new());
        }
        Err(error) => return Err(error),
    };
    let mut cards = Vec::with_capacity(MOST_RELATED);
    // The product itself is left out.
    for other in favourites.iter().filter(|other| other.as_str() != sku).take(MOST_RELATED) {
        match card(state, visit, other).await {
            Ok(card) => cards.push(card),
            // Deleted in that minute, or of a shape that this version does not know: the page does without it.
            Err(PageError::NotFound | PageError::Document(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(RelatedFragment::new(shelf, cards).render()?)
}

async fn card(state: &WebsiteState, visit: &Visit, sku: &Sku) -> Result<Arc<RenderedPage>, PageError> {
    let site_id = visit.site.id;
    let key = visit.cache_key(&format!("card {}", encode(sku.as_str())));
    let tags = [Tag::Site(site_id), Tag::Product(site_id, sku.clone())];
    let render = async {
        let document = state.catalogue.product(site_id, sku.as_str()).await?.ok_or(PageError::NotFound)?;
        RenderedPage::new(&CardFragment::new(&document, &visit.site.locale, (state.clock)()))
    };
    state.pages.get_or_render(&key, &tags, render).await
}
