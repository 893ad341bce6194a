//! What browsers and other programs of visitors report, over HTTP. It lives beside the ERP's records because both are
//! facts from outside that leave for a topic, checked; it holds a port instead of the broker, as every HTTP crate does.

mod consent;
mod keeping;
mod routes;
pub mod shapes;
mod state;
mod visitor;

#[cfg(test)]
mod tests;

use axum::extract::DefaultBodyLimit;
use coheron_core::web_event::MAX_BODY_BYTES;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use routes::collect_events::{__path_collect_events, collect_events};
use routes::count_page_view::{__path_count_page_view, count_page_view};
pub use state::CollectorState;

/// All endpoints, with paths relative to the root of the API.
pub fn router(state: CollectorState) -> OpenApiRouter {
    endpoints().layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(state)
}

/// The operations of the collector, with paths relative to the root of the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    endpoints().into_openapi()
}

fn endpoints() -> OpenApiRouter<CollectorState> {
    OpenApiRouter::new().routes(routes!(collect_events)).routes(routes!(count_page_view))
}
