//! What became of a checkout: where the browser comes back from the bank, and where it waits for the gateway.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use coheron_core::ids::CheckoutId;
use coheron_core::signature::SigningKey;
use coheron_storefront_api::CheckoutOutcome;
use serde::Deserialize;

use super::lead_on;
use crate::order_access::began_checkout;
use crate::page::shop_of;
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, PrivatePage, answer_private};
use crate::routes::page_query::PageQuery;
use crate::routes::path_id::PathId;
use crate::state::WebsiteState;
use crate::view::waiting::{Forwarding, WaitingPage};
use crate::visit::Visit;

#[derive(Debug, Deserialize)]
pub struct SettleParameters {
    /// The checkout has just led here.
    forward: Option<String>,
}

impl SettleParameters {
    fn forwarding(&self) -> Forwarding {
        if self.forward.is_some() { Forwarding::AtOnce } else { Forwarding::ByButton }
    }
}

pub async fn settle_checkout(
    State(state): State<WebsiteState>,
    visit: Visit,
    PathId(id): PathId,
    PageQuery(parameters): PageQuery<SettleParameters>,
    headers: HeaderMap,
) -> Response {
    let answer = settle(&state, &visit, CheckoutId(id), &headers, parameters.forwarding()).await;
    answer_private(&state, &visit, answer).await
}

async fn settle(
    state: &WebsiteState,
    visit: &Visit,
    checkout_id: CheckoutId,
    headers: &HeaderMap,
    forwarding: Forwarding,
) -> Result<PrivateAnswer, PageError> {
    let key: SigningKey = state.signing_keys.of(visit.site.id).await?;
    let settled = state.storefront.settle_checkout(&visit.site, checkout_id).await;
    let shop = shop_of(state, visit).await;
    // The gateway leads back with nothing but the id, which is no secret: what it became is for the browser alone that
    // began it.
    if !began_checkout(&key, headers, checkout_id) {
        return Ok(PrivateAnswer::Page(PrivatePage::new(visit, &WaitingPage::for_another_browser(&shop))?));
    }
    let outcome = match settled {
        Ok(outcome) => outcome,
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            return Ok(back_to_the_form(checkout_id));
        }
        Err(problem) => return Err(problem.into()),
    };
    let page = match &outcome {
        CheckoutOutcome::Ordered(_) => return Ok(lead_on(state, visit, &key, outcome).await),
        CheckoutOutcome::ConfirmationNeeded { url, .. } => WaitingPage::for_confirmation(&shop, url, forwarding),
        CheckoutOutcome::Pending { .. } => WaitingPage::for_the_gateway(&shop),
    };
    Ok(PrivateAnswer::Page(PrivatePage::new(visit, &page)?))
}

/// The form finds there what the shopper has filled in before.
fn back_to_the_form(checkout_id: CheckoutId) -> PrivateAnswer {
    PrivateAnswer::Redirect { location: format!("/checkout?again={checkout_id}"), cookies: Vec::new() }
}
