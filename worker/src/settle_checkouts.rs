//! The job `settle_checkouts`: ends checkouts whose request died or whose shopper went away, and makes refunds.

use std::time::Duration;

use coheron_store::StoreError;
use coheron_storefront_api::Storefront;
use tokio_util::sync::CancellationToken;

use crate::look_every::look_every;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Settles until it is cancelled. A database that is away is waited for; other faults are returned.
pub async fn settle_checkouts(storefront: &Storefront, cancel: &CancellationToken) -> Result<(), StoreError> {
    look_every(LOOK_EVERY, "settle_checkouts", cancel, || settle(storefront)).await
}

async fn settle(storefront: &Storefront) -> Result<(), StoreError> {
    let counts = storefront.settle_due().await?;
    metrics::counter!("coheron_worker_settled_checkouts_total").increment(counts.checkouts as u64);
    metrics::counter!("coheron_worker_tried_refunds_total").increment(counts.refunds as u64);
    Ok(())
}
