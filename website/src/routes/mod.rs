//! One file per page.

mod asset;
mod cart;
mod category;
mod checkout;
mod home;
mod not_found;
mod order;
mod page_path;
mod page_query;
mod path_id;
mod product;
mod related;
mod robots;
mod search;
mod sitemap;
mod suggest;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response;
use axum::routing::{get, post};

use crate::security_headers::add_security_headers;
use crate::state::WebsiteState;

/// No form of the shop comes near to it.
const FORM_LIMIT_BYTES: usize = 32 * 1024;

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
        .route("/cart", get(cart::show_cart))
        .route("/cart/drawer", get(cart::show_drawer))
        .route("/cart/items", post(cart::add_item))
        .route("/cart/items/{id}", post(cart::change_item))
        .route("/cart/items/{id}/remove", post(cart::remove_item))
        .route("/checkout", get(checkout::show_checkout).post(checkout::place_order))
        .route("/checkout/{id}", get(checkout::settle_checkout))
        .route("/checkout/{id}/return", get(checkout::settle_checkout))
        .route("/orders/{id}", get(order::show_order))
        .route("/orders/{id}/status", get(order::show_status))
        .route("/orders/{id}/cancel", post(order::cancel_order))
        .route("/assets/{hash}/{name}", get(asset::asset))
        .route("/favicon.svg", get(asset::favicon))
        .route("/favicon.ico", get(asset::favicon))
        .route("/robots.txt", get(robots::robots))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .fallback(not_found::not_found)
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .layer(map_response(add_security_headers))
        .with_state(state)
}
