//! The job `sweep_expired`: removes what has passed its time: carts, checkouts, idempotency keys and dead letters.

use std::time::Duration;

use coheron_store::{Database, StoreError, carts, checkouts, dead_letters, idempotency_keys};
use tokio_util::sync::CancellationToken;

use crate::look_every::look_every;

const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Removed by one statement, so that none locks rows for long. Statements follow each other until nothing is left.
const BATCH: i64 = 1_000;
/// How long a checkout that has ended is kept: its cart may be asked for again, but it holds addresses.
const FINISHED_CHECKOUT_DAYS: i32 = 30;
/// How long a dead letter waits for somebody to look at it: longer than the broker keeps its copy.
const DEAD_LETTER_DAYS: i32 = 90;

/// Sweeps until it is cancelled. A database that is away is waited for; other faults are returned.
pub async fn sweep_expired(database: &Database, cancel: &CancellationToken) -> Result<(), StoreError> {
    look_every(LOOK_EVERY, "sweep_expired", cancel, || sweep(database, cancel)).await
}

/// The tables take turns, so that much of one kind keeps none of the others waiting.
async fn sweep(database: &Database, cancel: &CancellationToken) -> Result<(), StoreError> {
    while !cancel.is_cancelled() && sweep_batch(database).await? {}
    Ok(())
}

/// Removes a batch from each table; false where that was all.
async fn sweep_batch(database: &Database) -> Result<bool, StoreError> {
    let expired_carts = carts::delete_expired(database, BATCH).await?;
    let old_checkouts = checkouts::delete_finished(database, FINISHED_CHECKOUT_DAYS, BATCH).await?;
    let old_letters = dead_letters::delete_old(database, DEAD_LETTER_DAYS, BATCH).await?;
    let mut transaction = database.begin_pipeline().await?;
    let expired_keys = idempotency_keys::delete_expired(&mut transaction, BATCH).await?;
    transaction.commit().await?;
    let swept = [
        ("carts", expired_carts),
        ("checkouts", old_checkouts),
        ("dead_letters", old_letters),
        ("idempotency_keys", expired_keys),
    ];
    for (table, rows) in swept {
        metrics::counter!("coheron_worker_swept_rows_total", "table" => table).increment(rows);
    }
    Ok(swept.iter().any(|(_, rows)| *rows >= BATCH.unsigned_abs()))
}
