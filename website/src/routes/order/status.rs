//! The part of an order's page that changes, for scripts.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::{OrderLink, permitted};
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, PrivatePage, answer_private};
use crate::routes::page_query::PageQuery;
use crate::routes::path_id::PathId;
use crate::state::WebsiteState;
use crate::view::order::{OrderStatusFragment, OrderStatusView};
use crate::visit::Visit;

pub async fn show_status(
    State(state): State<WebsiteState>,
    visit: Visit,
    PathId(id): PathId,
    PageQuery(link): PageQuery<OrderLink>,
) -> Response {
    let answer = fragment(&state, &visit, id, &link.key).await;
    answer_private(&state, &visit, answer).await
}

async fn fragment(state: &WebsiteState, visit: &Visit, id: Uuid, signature: &str) -> Result<PrivateAnswer, PageError> {
    let order_id = permitted(state, visit, id, signature).await?;
    let order = state.storefront.order(&visit.site, order_id).await?;
    let fragment = OrderStatusFragment { status: OrderStatusView::new(&order, signature) };
    Ok(PrivateAnswer::Page(PrivatePage::new(visit, &fragment)?))
}
