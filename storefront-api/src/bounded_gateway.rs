//! A payment gateway that answers in time, if only that it has not answered.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use coheron_core::commerce_ports::{GatewayError, PaymentGateway, PaymentOutcome};
use coheron_core::money::Money;
use uuid::Uuid;

/// Less than half of what a request may take by default, so that its answer can say that the payment is pending. A call
/// that hangs would also hold up the settling of everybody else's payments.
const ANSWERS_WITHIN: Duration = Duration::from_secs(4);

pub struct BoundedGateway {
    gateway: Arc<dyn PaymentGateway>,
    answers_within: Duration,
}

impl BoundedGateway {
    pub fn new(gateway: Arc<dyn PaymentGateway>) -> Self {
        Self { gateway, answers_within: ANSWERS_WITHIN }
    }

    /// A call that is given up may still have its effect, as the port says of every `Unavailable`.
    async fn in_time<T>(&self, call: impl Future<Output = Result<T, GatewayError>>) -> Result<T, GatewayError> {
        match tokio::time::timeout(self.answers_within, call).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(GatewayError::Unavailable(Box::new(elapsed))),
        }
    }
}

#[async_trait]
impl PaymentGateway for BoundedGateway {
    fn name(&self) -> &'static str {
        self.gateway.name()
    }

    async fn charge(&self, payment_id: Uuid, amount: Money, token: &str) -> Result<PaymentOutcome, GatewayError> {
        self.in_time(self.gateway.charge(payment_id, amount, token)).await
    }

    async fn find(&self, payment_id: Uuid) -> Result<Option<PaymentOutcome>, GatewayError> {
        self.in_time(self.gateway.find(payment_id)).await
    }

    async fn void(&self, payment_id: Uuid) -> Result<(), GatewayError> {
        self.in_time(self.gateway.void(payment_id)).await
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::money::Currency;
    use coheron_core::retry::RetryClass;

    use super::*;

    struct Silent;

    #[async_trait]
    impl PaymentGateway for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }

        async fn charge(&self, _: Uuid, _: Money, _: &str) -> Result<PaymentOutcome, GatewayError> {
            std::future::pending().await
        }

        async fn find(&self, _: Uuid) -> Result<Option<PaymentOutcome>, GatewayError> {
            Ok(None)
        }

        async fn void(&self, _: Uuid) -> Result<(), GatewayError> {
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn a_call_without_an_answer_is_an_unavailable_gateway() {
        let gateway = BoundedGateway { gateway: Arc::new(Silent), answers_within: Duration::from_millis(5) };
        let currency = Currency::parse("EUR").expect("a currency");
        let charged = gateway.charge(Uuid::nil(), Money::new(100, currency), "tok_ok").await.expect_err("no answer");
        assert_eq!(charged.retry_class(), RetryClass::Transient);
        assert!(gateway.void(Uuid::nil()).await.is_err());
        assert_eq!(gateway.find(Uuid::nil()).await.expect("an answer"), None);
    }
}
