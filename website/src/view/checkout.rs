//! The checkout on one page.

use askama::Template;

use super::cart::CartView;
use super::checkout_fields::{CheckoutForm, FormProblem};
use super::countries::COUNTRIES;
use super::delivery::{DeliveryChoice, TotalsView};
use super::payment_choice::PaymentChoice;
use super::shell::{Head, Indexing, Shell, Shop};
use crate::marks::FORM_MARK;

#[derive(Debug, Template)]
#[template(path = "checkout.html")]
pub struct CheckoutPage {
    pub shell: Shell,
    pub cart: CartView,
    pub form: CheckoutForm,
    pub problems: Vec<FormProblem>,
    pub deliveries: Vec<DeliveryChoice>,
    /// Of the chosen delivery.
    pub totals: TotalsView,
    /// The cart that the form buys. Sending the form again after that leads to the order.
    pub attempt: String,
    pub version: i64,
    pub payments: Vec<&'static PaymentChoice>,
    pub form_mark: &'static str,
}

/// What the page is made from.
pub struct CheckoutParts {
    pub cart: CartView,
    pub form: CheckoutForm,
    pub problems: Vec<FormProblem>,
    pub deliveries: Vec<DeliveryChoice>,
    pub attempt: String,
    pub version: i64,
    /// The ways to pay that the shop has.
    pub payments: Vec<&'static PaymentChoice>,
}

impl CheckoutPage {
    const COUNTRIES: &[(&str, &str)] = COUNTRIES;

    /// None where nothing can be delivered at all.
    pub fn new(shop: &Shop, parts: CheckoutParts) -> Option<Self> {
        let CheckoutParts { cart, form, problems, mut deliveries, attempt, version, payments } = parts;
        let chosen = deliveries.iter().position(|delivery| delivery.method == form.shipping_method).unwrap_or(0);
        let totals = deliveries.get(chosen)?.totals.clone();
        for (index, delivery) in deliveries.iter_mut().enumerate() {
            delivery.is_chosen = index == chosen;
        }
        let title = if problems.is_empty() { "Checkout" } else { "Please check: Checkout" };
        let head = Head { title: title.to_owned(), indexing: Indexing::FollowOnly, kind: "website", ..Head::default() };
        let shell = Shell::new(shop, head);
        let form_mark = FORM_MARK;
        Some(Self { shell, cart, form, problems, deliveries, totals, attempt, version, payments, form_mark })
    }

    /// The problem of a group of choices, shown above the group.
    pub fn problem_of(&self, group_id: &str) -> Option<&str> {
        let problem = self.problems.iter().find(|problem| problem.field_id.as_deref() == Some(group_id))?;
        Some(problem.words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use coheron_platform::http::FieldError;

    use super::*;
    use crate::shopper_form::Fields;
    use crate::view::checkout_fields::total_field;
    use crate::view::payment_choice::PAYMENT_CHOICES;
    use crate::view::sample;

    fn delivery(method: &str, shipping: i64) -> DeliveryChoice {
        let totals = TotalsView::new(&sample::totals(8_200, shipping));
        DeliveryChoice {
            method: method.to_owned(),
            total_field: total_field(method),
            label: format!("{method} delivery"),
            price: totals.shipping.clone(),
            is_chosen: false,
            totals,
        }
    }

    fn page(fields: &Fields, errors: &[FieldError]) -> CheckoutPage {
        let mut form = CheckoutForm::of(fields);
        let problems = form.mark_errors(errors);
        let parts = CheckoutParts {
            cart: CartView::new(&sample::cart()),
            form,
            problems,
            deliveries: vec![delivery("standard", 490), delivery("express", 990)],
            attempt: "attempt".to_owned(),
            version: 4,
            payments: PAYMENT_CHOICES.iter().collect(),
        };
        CheckoutPage::new(&sample::shop(), parts).expect("a page")
    }

    #[test]
    fn the_chosen_delivery_makes_the_total() {
        assert_eq!(page(&Fields::default(), &[]).totals.total, "€86.90");
        let express = page(&Fields::from([("shipping_method", "express")]), &[]);
        assert_eq!(express.totals.total, "€91.90");
        assert!(express.deliveries[1].is_chosen && !express.deliveries[0].is_chosen);
    }

    #[test]
    fn errors_are_told_twice_and_tied_to_their_fields() {
        let error = FieldError {
            field: "shipping_address.postal_code".to_owned(),
            code: "invalid".to_owned(),
            message: "is required".to_owned(),
        };
        let html = page(&Fields::from([("shipping_address.city", "\"><script>")]), &[error]).render().expect("HTML");
        assert!(html.contains("href=\"#shipping_address-postal_code\""));
        assert!(html.contains("aria-describedby=\"shipping_address-postal_code-error\""));
        assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1);
        assert!(!html.contains("\"><script>"));
    }
}
