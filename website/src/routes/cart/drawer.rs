//! The cart as the content of a drawer, for scripts.

use axum::extract::State;
use axum::response::Response;

use super::{Presentation, present};
use crate::private_page::answer_private;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub async fn show_drawer(State(state): State<WebsiteState>, visit: Visit) -> Response {
    let answer = present(&state, &visit, Presentation::Drawer, None).await;
    answer_private(&state, &visit, answer).await
}
