//! The cart: shown as a page or as a drawer beside a page, and changed by forms.

mod add_item;
mod change_item;
mod drawer;
mod remove_item;
mod show;

use axum::http::StatusCode;
use axum::response::Response;
use coheron_platform::http::Problem;
use coheron_storefront_api::shapes::cart::Cart;
use coheron_storefront_api::{CartAccess, CartChange};

pub use add_item::add_item;
pub use change_item::change_item;
pub use drawer::show_drawer;
pub use remove_item::remove_item;
pub use show::show_cart;

use crate::cart_cookie::{forget_cart, keep_cart};
use crate::cookies::NewCookie;
use crate::page::shop_of;
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, PrivatePage, answer_private};
use crate::shopper_form::{Fields, ShopperForm};
use crate::state::WebsiteState;
use crate::view::cart::{CartDrawer, CartPage, CartView, Estimate, pieces};
use crate::view::checkout_fields::sentence;
use crate::view::delivery::delivery_choices;
use crate::visit::Visit;

/// Where the visitor looks at the cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presentation {
    Page,
    Drawer,
}

impl Presentation {
    /// A script adds to a form where it wants to go on.
    fn of(fields: &Fields) -> Self {
        if fields.text("then") == "drawer" { Self::Drawer } else { Self::Page }
    }

    fn location(self) -> String {
        match self {
            Self::Page => "/cart".to_owned(),
            Self::Drawer => "/cart/drawer".to_owned(),
        }
    }
}

/// The visitor's cart; none where the browser has none, or has one that is gone.
pub async fn load_cart(state: &WebsiteState, visit: &Visit) -> Result<Option<Cart>, PageError> {
    let Some(access) = &visit.cart else { return Ok(None) };
    match state.storefront.cart(&visit.site, access).await {
        Ok(cart) => Ok(Some(cart)),
        Err(problem) if is_gone(&problem) => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

pub fn is_gone(problem: &Problem) -> bool {
    matches!(problem.status(), StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED)
}

/// Shows the cart; with an alert where the last change was refused.
async fn present(
    state: &WebsiteState,
    visit: &Visit,
    presentation: Presentation,
    alert: Option<String>,
) -> Result<PrivateAnswer, PageError> {
    let cart = load_cart(state, visit).await?;
    let view = cart.as_ref().map(CartView::new).unwrap_or_default();
    let status = if alert.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let pieces = view.pieces;
    let page = match presentation {
        Presentation::Drawer => PrivatePage::new(visit, &CartDrawer::new(view, alert))?,
        Presentation::Page => {
            let estimate = estimate(state, visit, cart.as_ref()).await;
            PrivatePage::new(visit, &CartPage::new(&shop_of(state, visit).await, view, alert, estimate))?
        }
    };
    let cookies = match (&cart, &visit.cart) {
        (Some(cart), Some(access)) => kept(state, access, cart),
        (None, Some(_)) => forget_cart().into(),
        (_, None) => Vec::new(),
    };
    Ok(PrivateAnswer::Page(PrivatePage { status, pieces, cookies, ..page }))
}

/// Makes the change and leads to the cart as it is then.
async fn change(state: &WebsiteState, form: ShopperForm, change: CartChange) -> Response {
    let ShopperForm { visit, fields, .. } = form;
    let answer = try_change(state, &visit, Presentation::of(&fields), change).await;
    answer_private(state, &visit, answer).await
}

async fn try_change(
    state: &WebsiteState,
    visit: &Visit,
    presentation: Presentation,
    change: CartChange,
) -> Result<PrivateAnswer, PageError> {
    let Some(access) = &visit.cart else { return Ok(leads_to(presentation, Vec::new())) };
    match state.storefront.change_cart(&visit.site, access, change).await {
        Ok(cart) => Ok(leads_to(presentation, kept(state, access, &cart))),
        // The cart has expired or the line was removed in another window: the page tells how it is now.
        Err(problem) if is_gone(&problem) => Ok(leads_to(presentation, Vec::new())),
        Err(problem) => refuse(state, visit, presentation, problem).await,
    }
}

async fn refuse(
    state: &WebsiteState,
    visit: &Visit,
    presentation: Presentation,
    problem: Problem,
) -> Result<PrivateAnswer, PageError> {
    match refusal_words(&problem) {
        Some(words) => present(state, visit, presentation, Some(words)).await,
        None => Err(problem.into()),
    }
}

/// What a shopper reads; none for problems that are not about the product or its quantity.
fn refusal_words(problem: &Problem) -> Option<String> {
    let error = problem.errors().first()?;
    match (problem.status(), error.field.as_str()) {
        (StatusCode::UNPROCESSABLE_ENTITY, "sku") => Some(format!("This product {}.", error.message)),
        (StatusCode::UNPROCESSABLE_ENTITY, "quantity") => Some(format!("The quantity {}.", error.message)),
        (StatusCode::UNPROCESSABLE_ENTITY, _) => Some(sentence(&error.message)),
        (StatusCode::CONFLICT, _) => Some("Your cart has changed in another window. Please look again.".to_owned()),
        _ => None,
    }
}

fn leads_to(presentation: Presentation, cookies: Vec<NewCookie>) -> PrivateAnswer {
    PrivateAnswer::Redirect { location: presentation.location(), cookies }
}

fn kept(state: &WebsiteState, access: &CartAccess, cart: &Cart) -> Vec<NewCookie> {
    keep_cart(access, pieces(cart), cart.expires_at, (state.clock)()).into()
}

/// Nice to know before the checkout; the cart is shown without it too.
async fn estimate(state: &WebsiteState, visit: &Visit, cart: Option<&Cart>) -> Option<Estimate> {
    let cart = cart.filter(|cart| !cart.items.is_empty())?;
    let rates = state.storefront.shipping_rates(&visit.site, visit.cart.as_ref()?).await.ok()?;
    let choices = delivery_choices(cart, &rates, state.storefront.tax_rule())?;
    let is_lowest = choices.len() > 1;
    let cheapest = choices.into_iter().min_by_key(|choice| choice.totals.total_minor)?;
    Some(Estimate { totals: cheapest.totals, is_lowest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_in_the_words_of_a_shop() {
        let refused = |field: &str, message: &str| {
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_orderable", "");
            refusal_words(&problem.with_field(field, "not_orderable", message))
        };
        assert_eq!(refused("sku", "is sold out").as_deref(), Some("This product is sold out."));
        assert_eq!(refused("quantity", "must be 1 to 999").as_deref(), Some("The quantity must be 1 to 999."));
        assert_eq!(refusal_words(&Problem::internal()), None);
    }

    #[test]
    fn a_script_goes_on_in_the_drawer() {
        assert_eq!(Presentation::of(&Fields::from([("then", "drawer")])), Presentation::Drawer);
        assert_eq!(Presentation::of(&Fields::from([("then", "//elsewhere")])), Presentation::Page);
    }
}
