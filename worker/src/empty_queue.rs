//! The loop of jobs that empty a queue in the database.

use std::time::Duration;

use coheron_core::retry::RetryClass;
use coheron_store::notifications::Notifications;
use coheron_store::{Database, StoreError};
use tokio_util::sync::CancellationToken;

/// A queue is also looked at without a wake-up call: what others claimed comes free when they die, and pauses and claims
/// end silently.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(1);
const FIRST_PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// A queue that is announced by notifications.
pub trait Queue {
    type Error: std::error::Error + From<StoreError>;

    /// The job that empties it.
    const JOB: &'static str;
    const CHANNEL: &'static str;

    /// Does what is there, up to a batch; false where there was nothing to do.
    async fn take_batch(&self) -> Result<bool, Self::Error>;

    fn retry_class(error: &Self::Error) -> RetryClass;
}

/// Takes batches until it is cancelled, and finishes what it has begun. What is away is waited for; anything that waiting
/// cannot mend is returned.
pub async fn empty_queue<Q: Queue>(queue: &Q, database: &Database, cancel: &CancellationToken) -> Result<(), Q::Error> {
    let mut pause = FIRST_PAUSE_AFTER_FAILURE;
    while !cancel.is_cancelled() {
        let Err(error) = until_failure(queue, database, cancel, &mut pause).await else { return Ok(()) };
        if Q::retry_class(&error) == RetryClass::Fatal {
            return Err(error);
        }
        tracing::warn!(job = Q::JOB, %error, cause = ?std::error::Error::source(&error), ?pause, "the queue is read again");
        tokio::select! {
            () = cancel.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE_AFTER_FAILURE);
    }
    Ok(())
}

async fn until_failure<Q: Queue>(
    queue: &Q,
    database: &Database,
    cancel: &CancellationToken,
    pause: &mut Duration,
) -> Result<(), Q::Error> {
    // Listening starts before the first look, so that nothing falls between the two.
    let mut notifications = Notifications::listen(database, Q::CHANNEL).await?;
    loop {
        while queue.take_batch().await? {
            *pause = FIRST_PAUSE_AFTER_FAILURE;
            if cancel.is_cancelled() {
                return Ok(());
            }
        }
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            woken = tokio::time::timeout(LOOK_AT_LEAST_EVERY, notifications.next()) => {
                if let Ok(notification) = woken {
                    notification?;
                }
            }
        }
    }
}
