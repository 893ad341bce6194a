//! The page of an order.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::{OrderLink, permitted, present};
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, answer_private};
use crate::routes::page_query::PageQuery;
use crate::routes::path_id::PathId;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub async fn show_order(
    State(state): State<WebsiteState>,
    visit: Visit,
    PathId(id): PathId,
    PageQuery(link): PageQuery<OrderLink>,
) -> Response {
    let answer = page(&state, &visit, id, &link.key).await;
    answer_private(&state, &visit, answer).await
}

async fn page(state: &WebsiteState, visit: &Visit, id: Uuid, signature: &str) -> Result<PrivateAnswer, PageError> {
    let order_id = permitted(state, visit, id, signature).await?;
    present(state, visit, order_id, signature, None).await
}
