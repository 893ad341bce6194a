//! The writing side of the shop for shoppers and storefronts: carts, checkouts, orders.
//!
//! ```text
//! POST /checkout
//!   A  one transaction    cart locked, lines priced, stock reserved, checkout `open`
//!   B  no transaction     the gateway charges the checkout's id
//!   C  one transaction    order, stock ledger, outbox and mail; the cart is gone, the checkout `completed`
//! ```
//!
//! Whatever dies between the steps leaves an open checkout. `settle` asks the gateway what became of the payment and
//! does C, or gives the money back: called by a repeated request, by the return from the gateway's page and by the
//! worker. Every step is safe to repeat: the payment has the checkout's id, and so has the order.

mod bounded_gateway;
mod cart;
mod checkout;
mod order;
mod routes;
mod settings;
pub mod shapes;
mod state;
mod storefront;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use cart::access::CartAccess;
pub use cart::change::CartChange;
use routes::cart::add_cart_item::{__path_add_cart_item, add_cart_item};
use routes::cart::change_cart_item::{__path_change_cart_item, change_cart_item};
use routes::cart::create_cart::{__path_create_cart, create_cart};
use routes::cart::get_cart::{__path_get_cart, get_cart};
use routes::cart::list_shipping_rates::{__path_list_shipping_rates, list_shipping_rates};
use routes::cart::remove_cart_item::{__path_remove_cart_item, remove_cart_item};
use routes::checkout::check_out::{__path_check_out, check_out};
use routes::orders::cancel_order::{__path_cancel_order, cancel_order};
use routes::orders::get_order::{__path_get_order, get_order};
use routes::orders::list_orders::{__path_list_orders, list_orders};
pub use settings::{CartSettings, CheckoutSettings};
pub use state::StorefrontApiState;
pub use storefront::{CheckoutOutcome, SettleCounts, Storefront};

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
        .routes(routes!(list_shipping_rates))
        .routes(routes!(check_out))
        .routes(routes!(list_orders))
        .routes(routes!(get_order))
        .routes(routes!(cancel_order))
}
