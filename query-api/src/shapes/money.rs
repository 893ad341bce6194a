//! Money.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money. Compute with `amount_minor`; show `formatted`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
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
