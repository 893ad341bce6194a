//! What is wrong with a checkout request, field by field.

use axum::http::StatusCode;
use coheron_core::address::{Address, email_problem};
use coheron_core::cart::{Notice, NoticeCode};
use coheron_core::change::FieldProblem;
use coheron_platform::http::Problem;

use crate::shapes::checkout::CheckoutRequest;
use crate::storefront::Storefront;

const MAX_TOKEN_BYTES: usize = 200;

/// A field with its code and message.
type Fault = (String, &'static str, String);

/// Refuses a request that no cart could be bought with.
pub fn check_request(storefront: &Storefront, request: &CheckoutRequest) -> Result<(), Problem> {
    let mut faults: Vec<Fault> = email_problem(&request.email).map(|problem| fault("", problem)).into_iter().collect();
    faults.extend(address_faults("shipping_address", &request.shipping_address));
    if let Some(billing_address) = &request.billing_address {
        faults.extend(address_faults("billing_address", billing_address));
    }
    if storefront.gateway(&request.payment.gateway).is_none() {
        let known: Vec<&str> = storefront.gateway_names().collect();
        faults.push(("payment.gateway".to_owned(), "unknown", format!("must be one of: {}", known.join(", "))));
    }
    let token = &request.payment.token;
    if token.is_empty() || token.len() > MAX_TOKEN_BYTES || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = format!("must be 1 to {MAX_TOKEN_BYTES} visible characters, as the gateway gave it");
        faults.push(("payment.token".to_owned(), "invalid", message));
    }
    if faults.is_empty() { Ok(()) } else { Err(invalid_checkout(faults)) }
}

pub fn unknown_shipping_method(methods: &[String]) -> Problem {
    let message = format!("must be one of: {}", methods.join(", "));
    invalid_checkout(vec![("shipping_method".to_owned(), "unknown", message)])
}

/// Refuses a cart because of its lines.
pub fn cart_not_orderable(notices: &[Notice]) -> Problem {
    let faults = notices
        .iter()
        .map(|notice| (format!("items.{}", notice.sku), notice_code(notice.code), notice.message.clone()))
        .collect();
    not_orderable(faults)
}

pub fn empty_cart() -> Problem {
    not_orderable(vec![("items".to_owned(), "empty", "The cart is empty".to_owned())])
}

pub fn other_total(message: String) -> Problem {
    not_orderable(vec![("expected_total_minor".to_owned(), "price_changed", message)])
}

pub fn payment_declined(message: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "payment_declined", message).with_field(
        "payment.token",
        "declined",
        message,
    )
}

fn address_faults(prefix: &str, address: &Address) -> Vec<Fault> {
    address.problems().into_iter().map(|problem| fault(prefix, problem)).collect()
}

fn fault(prefix: &str, problem: FieldProblem) -> Fault {
    let field = if prefix.is_empty() { problem.field } else { format!("{prefix}.{}", problem.field) };
    let code = if problem.problem == "is required" { "required" } else { "invalid" };
    (field, code, problem.problem)
}

fn notice_code(code: NoticeCode) -> &'static str {
    match code {
        NoticeCode::PriceChanged => "price_changed",
        NoticeCode::Unavailable => "unavailable",
        NoticeCode::InsufficientStock => "insufficient_stock",
    }
}

fn invalid_checkout(faults: Vec<Fault>) -> Problem {
    problem("invalid_checkout", "the checkout", faults)
}

fn not_orderable(faults: Vec<Fault>) -> Problem {
    problem("cart_not_orderable", "the cart cannot be ordered as it is", faults)
}

fn problem(code: &'static str, what: &str, faults: Vec<Fault>) -> Problem {
    let fields: Vec<&str> = faults.iter().map(|(field, _, _)| field.as_str()).collect();
    let detail = format!("{what}: look at {}", fields.join(", "));
    faults
        .into_iter()
        .fold(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail), |problem, (field, code, message)| {
            problem.with_field(field, code, message)
        })
}
