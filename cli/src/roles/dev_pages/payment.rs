//! `GET,POST /dev/payments/{id}`: where the test gateway asks the shopper to confirm, as a bank would.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use coheron_core::commerce_ports::GatewayError;
use coheron_integrations::test_gateway::{TestGateway, TestPaymentState};
use serde::Deserialize;
use uuid::Uuid;

use super::page;

#[derive(Template)]
#[template(path = "dev_payment.html")]
struct PaymentPage {
    id: Uuid,
    amount: String,
    reference: String,
    is_open: bool,
    way_back: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Confirm,
    Decline,
}

#[derive(Debug, Deserialize)]
pub struct Decision {
    decision: Choice,
}

const UNKNOWN: &str = "The test gateway knows no such payment.";

pub async fn show_payment(State(gateway): State<TestGateway>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<Uuid>() else { return page::not_found(UNKNOWN) };
    let payment = match gateway.payment(id).await {
        Ok(Some(payment)) => payment,
        Ok(None) => return page::not_found(UNKNOWN),
        Err(error) => return page::unavailable(&error),
    };
    page::page(&PaymentPage {
        id,
        amount: payment.amount.map(|amount| amount.display_for_shoppers()).unwrap_or_default(),
        reference: payment.reference,
        is_open: payment.state == TestPaymentState::AwaitingConfirmation,
        way_back: way_back(id),
    })
}

pub async fn decide_payment(
    State(gateway): State<TestGateway>,
    Path(id): Path<String>,
    Form(form): Form<Decision>,
) -> Response {
    let Ok(id) = id.parse::<Uuid>() else { return page::not_found(UNKNOWN) };
    let decided = match form.decision {
        Choice::Confirm => gateway.confirm(id).await,
        Choice::Decline => gateway.decline(id).await,
    };
    match decided {
        // A payment that was decided before, or given up meanwhile, shows its outcome in the shop all the same.
        Ok(()) | Err(GatewayError::Refused { .. }) => Redirect::to(&way_back(id)).into_response(),
        Err(error) => page::unavailable(&error),
    }
}

/// The shop's page that asks the gateway how it went.
fn way_back(payment_id: Uuid) -> String {
    format!("/checkout/{payment_id}/return")
}
