//! What a shop can tune about carts and checkouts.

use std::time::Duration;

use coheron_core::cart::{TaxMode, TaxRule};
use serde::{Deserialize, Serialize};

/// Section `cart`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CartSettings {
    /// How long a cart lives after its last change, in days. Default 30.
    pub lifetime_days: u32,
    /// Whether catalogue prices contain tax (`included`) or tax is put on top (`added`). Default `included`.
    pub tax_mode: TaxMode,
    /// Tax rate in basis points: 1,900 is 19 %. Default 1,900.
    pub tax_rate_basis_points: u32,
}

/// Section `checkout`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckoutSettings {
    /// How long a checkout holds its pieces back while the payment is being made, in minutes. Default 15.
    pub reservation_minutes: u32,
    /// How long a checkout is left to the request that began it before anybody else asks the gateway what became of
    /// it, in seconds. More than a request may take, which is 20. Default 30.
    pub settle_after_seconds: u32,
}

impl Default for CartSettings {
    fn default() -> Self {
        Self { lifetime_days: 30, tax_mode: TaxMode::Included, tax_rate_basis_points: 1_900 }
    }
}

impl Default for CheckoutSettings {
    fn default() -> Self {
        Self { reservation_minutes: 15, settle_after_seconds: 30 }
    }
}

impl CartSettings {
    pub(crate) fn tax_rule(&self) -> TaxRule {
        TaxRule { mode: self.tax_mode, rate_basis_points: self.tax_rate_basis_points }
    }
}

impl CheckoutSettings {
    pub(crate) fn reserved_for(&self) -> Duration {
        Duration::from_secs(u64::from(self.reservation_minutes) * 60)
    }

    pub(crate) fn left_alone_for(&self) -> Duration {
        Duration::from_secs(self.settle_after_seconds.into())
    }
}
