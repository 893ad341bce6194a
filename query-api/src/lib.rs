//! The read side of the HTTP API: catalogue and search as shoppers see them, events and orders as analysts do.

mod list_answer;
mod product_json;
mod question;
pub mod routes;
pub mod shapes;
mod state;

#[cfg(test)]
mod test_app;
#[cfg(test)]
mod tests;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use routes::analytics::get_page_report::{__path_get_page_report, get_page_report};
use routes::analytics::get_product_report::{__path_get_product_report, get_product_report};
use routes::analytics::run_sql::{__path_run_sql, run_sql};
use routes::categories::get_category::{__path_get_category, get_category};
use routes::categories::list_categories::{__path_list_categories, list_categories};
use routes::products::get_product::{__path_get_product, get_product};
use routes::products::list_products::{__path_list_products, list_products};
use routes::products::list_variants::{__path_list_variants, list_variants};
use routes::search::search_products::{__path_search_products, search_products};
use routes::search::suggest::{__path_suggest, suggest};
pub use state::QueryApiState;

/// All endpoints, with paths relative to the root of the API.
pub fn router(state: QueryApiState) -> OpenApiRouter {
    endpoints().with_state(state)
}

/// The operations of this crate, with paths relative to the root of the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    endpoints().into_openapi()
}

fn endpoints() -> OpenApiRouter<QueryApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_products))
        .routes(routes!(get_product))
        .routes(routes!(list_variants))
        .routes(routes!(search_products))
        .routes(routes!(suggest))
        .routes(routes!(list_categories))
        .routes(routes!(get_category))
        .routes(routes!(run_sql))
        .routes(routes!(get_page_report))
        .routes(routes!(get_product_report))
}
