//! The job `sweep_expired`: removes what has passed its time: carts, checkouts and idempotency keys.

use std::time::Duration;

use coheron_store::{Database, StoreError, carts, checkouts, idempotency_keys};
use tokio_util::sync::CancellationToken;

use crate::look_every::look_every;

const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Removed in one statement; what is left waits for the next look, which no one notices: expired rows are not read.
const BATCH: i64 = 10_000;
/// How long a checkout that has ended is kept: its cart may be asked for again, but it holds addresses.
const FINISHED_CHECKOUT_DAYS: i32 = 30;

/// Sweeps until it is cancelled. A database that is away is waited for; other faults are returned.
pub async fn sweep_expired(database: &Database, cancel: &CancellationToken) -> Result<(), StoreError> {
    look_every(LOOK_EVERY, "sweep_expired", cancel, || sweep(database)).await
}

async fn sweep(database: &Database) -> Result<(), StoreError> {
    let expired_carts = carts::delete_expired(database, BATCH).await?;
    metrics::counter!("coheron_worker_swept_rows_total", "table" => "carts").increment(expired_carts);
    let old_checkouts = checkouts::delete_finished(database, FINISHED_CHECKOUT_DAYS, BATCH).await?;
    metrics::counter!("coheron_worker_swept_rows_total", "table" => "checkouts").increment(old_checkouts);
    let mut transaction = database.begin_pipeline().await?;
    let expired_keys = idempotency_keys::delete_expired(&mut transaction, BATCH).await?;
    transaction.commit().await?;
    metrics::counter!("coheron_worker_swept_rows_total", "table" => "idempotency_keys").increment(expired_keys);
    Ok(())
}
