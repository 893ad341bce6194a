//! Every path that is no page.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::page::answer;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub async fn not_found(State(state): State<WebsiteState>, visit: Visit, headers: HeaderMap) -> Response {
    answer(&state, &visit, &headers, Err(PageError::NotFound)).await
}
