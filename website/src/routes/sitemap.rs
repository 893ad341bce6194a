//! `/sitemap.xml`

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use coheron_platform::cache::Tag;

use crate::page::{RenderedPage, answer};
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::view::sitemap::{Sitemap, SitemapEntry};
use crate::visit::Visit;

/// The protocol allows 50,000 addresses in one file; the rest is room for categories.
const MOST_PRODUCTS: usize = 45_000;
/// One more than fit, to know whether any are left out.
const ASKED_PRODUCTS: i64 = 45_001;

pub async fn sitemap(State(state): State<WebsiteState>, visit: Visit, headers: HeaderMap) -> Response {
    // No listing tag: a map that is a minute old serves crawlers well, and making it reads every product.
    let tags = [Tag::Site(visit.site.id)];
    match state.pages.get_or_render(&visit.cache_key("/sitemap.xml"), &tags, render(&state, &visit)).await {
        Ok(page) => ([(CONTENT_TYPE, "application/xml")], page.html.clone()).into_response(),
        Err(error) => answer(&state, &visit, &headers, Err(error)).await,
    }
}

async fn render(state: &WebsiteState, visit: &Visit) -> Result<Arc<RenderedPage>, PageError> {
    let facts = state.catalogue.facts(visit.site.id).await?;
    let shop = visit.shop(&facts, (state.clock)());
    let home = SitemapEntry { url: shop.absolute("/"), changed_at: None };
    let categories =
        shop.categories.all().map(|category| SitemapEntry { url: shop.absolute(&category.url), changed_at: None });
    let mut addresses = state.catalogue.addresses(visit.site.id, ASKED_PRODUCTS).await?;
    if cut(&mut addresses, MOST_PRODUCTS) == Fit::Cut {
        // Once per rendering, so that a shop that grew too large is heard of and does not flood the log.
        tracing::warn!(site = %visit.site.code, most = MOST_PRODUCTS, "the sitemap leaves out products");
    }
    let products = addresses.iter().map(|address| SitemapEntry {
        url: shop.absolute(&address.url),
        changed_at: Some(address.updated_at.to_rfc3339_opts(SecondsFormat::Secs, true)),
    });
    RenderedPage::new(&Sitemap { entries: std::iter::once(home).chain(categories).chain(products).collect() })
}

/// Whether everything has found its place.
#[derive(Debug, PartialEq, Eq)]
enum Fit {
    Whole,
    Cut,
}

fn cut<T>(entries: &mut Vec<T>, most: usize) -> Fit {
    if entries.len() <= most {
        return Fit::Whole;
    }
    entries.truncate(most);
    Fit::Cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_known() {
        assert!(usize::try_from(ASKED_PRODUCTS).expect("a count") > MOST_PRODUCTS);
        let mut entries = vec![1, 2, 3];
        assert_eq!((cut(&mut entries, 3), entries.len()), (Fit::Whole, 3));
        assert_eq!((cut(&mut entries, 2), entries.len()), (Fit::Cut, 2));
    }
}
