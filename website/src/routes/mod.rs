//! One file per page.

mod asset;
mod category;
mod home;
mod not_found;
mod product;
mod related;
mod robots;
mod search;
mod sitemap;
mod suggest;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::middleware::map_response;
use axum::routing::get;

use crate::security_headers::add_security_headers;
use crate::state::WebsiteState;

/// The public site. Every path that is none of these is answered with the shop's page for missing pages, so this router
/// brings the fallback of the server it is merged into.
pub fn router(state: WebsiteState) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/c/{id}", get(category::category_without_slug))
        .route("/c/{id}/{slug}", get(category::category))
        .route("/p/{sku}", get(product::product_without_slug))
        .route("/p/{sku}/{slug}", get(product::product))
        .route("/search", get(search::search))
        .route("/search/suggest", get(suggest::suggest))
        .route("/assets/{hash}/{name}", get(asset::asset))
        .route("/favicon.svg", get(asset::favicon))
        .route("/favicon.ico", get(asset::favicon))
        .route("/robots.txt", get(robots::robots))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .fallback(not_found::not_found)
        .layer(map_response(add_security_headers))
        .with_state(state)
}
