//! What selling needs from vendors: payment, shipping, mail. Implemented in `integrations`, handed in by the binary.

use async_trait::async_trait;
use uuid::Uuid;

use crate::address::Address;
use crate::money::Money;
use crate::retry::RetryClass;

/// Takes payments. Every call carries an id of ours; calls with the same id are one payment, however often they are made.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// The name by which requests choose it, for example `test`.
    fn name(&self) -> &'static str;

    /// Charges the amount. An `Unavailable` error leaves open whether the charge was made: ask with `find`.
    async fn charge(&self, payment_id: Uuid, amount: Money, token: &str) -> Result<PaymentOutcome, GatewayError>;

    /// What became of a payment; none where the gateway never heard of it, and from then on never will charge it.
    async fn find(&self, payment_id: Uuid) -> Result<Option<PaymentOutcome>, GatewayError>;

    /// Gives a charge back in full. Repeating it changes nothing.
    async fn void(&self, payment_id: Uuid) -> Result<(), GatewayError>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentOutcome {
    /// The gateway's own reference.
    Charged {
        reference: String,
    },
    Declined {
        message: String,
    },
    /// The shopper has to confirm at the gateway first.
    ConfirmationNeeded {
        url: String,
    },
    Voided,
}

#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("the payment gateway did not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the payment gateway refuses the request: {message}")]
    Refused { message: String },
}

impl GatewayError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Unavailable(_) => RetryClass::Transient,
            Self::Refused { .. } => RetryClass::Poison,
        }
    }
}

/// What sending costs.
#[async_trait]
pub trait ShippingRates: Send + Sync {
    /// The methods for this destination, cheapest first. `subtotal` decides free shipping where there is any.
    async fn rates(&self, subtotal: Money, destination: Option<&Address>) -> Vec<ShippingRate>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingRate {
    /// Chosen in the checkout, for example `standard`.
    pub method: String,
    pub label: String,
    pub price: Money,
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Equal for repeated attempts at the same mail.
    pub message_id: String,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the mail could not be handed over")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the mail is not valid: {message}")]
    Invalid { message: String },
}

impl MailError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Unavailable(_) => RetryClass::Transient,
            Self::Invalid { .. } => RetryClass::Poison,
        }
    }
}
