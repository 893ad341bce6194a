//! The page of a product.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_core::document::ProductDocument;
use coheron_core::sku::Sku;
use coheron_platform::cache::Tag;

use super::category::with_query;
use super::page_path::PagePath;
use super::page_query::PageQuery;
use super::related;
use crate::listing_address::encode;
use crate::marks::RELATED_MARK;
use crate::page::{RenderedPage, answer};
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::view::product::{Offer, ProductPage};
use crate::visit::Visit;

pub async fn product(
    State(state): State<WebsiteState>,
    visit: Visit,
    PagePath((sku, slug)): PagePath<(String, String)>,
    PageQuery(parameters): PageQuery<Vec<(String, String)>>,
    RawQuery(raw_query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let page = page(&state, &visit, &sku, &slug, variant_of(&parameters), raw_query).await;
    answer(&state, &visit, &headers, page).await
}

pub async fn product_without_slug(
    State(state): State<WebsiteState>,
    visit: Visit,
    PagePath(sku): PagePath<String>,
    PageQuery(parameters): PageQuery<Vec<(String, String)>>,
    RawQuery(raw_query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let page = page(&state, &visit, &sku, "", variant_of(&parameters), raw_query).await;
    answer(&state, &visit, &headers, page).await
}

fn variant_of(parameters: &[(String, String)]) -> Option<&str> {
    parameters.iter().find(|(name, _)| name == "variant").map(|(_, value)| value.as_str())
}

/// The product in one cache entry, what lies beside it in another: the first changes with the product alone, the
/// second with any product of the shelf.
async fn page(
    state: &WebsiteState,
    visit: &Visit,
    sku: &str,
    slug: &str,
    variant: Option<&str>,
    raw_query: Option<String>,
) -> Result<Arc<RenderedPage>, PageError> {
    let site_id = visit.site.id;
    let product_sku = Sku::parse(sku).map_err(|_| PageError::NotFound)?;
    // A variant that does not exist shows the product as it is; such addresses share one entry per text, bounded.
    let key =
        visit.cache_key(&format!("/p/{}/{}?variant={}", encode(sku), encode(slug), encode(variant.unwrap_or(""))));
    let tags = [Tag::Site(site_id), Tag::Product(site_id, product_sku)];
    let own = state.pages.get_or_render(&key, &tags, render(state, visit, sku, slug, variant, raw_query)).await?;
    let beside = related::related(state, visit, sku, own.shelf.as_ref()).await?;
    let html = own.html.replacen(RELATED_MARK, &beside, 1);
    let RenderedPage { status, stock_time, has_forms, .. } = *own;
    Ok(Arc::new(RenderedPage { status, html, stock_time, shelf: None, has_forms }))
}

async fn render(
    state: &WebsiteState,
    visit: &Visit,
    sku: &str,
    slug: &str,
    variant: Option<&str>,
    raw_query: Option<String>,
) -> Result<Arc<RenderedPage>, PageError> {
    let document = state.catalogue.product(visit.site.id, sku).await?.ok_or(PageError::NotFound)?;
    if let Some(location) = right_address(&document, sku, slug, raw_query) {
        return Err(PageError::Moved(location));
    }
    let facts = state.catalogue.facts(visit.site.id).await?;
    let shop = visit.shop(&facts, (state.clock)());
    let tax_mode = state.storefront.tax_rule().mode;
    let mut page = ProductPage::new(&shop, tax_mode, &document, variant);
    if let Some(price) = page.offer.as_ref().map(Offer::price)
        && let Some(cheapest) = state.storefront.shipping_rates_of(price).await.first()
    {
        page.promise_delivery(cheapest);
    }
    RenderedPage::of_product(&page, &document)
}

/// Where the request should have gone: a variant's SKU leads to its product, an old name to the new one.
fn right_address(document: &ProductDocument, sku: &str, slug: &str, raw_query: Option<String>) -> Option<String> {
    if document.sku.as_str() != sku {
        return Some(format!("{}?variant={}", document.url, encode(sku)));
    }
    (document.slug != slug).then(|| with_query(&document.url, raw_query))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn wrong_addresses_lead_to_the_right_one() {
        let document = sample::shirt();
        let address =
            |sku: &str, slug: &str, query: Option<&str>| right_address(&document, sku, slug, query.map(str::to_owned));
        assert_eq!(address("PW-TS", &document.slug, Some("variant=x")), None);
        assert_eq!(
            address("PW-TS", "old-name", Some("variant=x&a=b")),
            Some(format!("{}?variant=x&a=b", document.url))
        );
        assert_eq!(address("PW-TS", "", None), Some(document.url.clone()));
        assert_eq!(address("PW-TS-SKY-M", "", None), Some(format!("{}?variant=PW-TS-SKY-M", document.url)));
    }
}
