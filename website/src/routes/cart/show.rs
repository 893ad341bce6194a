//! The cart as a page.

use axum::extract::State;
use axum::response::Response;

use super::{Presentation, present};
use crate::private_page::answer_private;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub async fn show_cart(State(state): State<WebsiteState>, visit: Visit) -> Response {
    let answer = present(&state, &visit, Presentation::Page, None).await;
    answer_private(&state, &visit, answer).await
}
