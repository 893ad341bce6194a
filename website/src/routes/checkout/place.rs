//! Buys the cart.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use coheron_platform::http::{Problem, outlive_caller};

use super::{FilledForm, lead_on, present, to_the_cart};
use crate::cart_cookie::parse_cart;
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, answer_private};
use crate::routes::cart::{is_gone, load_cart};
use crate::shopper_form::ShopperForm;
use crate::state::WebsiteState;
use crate::view::checkout_fields::{CheckoutForm, FormProblem, sentence};
use crate::visit::Visit;

pub async fn place_order(State(state): State<WebsiteState>, form: ShopperForm) -> Response {
    let answer = place(&state, &form).await;
    answer_private(&state, &form.visit, answer).await
}

/// The form itself carries the cart that it buys. So a form that is sent again after the order was placed, by a second
/// click, the back button or a reload, leads to that order, whatever cart the browser has by then.
async fn place(state: &WebsiteState, form: &ShopperForm) -> Result<PrivateAnswer, PageError> {
    let ShopperForm { visit: remembered, fields, key } = form;
    let Some(access) = parse_cart(fields.text("attempt")) else { return Ok(to_the_cart()) };
    let mut form = CheckoutForm::of(fields);
    let visit = Visit { cart: Some(access.clone()), ..remembered.clone() };
    if fields.has("update") {
        return show_again(state, &visit, FilledForm { form, problems: Vec::new() }).await;
    }
    let (storefront, site, request) = (state.storefront.clone(), visit.site.clone(), form.request(access.cart_id.0));
    // A payment that has begun is seen through, also for a shopper who closes the page.
    let work = async move { storefront.check_out(&site, &access, &request, None).await };
    let problem = match outlive_caller(work).await {
        Ok(outcome) => return Ok(lead_on(state, remembered, key, outcome).await),
        Err(problem) if is_gone(&problem) => return Ok(to_the_cart()),
        Err(problem) => problem,
    };
    let Some(problems) = problems_of(&mut form, &problem) else { return Err(problem.into()) };
    show_again(state, &visit, FilledForm { form, problems }).await
}

/// What stands above the form; none for problems that are not the shopper's.
fn problems_of(form: &mut CheckoutForm, problem: &Problem) -> Option<Vec<FormProblem>> {
    let about_the_cart = |words: String| FormProblem { field_id: None, words };
    match (problem.status(), problem.code()) {
        (StatusCode::CONFLICT, _) | (StatusCode::SERVICE_UNAVAILABLE, "cart_busy") => {
            Some(vec![about_the_cart("Your cart has changed. Please look at your order again.".to_owned())])
        }
        (StatusCode::UNPROCESSABLE_ENTITY, "cart_not_orderable") => {
            Some(problem.errors().iter().map(|error| about_the_cart(sentence(&error.message))).collect())
        }
        (StatusCode::UNPROCESSABLE_ENTITY, _) => Some(form.mark_errors(problem.errors())),
        _ => None,
    }
    .filter(|problems| !problems.is_empty())
}

async fn show_again(state: &WebsiteState, visit: &Visit, filled: FilledForm) -> Result<PrivateAnswer, PageError> {
    match load_cart(state, visit).await? {
        Some(cart) => present(state, visit, &cart, filled).await,
        None => Ok(to_the_cart()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shopper_form::Fields;

    fn refused(code: &'static str, field: &str, message: &str) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, "").with_field(field, code, message)
    }

    #[test]
    fn problems_are_sorted_to_their_places() {
        let mut form = CheckoutForm::of(&Fields::default());
        let declined = refused("payment_declined", "payment.token", "the card was declined");
        let problems = problems_of(&mut form, &declined).expect("problems");
        assert_eq!(
            (problems[0].field_id.as_deref(), problems[0].words.as_str()),
            (Some("payment"), "The card was declined")
        );
        let sold = refused("cart_not_orderable", "items.TEE-M", "only 1 is left");
        let problems = problems_of(&mut form, &sold).expect("problems");
        assert_eq!((problems[0].field_id.as_deref(), problems[0].words.as_str()), (None, "Only 1 is left"));
        let moved = Problem::new(StatusCode::CONFLICT, "version_conflict", "");
        assert!(problems_of(&mut form, &moved).is_some());
        assert_eq!(problems_of(&mut form, &Problem::internal()), None);
    }
}
