//! The first page of the shop.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_core::product_query::{MAX_LIMIT, ProductQuery, Sort};
use coheron_platform::cache::Tag;

use crate::category_tree::Category;
use crate::page::{RenderedPage, answer};
use crate::page_error::PageError;
use crate::shop_catalogue::ShopFacts;
use crate::state::WebsiteState;
use crate::view::card::Card;
use crate::view::home::{CategoryTile, HomePage, HomeParts};
use crate::view::picture::Picture;
use crate::view::shell::product_count;
use crate::visit::Visit;

const MOST_TILES: usize = 12;

pub async fn home(State(state): State<WebsiteState>, visit: Visit, headers: HeaderMap) -> Response {
    let site_id = visit.site.id;
    let tags = [Tag::Site(site_id), Tag::Listing(site_id)];
    let page = state.pages.get_or_render(&visit.cache_key("/"), &tags, render(&state, &visit)).await;
    answer(&state, &visit, &headers, page).await
}

async fn render(state: &WebsiteState, visit: &Visit) -> Result<Arc<RenderedPage>, PageError> {
    let site_id = visit.site.id;
    let facts = state.catalogue.facts(site_id).await?;
    let shop = visit.shop(&facts, (state.clock)());
    let newest = ProductQuery { sort: Sort::Newest, ..ProductQuery::all() };
    let newest = state.catalogue.search(site_id, &newest).await?;
    let popular = ProductQuery { sort: Sort::Popularity, limit: MAX_LIMIT, ..ProductQuery::all() };
    let popular = state.catalogue.search(site_id, &popular).await?;
    let mut tiles = Vec::new();
    for category in shop.categories.roots().take(MOST_TILES) {
        tiles.extend(tile(state, visit, &facts, category).await?);
    }
    RenderedPage::new(&HomePage::new(HomeParts { shop: &shop, tiles, newest: &newest, popular: &popular }))
}

/// A category with the picture of its most popular product; none for an empty category.
async fn tile(
    state: &WebsiteState,
    visit: &Visit,
    facts: &ShopFacts,
    category: &Category,
) -> Result<Option<CategoryTile>, PageError> {
    let count = facts.counts.get(&category.id).copied().unwrap_or(0);
    if count == 0 {
        return Ok(None);
    }
    let page = state.catalogue.most_popular(visit.site.id, &category.id, 1).await?;
    let picture = page
        .hits
        .first()
        .and_then(|hit| Card::of_hit(hit, &visit.site.locale, (state.clock)()))
        .map(|card| card.picture);
    Ok(Some(CategoryTile {
        name: category.name.clone(),
        url: category.url.clone(),
        count: product_count(count),
        picture: picture.unwrap_or_else(Picture::missing),
    }))
}
