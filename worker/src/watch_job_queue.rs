//! The job `watch_job_queue`: tells how many jobs wait and how many were given up, and forgets the latter in time. It
//! runs in every worker, also in one that can do none of the jobs.

use std::time::Duration;

use coheron_store::job_queue::{self, JobKind};
use coheron_store::{Database, StoreError};
use tokio_util::sync::CancellationToken;

use crate::look_every::look_every;

const LOOK_EVERY: Duration = Duration::from_secs(15);
/// Long enough to look into the reasons.
const FAILED_JOBS_KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);
const STATES: [&str; 2] = ["waiting", "failed"];

/// Watches until it is cancelled. A database that is away is waited for; other faults are returned.
pub async fn watch_job_queue(database: &Database, cancel: &CancellationToken) -> Result<(), StoreError> {
    look_every(LOOK_EVERY, "watch_job_queue", cancel, || look(database)).await
}

async fn look(database: &Database) -> Result<(), StoreError> {
    let mut transaction = database.begin_pipeline().await?;
    job_queue::delete_failed(&mut transaction, FAILED_JOBS_KEPT).await?;
    let counts = job_queue::counts(&mut transaction).await?;
    transaction.commit().await?;
    for kind in JobKind::ALL {
        for state in STATES {
            // A kind without jobs has no row, and its gauge has to fall to zero.
            let count = counts.iter().find(|count| count.kind == kind.name() && count.state == state);
            let jobs = count.map_or(0, |count| count.jobs);
            metrics::gauge!("coheron_jobs_queued_jobs", "kind" => kind.name(), "state" => state).set(jobs as f64);
        }
    }
    Ok(())
}
