//! Waiting for servers that are away.

use std::error::Error;
use std::time::Duration;

use coheron_core::retry::RetryClass;
use tokio::time::Instant;

const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(5);

/// For servers that start together with the ERP, or are started again.
pub const STARTING_PATIENCE: Duration = Duration::from_secs(60);
pub(super) const ENDLESS_PATIENCE: Duration = Duration::MAX;

/// Asks again, ever more slowly, while the failure may pass, and for so long at most.
pub async fn patiently<Answer, Failure, Asking>(
    patience: Duration,
    retry_class: impl Fn(&Failure) -> RetryClass,
    mut ask: impl FnMut() -> Asking,
) -> Result<Answer, Failure>
where
    Failure: Error + 'static,
    Asking: Future<Output = Result<Answer, Failure>>,
{
    let start = Instant::now();
    let mut pause = FIRST_RETRY;
    loop {
        let error = match ask().await {
            Err(error) if retry_class(&error) == RetryClass::Transient && start.elapsed() < patience => error,
            decided => return decided,
        };
        tracing::warn!(error = &error as &dyn Error, "a server is away, trying again");
        drop(error);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_RETRY);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::erp_simulator::PublishError;

    /// How often was asked, and whether it went well in the end, when the first attempts fail.
    async fn ask(patience: Duration, retry_class: RetryClass, failures: u32) -> (u32, bool) {
        let asked = Cell::new(0);
        let answer = patiently(patience, PublishError::retry_class, || {
            asked.set(asked.get() + 1);
            let failed = asked.get() <= failures;
            async move { if failed { Err(PublishError { retry_class, source: "as told".into() }) } else { Ok(()) } }
        })
        .await;
        (asked.get(), answer.is_ok())
    }

    #[tokio::test]
    async fn what_may_pass_is_waited_for_but_not_for_ever() {
        assert_eq!(ask(STARTING_PATIENCE, RetryClass::Transient, 2).await, (3, true));
        assert_eq!(ask(FIRST_RETRY / 2, RetryClass::Transient, 9).await, (2, false));
    }

    #[tokio::test]
    async fn what_cannot_pass_is_told_at_once() {
        assert_eq!(ask(STARTING_PATIENCE, RetryClass::Fatal, 1).await, (1, false));
    }
}
