//! The job `settle_checkouts`: ends checkouts whose request died or whose shopper went away, and makes refunds.

use std::time::Duration;

use coheron_core::retry::RetryClass;
use coheron_store::StoreError;
use coheron_storefront_api::Storefront;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Settles until it is cancelled. A database that is away is waited for; other faults are returned.
pub async fn settle_checkouts(storefront: &Storefront, cancel: &CancellationToken) -> Result<(), StoreError> {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        match storefront.settle_due().await {
            Ok(counts) => {
                metrics::counter!("coheron_worker_settled_checkouts_total").increment(counts.checkouts as u64);
                metrics::counter!("coheron_worker_tried_refunds_total").increment(counts.refunds as u64);
            }
            Err(error) if error.retry_class() == RetryClass::Transient => {
                tracing::warn!(%error, "checkouts could not be settled, trying again");
            }
            Err(error) => return Err(error),
        }
    }
}
