//! The built-in payment gateway for development and tests. It moves no money, and otherwise behaves as a gateway does:
//! a payment is charged at most once, answers get lost, shoppers confirm or give up.
//!
//! It keeps its books in a folder of its own, apart from the shop's database, so that a crash of the shop leaves them as
//! those of a real gateway would be left. Several processes may work on one folder.

mod books;
mod payment;

use std::path::PathBuf;

use async_trait::async_trait;
use coheron_core::commerce_ports::{GatewayError, PaymentGateway, PaymentOutcome};
use coheron_core::money::Money;
use coheron_core::retry::RetryClass;
use uuid::Uuid;

use books::Books;
pub use payment::{TestPayment, TestPaymentState};

/// Answers tokens as follows: `tok_ok` is charged, `tok_declined` declined, `tok_3ds` waits for the shopper, `tok_timeout`
/// is charged while the answer gets lost.
#[derive(Debug, Clone)]
pub struct TestGateway {
    books: Books,
    base_url: String,
}

#[derive(Debug, thiserror::Error)]
pub enum TestGatewayError {
    #[error("the folder {} of the test gateway cannot be used", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
}

impl TestGatewayError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Folder { .. } => RetryClass::Fatal,
        }
    }
}

/// The name by which requests choose this gateway.
pub const TEST_GATEWAY: &str = "test";

const NOTHING_TO_DECIDE: &str = "the payment does not wait for a confirmation";
const ANOTHER_AMOUNT: &str = "the payment is known with another amount";
const GIVEN_UP: &str = "the payment was given up before it was charged";

impl TestGateway {
    /// Opens the books in this folder and makes the folder where it is missing.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, TestGatewayError> {
        let path = folder.into();
        let books = Books::open(&path).map_err(|source| TestGatewayError::Folder { path, source })?;
        Ok(Self { books, base_url: String::new() })
    }

    /// Where the confirmation page is reached, without a slash at the end. Without one the page's address is a path,
    /// which suits shops that serve the page themselves.
    pub fn with_base_url(mut self, base_url: &str) -> Self {
        self.base_url = base_url.trim_end_matches('/').to_owned();
        self
    }

    /// What the books say about a payment; asking changes nothing.
    pub async fn payment(&self, payment_id: Uuid) -> Result<Option<TestPayment>, GatewayError> {
        self.with_books(move |books| books.read(payment_id)).await
    }

    /// Every payment that was ever asked for, oldest first.
    pub async fn payments(&self) -> Result<Vec<TestPayment>, GatewayError> {
        self.with_books(Books::read_all).await
    }

    /// The shopper confirms at the page. Repeating it changes nothing.
    pub async fn confirm(&self, payment_id: Uuid) -> Result<(), GatewayError> {
        self.decide(payment_id, TestPaymentState::Charged).await
    }

    /// The shopper refuses at the page. Repeating it changes nothing.
    pub async fn decline(&self, payment_id: Uuid) -> Result<(), GatewayError> {
        self.decide(payment_id, TestPaymentState::Declined).await
    }

    async fn decide(&self, payment_id: Uuid, decision: TestPaymentState) -> Result<(), GatewayError> {
        let payment = self
            .with_books(move |books| {
                books.change(payment_id, move |state| {
                    (state == TestPaymentState::AwaitingConfirmation).then_some(decision)
                })
            })
            .await?;
        match payment {
            Some(payment) if payment.state == decision => Ok(()),
            _ => Err(refused(NOTHING_TO_DECIDE)),
        }
    }

    fn outcome(&self, payment: TestPayment) -> Option<PaymentOutcome> {
        match payment.state {
            TestPaymentState::Charged => Some(PaymentOutcome::Charged { reference: payment.reference }),
            TestPaymentState::Declined => {
                Some(PaymentOutcome::Declined { message: "the payment was declined".to_owned() })
            }
            TestPaymentState::AwaitingConfirmation => {
                let url = format!("{}/dev/payments/{}", self.base_url, payment.payment_id);
                Some(PaymentOutcome::ConfirmationNeeded { url })
            }
            TestPaymentState::Voided => Some(PaymentOutcome::Voided),
            TestPaymentState::Refused => None,
        }
    }

    /// File work may block, so it leaves the threads of the runtime.
    async fn with_books<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Books) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, GatewayError> {
        let books = self.books.clone();
        match tokio::task::spawn_blocking(move || work(&books)).await {
            Ok(result) => result.map_err(|error| GatewayError::Unavailable(Box::new(error))),
            Err(error) => Err(GatewayError::Unavailable(Box::new(error))),
        }
    }
}

#[async_trait]
impl PaymentGateway for TestGateway {
    fn name(&self) -> &'static str {
        TEST_GATEWAY
    }

    async fn charge(&self, payment_id: Uuid, amount: Money, token: &str) -> Result<PaymentOutcome, GatewayError> {
        let state = match token {
            "tok_ok" | "tok_timeout" => TestPaymentState::Charged,
            "tok_3ds" => TestPaymentState::AwaitingConfirmation,
            _ => TestPaymentState::Declined,
        };
        let payment = TestPayment::new(payment_id, Some(amount), state);
        let (known, is_new) = self.with_books(move |books| books.create_or_read(payment)).await?;
        if is_new && token == "tok_timeout" {
            let lost = std::io::Error::new(std::io::ErrorKind::TimedOut, "the answer was lost on its way");
            return Err(GatewayError::Unavailable(Box::new(lost)));
        }
        if known.state != TestPaymentState::Refused && known.amount != Some(amount) {
            return Err(refused(ANOTHER_AMOUNT));
        }
        self.outcome(known).ok_or_else(|| refused(GIVEN_UP))
    }

    async fn find(&self, payment_id: Uuid) -> Result<Option<PaymentOutcome>, GatewayError> {
        // Noting the refusal and reading are one step: a charge that is on its way comes either before or too late.
        let refusal = TestPayment::new(payment_id, None, TestPaymentState::Refused);
        let (payment, _) = self.with_books(move |books| books.create_or_read(refusal)).await?;
        Ok(self.outcome(payment))
    }

    async fn void(&self, payment_id: Uuid) -> Result<(), GatewayError> {
        let refusal = TestPayment::new(payment_id, None, TestPaymentState::Refused);
        self.with_books(move |books| {
            books.create_or_read(refusal)?;
            books.change(payment_id, |state| match state {
                TestPaymentState::Charged | TestPaymentState::AwaitingConfirmation => Some(TestPaymentState::Voided),
                TestPaymentState::Declined | TestPaymentState::Voided | TestPaymentState::Refused => None,
            })
        })
        .await?;
        Ok(())
    }
}

fn refused(message: &str) -> GatewayError {
    GatewayError::Refused { message: message.to_owned() }
}

#[cfg(test)]
mod tests;
