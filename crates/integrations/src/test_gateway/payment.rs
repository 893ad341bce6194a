//! One payment in the books of the test gateway.

use chrono::{DateTime, Utc};
use coheron_core::money::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestPayment {
    pub payment_id: Uuid,
    /// None where the payment was asked about or given back before anybody wanted to charge it.
    pub amount: Option<Money>,
    pub state: TestPaymentState,
    /// The gateway's own name for it.
    pub reference: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestPaymentState {
    Charged,
    Declined,
    /// The shopper has to confirm or refuse at the page.
    AwaitingConfirmation,
    Voided,
    /// Never charged, and never will be.
    Refused,
}

impl TestPayment {
    pub(super) fn new(payment_id: Uuid, amount: Option<Money>, state: TestPaymentState) -> Self {
        let now = Utc::now();
        Self {
            payment_id,
            amount,
            state,
            reference: format!("test-{}", payment_id.simple()),
            created_at: now,
            changed_at: now,
        }
    }
}
