//! Buying a cart, step by step. The order of the steps and what happens between them stands in the crate's head.

mod attempt;
mod begin;
mod check;
pub mod check_out;
mod finish;
mod give_up;
mod prepare;
pub mod settle;
pub mod settle_due;
pub mod shipping;

use coheron_core::ids::CheckoutId;
use coheron_store::orders::Order;
pub use prepare::find_bought;

/// Where a checkout stands after somebody has looked after it.
pub enum Settled {
    Ordered(Box<Order>),
    ConfirmationNeeded {
        url: String,
    },
    /// The gateway has not answered, or somebody else is at work on it.
    Pending,
    Declined {
        message: String,
    },
    /// Nothing is charged, or what was charged is on its way back.
    Voided,
}

impl Settled {
    /// For the metric.
    fn label(&self) -> &'static str {
        match self {
            Self::Ordered(_) => "ordered",
            Self::ConfirmationNeeded { .. } => "confirmation_needed",
            Self::Pending => "pending",
            Self::Declined { .. } => "declined",
            Self::Voided => "voided",
        }
    }
}

fn count(settled: &Settled) {
    metrics::counter!("coheron_storefront_checkouts_total", "outcome" => settled.label()).increment(1);
}

/// Log lines about a checkout name it in the same way everywhere.
fn warn_unanswered(checkout_id: CheckoutId, error: &dyn std::error::Error) {
    tracing::warn!(checkout = %checkout_id, %error, cause = ?error.source(), "the payment gateway did not answer");
}
