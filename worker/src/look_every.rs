//! The loop of jobs that look around from time to time.

use std::time::Duration;

use coheron_core::retry::RetryClass;
use coheron_store::StoreError;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Looks until it is cancelled, at once and then once per period. A database that is away is waited for; other faults are
/// returned.
pub async fn look_every<Look: Future<Output = Result<(), StoreError>>>(
    period: Duration,
    job: &'static str,
    cancel: &CancellationToken,
    mut look: impl FnMut() -> Look,
) -> Result<(), StoreError> {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        match look().await {
            Ok(()) => {}
            Err(error) if error.retry_class() == RetryClass::Transient => {
                tracing::warn!(job, %error, "the job could not look, trying again later");
            }
            Err(error) => return Err(error),
        }
    }
}
