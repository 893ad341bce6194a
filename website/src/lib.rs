//! The public website: pages rendered on the server, complete without a script, kept in memory until what they show
//! changes.

mod assets;
mod category_tree;
mod listing_address;
mod page;
mod page_error;
mod routes;
mod security_headers;
mod shop_catalogue;
mod state;
mod view;
mod visit;

pub use routes::router;
pub use state::WebsiteState;
