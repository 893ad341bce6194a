//! What the endpoints work with.

use axum::extract::FromRef;
use coheron_core::cart::{TaxMode, TaxRule};
use coheron_platform::auth::Authenticator;
use coheron_store::Database;
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

#[derive(Clone)]
pub struct StorefrontApiState {
    pub(crate) database: Database,
    pub(crate) authenticator: Authenticator,
    pub(crate) settings: CartSettings,
}

impl Default for CartSettings {
    fn default() -> Self {
        Self { lifetime_days: 30, tax_mode: TaxMode::Included, tax_rate_basis_points: 1_900 }
    }
}

impl CartSettings {
    pub(crate) fn tax_rule(&self) -> TaxRule {
        TaxRule { mode: self.tax_mode, rate_basis_points: self.tax_rate_basis_points }
    }
}

impl StorefrontApiState {
    pub fn new(database: Database, authenticator: Authenticator, settings: CartSettings) -> Self {
        Self { database, authenticator, settings }
    }
}

impl FromRef<StorefrontApiState> for Authenticator {
    fn from_ref(state: &StorefrontApiState) -> Self {
        state.authenticator.clone()
    }
}
