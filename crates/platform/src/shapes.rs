//! Shapes that more than one API answers with, as they are documented.

use coheron_core::{document, money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money. Compute with `amount_minor`; show `formatted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Whole minor units of the currency: cents for EUR.
    #[schema(example = 1999)]
    pub amount_minor: i64,
    /// ISO 4217 code.
    #[schema(example = "EUR")]
    pub currency: String,
    /// Digits after the decimal point: 2 for EUR, 0 for JPY.
    #[schema(example = 2)]
    pub exponent: u8,
    /// The decimal amount with the currency code.
    #[schema(example = "19.99 EUR")]
    pub formatted: String,
}

/// Whether something can be ordered now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Availability {
    pub status: AvailabilityStatus,
    /// Pieces that can be sold; null where the ERP has not told.
    #[schema(example = 12)]
    pub quantity: Option<i64>,
}

/// `low_stock` is one to five pieces; `unknown` is before the first stock record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityStatus {
    InStock,
    LowStock,
    OutOfStock,
    Unknown,
}

impl From<money::Money> for Money {
    fn from(amount: money::Money) -> Self {
        Self {
            amount_minor: amount.amount_minor,
            currency: amount.currency.code().to_owned(),
            exponent: amount.currency.exponent(),
            formatted: amount.to_string(),
        }
    }
}

impl From<document::Availability> for Availability {
    fn from(availability: document::Availability) -> Self {
        let status = match availability.status {
            document::AvailabilityStatus::InStock => AvailabilityStatus::InStock,
            document::AvailabilityStatus::LowStock => AvailabilityStatus::LowStock,
            document::AvailabilityStatus::OutOfStock => AvailabilityStatus::OutOfStock,
            document::AvailabilityStatus::Unknown => AvailabilityStatus::Unknown,
        };
        Self { status, quantity: availability.quantity }
    }
}
