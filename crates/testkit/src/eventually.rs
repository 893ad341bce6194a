//! Waiting on a condition with a deadline.

use std::time::{Duration, Instant};

/// Asks again until the condition gives a value; panics with `what` when it does not in time.
pub async fn eventually<T, F>(what: &str, patience: Duration, mut condition: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(started.elapsed() < patience, "not within {patience:?}: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
