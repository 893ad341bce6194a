//! Cancels an order that has not left the warehouse.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::{permitted, present};
use crate::order_access::order_path;
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, answer_private};
use crate::routes::path_id::PathId;
use crate::shopper_form::ShopperForm;
use crate::state::WebsiteState;

pub async fn cancel_order(State(state): State<WebsiteState>, PathId(id): PathId, form: ShopperForm) -> Response {
    let answer = cancel(&state, &form, id).await;
    answer_private(&state, &form.visit, answer).await
}

async fn cancel(state: &WebsiteState, form: &ShopperForm, id: Uuid) -> Result<PrivateAnswer, PageError> {
    let visit = &form.visit;
    let signature = form.fields.text("key");
    let order_id = permitted(state, visit, id, signature).await?;
    match state.storefront.cancel_order(&visit.site, order_id).await {
        Ok(_) => Ok(PrivateAnswer::Redirect { location: order_path(&form.key, order_id), cookies: Vec::new() }),
        Err(problem) if is_too_late(problem.status()) => {
            let words = "This order can no longer be cancelled: it is on its way or has been cancelled already.";
            let answer = present(state, visit, order_id, signature, Some(words.to_owned())).await?;
            Ok(answer.with_status(StatusCode::CONFLICT))
        }
        Err(problem) => Err(problem.into()),
    }
}

fn is_too_late(status: StatusCode) -> bool {
    matches!(status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY)
}
