//! Checkouts.

use coheron_core::address::Address;
use coheron_core::commerce_ports;
use coheron_core::ids::CheckoutId;
use coheron_platform::shapes::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::address;

/// Everything that an order needs beside the cart.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckoutRequest {
    pub cart_id: Uuid,
    /// The version of the cart that the shopper has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    #[schema(example = "ada@example.com", max_length = 254)]
    pub email: String,
    #[schema(value_type = address::Address)]
    pub shipping_address: Address,
    /// Where the invoice goes; without it, it goes with the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<address::Address>)]
    pub billing_address: Option<Address>,
    /// One of the cart's shipping rates.
    #[schema(example = "standard")]
    pub shipping_method: String,
    pub payment: PaymentRequest,
    /// The total that the shopper has seen, in minor units. With it, prices that changed since the shopper last changed
    /// the cart count as seen, and any other total is refused; without it, a changed price is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 2440)]
    pub expected_total_minor: Option<i64>,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// Name of the gateway.
    #[schema(example = "test")]
    pub gateway: String,
    /// What the gateway's own form gave for the shopper's means of payment.
    #[schema(example = "tok_ok", max_length = 200)]
    pub token: String,
}

/// A checkout that is not finished yet. Send the same request again, with the same `Idempotency-Key`, to learn what came
/// of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CheckoutProgress {
    pub status: CheckoutProgressStatus,
    pub checkout_id: Uuid,
    /// Where the shopper confirms the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_url: Option<String>,
}

/// `confirmation_needed`: the shopper has to confirm the payment at `confirmation_url`. `pending`: the gateway has not
/// answered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutProgressStatus {
    ConfirmationNeeded,
    Pending,
}

/// What sending costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShippingRate {
    #[schema(example = "standard")]
    pub method: String,
    /// What shoppers read.
    #[schema(example = "Standard delivery")]
    pub label: String,
    pub price: Money,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShippingRateList {
    pub items: Vec<ShippingRate>,
}

impl std::fmt::Debug for PaymentRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PaymentRequest({}, token redacted)", self.gateway)
    }
}

impl CheckoutProgress {
    pub(crate) fn pending(checkout_id: CheckoutId) -> Self {
        Self { status: CheckoutProgressStatus::Pending, checkout_id: checkout_id.0, confirmation_url: None }
    }

    pub(crate) fn confirmation_needed(checkout_id: CheckoutId, url: String) -> Self {
        let status = CheckoutProgressStatus::ConfirmationNeeded;
        Self { status, checkout_id: checkout_id.0, confirmation_url: Some(url) }
    }
}

impl From<commerce_ports::ShippingRate> for ShippingRate {
    fn from(rate: commerce_ports::ShippingRate) -> Self {
        Self { method: rate.method, label: rate.label, price: rate.price.into() }
    }
}
