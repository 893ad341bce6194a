//! From the cart to the order: one page, and where the bank or the gateway takes its time, a page to wait on.

mod cart_after_order;
mod place;
mod settle;
mod show;

use axum::http::StatusCode;
use coheron_core::ids::OrderId;
use coheron_core::signature::SigningKey;
use coheron_storefront_api::CheckoutOutcome;
use coheron_storefront_api::shapes::cart::Cart;

pub use place::place_order;
pub use settle::settle_checkout;
pub use show::show_checkout;

use self::cart_after_order::cart_after_order;
use crate::cart_cookie::cart_text;
use crate::order_access::{checkout_cookie, forget_checkout, order_path};
use crate::page::shop_of;
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, PrivatePage};
use crate::state::WebsiteState;
use crate::view::cart::CartView;
use crate::view::checkout::{CheckoutPage, CheckoutParts};
use crate::view::checkout_fields::{CheckoutForm, FormProblem};
use crate::view::delivery::delivery_choices;
use crate::view::payment_choice::{PAYMENT_CHOICES, PaymentChoice};
use crate::visit::Visit;

/// The form with what is wrong with it.
struct FilledForm {
    form: CheckoutForm,
    problems: Vec<FormProblem>,
}

/// The page for this cart; to the cart where it cannot be ordered at all.
async fn present(
    state: &WebsiteState,
    visit: &Visit,
    cart: &Cart,
    filled: FilledForm,
) -> Result<PrivateAnswer, PageError> {
    let Some(access) = visit.cart.as_ref().filter(|_| !cart.items.is_empty()) else { return Ok(to_the_cart()) };
    let view = CartView::new(cart);
    let FilledForm { form, problems } = filled;
    if !view.is_orderable && problems.is_empty() {
        return Ok(to_the_cart());
    }
    let rates = state.storefront.shipping_rates(&visit.site, access).await?;
    let deliveries =
        delivery_choices(cart, &rates, state.storefront.tax_rule()).ok_or(PageError::Refused { code: "no_totals" })?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let pieces = view.pieces;
    let attempt = cart_text(access);
    let payments = payment_choices(state);
    let parts = CheckoutParts { cart: view, form, problems, deliveries, attempt, version: cart.version, payments };
    let page = CheckoutPage::new(&shop_of(state, visit).await, parts)
        .ok_or(PageError::Refused { code: "no_shipping_rates" })?;
    let page = PrivatePage::new(visit, &page)?;
    Ok(PrivateAnswer::Page(PrivatePage { status, pieces, ..page }))
}

/// Where an attempt has led to. `visit` has the cart that the browser remembers.
async fn lead_on(state: &WebsiteState, visit: &Visit, key: &SigningKey, outcome: CheckoutOutcome) -> PrivateAnswer {
    match outcome {
        CheckoutOutcome::Ordered(order) => {
            let mut cookies = cart_after_order(state, visit).await;
            cookies.push(forget_checkout());
            PrivateAnswer::Redirect { location: order_path(key, OrderId(order.id)), cookies }
        }
        CheckoutOutcome::ConfirmationNeeded { checkout_id, .. } => PrivateAnswer::Redirect {
            location: format!("/checkout/{checkout_id}?forward=1"),
            cookies: vec![checkout_cookie(key, checkout_id)],
        },
        CheckoutOutcome::Pending { checkout_id } => PrivateAnswer::Redirect {
            location: format!("/checkout/{checkout_id}"),
            cookies: vec![checkout_cookie(key, checkout_id)],
        },
    }
}

fn to_the_cart() -> PrivateAnswer {
    PrivateAnswer::Redirect { location: "/cart".to_owned(), cookies: Vec::new() }
}

fn payment_choices(state: &WebsiteState) -> Vec<&'static PaymentChoice> {
    let is_known = |choice: &&PaymentChoice| state.storefront.gateway_names().any(|name| name == choice.gateway);
    PAYMENT_CHOICES.iter().filter(is_known).collect()
}
