//! The form of the checkout, between what a browser sends and what the storefront takes.

use coheron_core::purchase::Purchase;
use coheron_platform::http::FieldError;
use coheron_storefront_api::shapes::checkout::{CheckoutRequest, PaymentRequest};
use uuid::Uuid;

use super::address_fields::{AddressFields, Field};
use super::payment_choice::{self, PAYMENT_CHOICES};
use crate::shopper_form::Fields;

/// What a shopper has filled in.
#[derive(Debug, Clone)]
pub struct CheckoutForm {
    pub email: Field,
    pub shipping: AddressFields,
    pub has_other_billing: bool,
    pub billing: AddressFields,
    /// Empty until one is chosen.
    pub shipping_method: String,
    pub payment_token: String,
    seen: SeenCart,
}

/// The cart as it was shown beside the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct SeenCart {
    version: Option<i64>,
    total_minor: Option<i64>,
}

/// A problem in the list above the form; its link leads to the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    pub field_id: Option<String>,
    pub words: String,
}

impl CheckoutForm {
    /// As it is shown first.
    pub fn empty(country: Option<&str>) -> Self {
        let mut form = Self::of(&Fields::default());
        let country = country.unwrap_or_default();
        form.shipping.country.value = country.to_owned();
        form.billing.country.value = country.to_owned();
        form
    }

    pub fn of(fields: &Fields) -> Self {
        let token = payment_choice::find(fields.text("payment.token")).or(PAYMENT_CHOICES.first());
        let email = Field { kind: "email", ..Field::of(fields, "email", "E-mail", "email") };
        Self {
            email,
            shipping: AddressFields::of(fields, "shipping"),
            has_other_billing: fields.has("other_billing"),
            billing: AddressFields::of(fields, "billing"),
            shipping_method: fields.text("shipping_method").to_owned(),
            payment_token: token.map(|choice| choice.token.to_owned()).unwrap_or_default(),
            seen: SeenCart {
                version: fields.text("version").parse().ok(),
                total_minor: fields.text(&total_field(fields.text("shipping_method"))).parse().ok(),
            },
        }
    }

    /// As it was filled in for this purchase.
    pub fn of_purchase(purchase: &Purchase) -> Self {
        let mut form = Self::of(&Fields::default());
        form.email.value.clone_from(&purchase.email);
        form.shipping.fill(&purchase.shipping_address);
        form.shipping_method.clone_from(&purchase.shipping_method);
        if let Some(address) = &purchase.billing_address {
            form.has_other_billing = true;
            form.billing.fill(address);
        }
        form
    }

    pub fn request(&self, cart_id: Uuid) -> CheckoutRequest {
        let gateway = payment_choice::find(&self.payment_token).map_or("test", |choice| choice.gateway);
        CheckoutRequest {
            cart_id,
            version: self.seen.version,
            email: self.email.value.clone(),
            shipping_address: self.shipping.address(),
            billing_address: self.has_other_billing.then(|| self.billing.address()),
            shipping_method: self.shipping_method.clone(),
            payment: PaymentRequest { gateway: gateway.to_owned(), token: self.payment_token.clone() },
            expected_total_minor: self.seen.total_minor,
        }
    }

    /// Writes each error beside its field and returns them all for the list above the form, in the form's order.
    pub fn mark_errors(&mut self, errors: &[FieldError]) -> Vec<FormProblem> {
        let mut known: Vec<&str> = Vec::new();
        let mut problems = Vec::new();
        for field in self.fields_mut() {
            let Some(error) = errors.iter().find(|error| error.field == field.name) else { continue };
            let words = match field.label {
                "Country" => "Choose a country".to_owned(),
                label => format!("{label} {}", error.message),
            };
            let listed =
                if field.name.starts_with("billing_") { format!("Billing address: {words}") } else { words.clone() };
            problems.push(FormProblem { field_id: Some(field.id.clone()), words: listed });
            field.error = Some(words);
            known.push(error.field.as_str());
        }
        for error in errors.iter().filter(|error| !known.contains(&error.field.as_str())) {
            problems.push(match error.field.as_str() {
                "shipping_method" => FormProblem {
                    field_id: Some("shipping_method".to_owned()),
                    words: "Choose one of the ways of delivery".to_owned(),
                },
                "payment.token" | "payment.gateway" | "payment" => {
                    FormProblem { field_id: Some("payment".to_owned()), words: sentence(&error.message) }
                }
                _ => FormProblem { field_id: None, words: sentence(&error.message) },
            });
        }
        problems
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        let Self { email, shipping, billing, .. } = self;
        std::iter::once(email).chain(shipping.fields_mut()).chain(billing.fields_mut())
    }
}

/// Name of the field that says what the order came to by a way of delivery when the form was shown.
pub fn total_field(method: &str) -> String {
    format!("total.{method}")
}

/// A message with a capital letter in front.
pub fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::cart::{TaxMode, TaxRule, Totals};

    use super::*;

    fn error(field: &str, message: &str) -> FieldError {
        FieldError { field: field.to_owned(), code: "invalid".to_owned(), message: message.to_owned() }
    }

    #[test]
    fn what_was_typed_becomes_a_request() {
        let fields = Fields::from([
            ("email", " ada@example.com "),
            ("shipping_address.name", "Ada Example"),
            ("shipping_address.line1", "Lindenstraße 1"),
            ("shipping_address.line2", ""),
            ("shipping_address.city", "Berlin"),
            ("shipping_address.postal_code", "10969"),
            ("shipping_address.country", "DE"),
            ("shipping_method", "standard"),
            ("version", "4"),
            ("total.standard", "8690"),
            ("total.express", "9190"),
            ("payment.token", "tok_3ds"),
            ("billing_address.name", "not asked for"),
        ]);
        let request = CheckoutForm::of(&fields).request(Uuid::nil());
        assert_eq!(request.email, "ada@example.com");
        assert_eq!(request.shipping_address.problems(), []);
        assert_eq!(request.shipping_address.line2, None);
        assert_eq!(request.billing_address, None);
        assert_eq!((request.version, request.expected_total_minor), (Some(4), Some(8_690)));
        assert_eq!((request.payment.gateway.as_str(), request.payment.token.as_str()), ("test", "tok_3ds"));
        assert_eq!(CheckoutForm::of(&Fields::from([("payment.token", "stolen")])).payment_token, "tok_ok");
    }

    #[test]
    fn a_form_is_filled_again_from_what_was_to_be_bought() {
        let fields = Fields::from([
            ("email", "ada@example.com"),
            ("shipping_address.name", "Ada Example"),
            ("shipping_address.company", "Engines"),
            ("shipping_address.country", "DE"),
            ("shipping_method", "standard"),
            ("other_billing", "1"),
            ("billing_address.city", "Bonn"),
        ]);
        let request = CheckoutForm::of(&fields).request(Uuid::nil());
        let euro = coheron_core::money::Currency::parse("EUR").expect("a currency");
        let tax_rule = TaxRule { mode: TaxMode::Included, rate_basis_points: 1_900 };
        let purchase = Purchase {
            email: request.email.clone(),
            shipping_address: request.shipping_address.clone(),
            billing_address: request.billing_address.clone(),
            shipping_method: request.shipping_method.clone(),
            shipping_label: "Standard".to_owned(),
            lines: Vec::new(),
            totals: Totals::of(euro, &[], 0, tax_rule).expect("totals"),
            tax_rule,
        };
        let again = CheckoutForm::of_purchase(&purchase).request(Uuid::nil());
        assert_eq!(again.shipping_address, request.shipping_address);
        assert_eq!(again.billing_address, request.billing_address);
        assert_eq!((again.email, again.shipping_method), (request.email, request.shipping_method));
    }

    #[test]
    fn errors_stand_beside_their_fields_in_the_order_of_the_form() {
        let mut form = CheckoutForm::of(&Fields::from([("other_billing", "1")]));
        let problems = form.mark_errors(&[
            error("payment.token", "the card was declined"),
            error("shipping_address.postal_code", "is required"),
            error("email", "must be an e-mail address"),
            error("billing_address.city", "is required"),
        ]);
        let words: Vec<&str> = problems.iter().map(|problem| problem.words.as_str()).collect();
        assert_eq!(
            words,
            [
                "E-mail must be an e-mail address",
                "Postcode is required",
                "Billing address: City is required",
                "The card was declined"
            ]
        );
        assert_eq!(problems[1].field_id.as_deref(), Some("shipping_address-postal_code"));
        assert_eq!(form.shipping.postal_code.error.as_deref(), Some("Postcode is required"));
        assert_eq!(form.shipping.city.error, None);
    }
}
