//! The writing side of the shop for shoppers and storefronts: carts.

mod cart;
mod routes;
pub mod shapes;
mod state;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use routes::cart::add_cart_item::{__path_add_cart_item, add_cart_item};
use routes::cart::change_cart_item::{__path_change_cart_item, change_cart_item};
use routes::cart::create_cart::{__path_create_cart, create_cart};
use routes::cart::get_cart::{__path_get_cart, get_cart};
use routes::cart::remove_cart_item::{__path_remove_cart_item, remove_cart_item};
pub use state::{CartSettings, StorefrontApiState};

/// All endpoints, with paths relative to the root of the API.
pub fn router(state: StorefrontApiState) -> OpenApiRouter {
    endpoints().with_state(state)
}

/// The operations of this crate, with paths relative to the root of the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    endpoints().into_openapi()
}

fn endpoints() -> OpenApiRouter<StorefrontApiState> {
    OpenApiRouter::new()
        .routes(routes!(create_cart))
        .routes(routes!(get_cart))
        .routes(routes!(add_cart_item))
        .routes(routes!(change_cart_item, remove_cart_item))
}
