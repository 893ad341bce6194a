//! The public website: pages rendered on the server, complete without a script, kept in memory until what they show
//! changes.

mod assets;
mod cart_cookie;
mod category_tree;
mod cookies;
mod form_token;
mod listing_address;
mod marks;
mod order_access;
mod page;
mod page_error;
mod private_page;
mod problem_pages;
mod routes;
mod security_headers;
mod shop_catalogue;
mod shopper_form;
mod signing_keys;
mod state;
mod view;
mod visit;

pub use problem_pages::show_problems_as_pages;
pub use routes::router;
pub use state::WebsiteState;
