//! The checkout as it is shown first, and again after a payment that failed at the bank.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use coheron_core::ids::CheckoutId;
use serde::Deserialize;

use super::{FilledForm, present, to_the_cart};
use crate::order_access::began_checkout;
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, answer_private};
use crate::routes::cart::load_cart;
use crate::routes::page_query::PageQuery;
use crate::state::WebsiteState;
use crate::view::checkout_fields::{CheckoutForm, FormProblem};
use crate::view::countries::country_of_locale;
use crate::visit::Visit;

#[derive(Debug, Deserialize)]
pub struct CheckoutParameters {
    /// The checkout before, whose payment failed.
    again: Option<String>,
}

pub async fn show_checkout(
    State(state): State<WebsiteState>,
    visit: Visit,
    PageQuery(parameters): PageQuery<CheckoutParameters>,
    headers: HeaderMap,
) -> Response {
    let before = parameters.again.and_then(|id| id.parse().ok());
    let answer = page(&state, &visit, before, &headers).await;
    answer_private(&state, &visit, answer).await
}

async fn page(
    state: &WebsiteState,
    visit: &Visit,
    before: Option<CheckoutId>,
    headers: &HeaderMap,
) -> Result<PrivateAnswer, PageError> {
    let Some(cart) = load_cart(state, visit).await? else { return Ok(to_the_cart()) };
    let filled = match before {
        Some(before) => filled_before(state, visit, before, headers).await?,
        None => None,
    };
    let filled = filled.unwrap_or_else(|| FilledForm {
        form: CheckoutForm::empty(country_of_locale(&visit.site.locale)),
        problems: Vec::new(),
    });
    Ok(present(state, visit, &cart, filled).await?.with_status(StatusCode::OK))
}

/// What the shopper filled in for the checkout before; none for a browser that did not begin it.
async fn filled_before(
    state: &WebsiteState,
    visit: &Visit,
    before: CheckoutId,
    headers: &HeaderMap,
) -> Result<Option<FilledForm>, PageError> {
    let key = state.signing_keys.of(visit.site.id).await?;
    if !began_checkout(&key, headers, before) {
        return Ok(None);
    }
    let purchase = state.storefront.purchase_of_checkout(&visit.site, before).await?;
    let words = "The payment was not confirmed, and nothing was charged. Try again, or choose another way to pay.";
    let problem = FormProblem { field_id: Some("payment".to_owned()), words: words.to_owned() };
    Ok(Some(FilledForm { form: CheckoutForm::of_purchase(&purchase), problems: vec![problem] }))
}
