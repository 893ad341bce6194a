//! The job `run_jobs`: does what transactions left in the job queue.
//!
//! A job is claimed for a while, done, and deleted afterwards. A worker that dies in between leaves a claim that runs
//! out, and the job is done again: each kind bears that. Several workers may run; each takes what the others have not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use coheron_core::commerce_ports::MailError;
use coheron_core::retry::RetryClass;
use coheron_store::job_queue::{self, ClaimedJob, JobKind};
use coheron_store::notifications::JOBS_CHANNEL;
use coheron_store::{Database, StoreError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::empty_queue::{Queue, empty_queue};

/// Jobs done at the same time.
const CLAIM_LIMIT: i64 = 4;
const LONGEST_RUN: Duration = Duration::from_secs(60);
/// Longer than the longest run, so that nobody takes over a job that is being done.
const LEASE: Duration = Duration::from_secs(120);
/// With the pauses below about a day: longer than most mail servers are away.
const MOST_ATTEMPTS: i32 = 36;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// What does the jobs of one kind. Doing a job twice must be as good as doing it once.
#[async_trait]
pub trait Job: Send + Sync {
    fn kind(&self) -> JobKind;

    async fn run(&self, job: &ClaimedJob) -> Result<(), JobError>;
}

#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error("the database does not answer as expected")]
    Store(#[from] StoreError),
    #[error("the mail was not taken")]
    Mail(#[from] MailError),
    #[error("the job does not say what to do")]
    Payload(#[from] serde_json::Error),
    #[error("a text could not be written")]
    Template(#[from] askama::Error),
    #[error("the job took longer than {} s", LONGEST_RUN.as_secs())]
    TookTooLong,
    #[error("no attempt came to an end: the worker stopped or died each time")]
    NeverEnded,
}

pub struct RunJobs {
    database: Database,
    jobs: Vec<Arc<dyn Job>>,
}

impl JobError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Store(error) => error.retry_class(),
            Self::Mail(error) => error.retry_class(),
            Self::Payload(_) | Self::NeverEnded => RetryClass::Poison,
            Self::Template(_) => RetryClass::Fatal,
            Self::TookTooLong => RetryClass::Transient,
        }
    }
}

impl RunJobs {
    /// Jobs of a kind that is not among these stay in the queue, for a worker that can do them.
    pub fn new(database: Database, jobs: Vec<Arc<dyn Job>>) -> Self {
        Self { database, jobs }
    }

    /// Works until it is cancelled, and finishes what it has begun. A database that is away is waited for; anything that
    /// waiting cannot mend is returned.
    pub async fn run(&self, cancel: CancellationToken) -> Result<(), StoreError> {
        if self.jobs.is_empty() {
            cancel.cancelled().await;
            return Ok(());
        }
        empty_queue(self, &self.database, &cancel).await
    }
}

impl Queue for RunJobs {
    type Error = StoreError;

    const JOB: &'static str = "run_jobs";
    const CHANNEL: &'static str = JOBS_CHANNEL;

    /// Does the jobs that are due, a few at a time.
    async fn take_batch(&self) -> Result<bool, StoreError> {
        let kinds: Vec<JobKind> = self.jobs.iter().map(|job| job.kind()).collect();
        let mut transaction = self.database.begin_pipeline().await?;
        let claimed = job_queue::claim(&mut transaction, &kinds, CLAIM_LIMIT, LEASE).await?;
        transaction.commit().await?;
        let mut outcome = Ok(!claimed.is_empty());
        let mut running = JoinSet::new();
        for claimed_job in claimed {
            let Some(job) = self.jobs.iter().find(|job| job.kind() == claimed_job.kind) else { continue };
            running.spawn(run_and_settle(self.database.clone(), Arc::clone(job), claimed_job));
        }
        while let Some(ended) = running.join_next().await {
            match ended {
                // The others go on all the same.
                Ok(Err(error)) => outcome = Err(error),
                Ok(Ok(())) => {}
                // A job that panicked keeps its claim until it runs out, and counts as an attempt.
                Err(error) => tracing::error!(%error, "a job panicked"),
            }
        }
        outcome
    }

    fn retry_class(error: &StoreError) -> RetryClass {
        error.retry_class()
    }
}

async fn run_and_settle(database: Database, job: Arc<dyn Job>, claimed: ClaimedJob) -> Result<(), StoreError> {
    let kind = claimed.kind.name();
    let started = Instant::now();
    let result = if claimed.attempt > MOST_ATTEMPTS {
        Err(JobError::NeverEnded)
    } else {
        tokio::time::timeout(LONGEST_RUN, job.run(&claimed)).await.unwrap_or(Err(JobError::TookTooLong))
    };
    metrics::histogram!("coheron_jobs_run_seconds", "kind" => kind).record(started.elapsed().as_secs_f64());
    let mut transaction = database.begin_pipeline().await?;
    let (outcome, is_ours) = match result {
        Ok(()) => ("done", job_queue::complete(&mut transaction, &claimed).await?),
        Err(error) => {
            let told = with_causes(&error);
            if error.retry_class() == RetryClass::Poison || claimed.attempt >= MOST_ATTEMPTS {
                tracing::error!(kind, id = %claimed.id, attempt = claimed.attempt, error = told, "a job was given up");
                ("failed", job_queue::give_up(&mut transaction, &claimed, &told).await?)
            } else {
                let pause = pause_after(claimed.attempt);
                tracing::warn!(kind, id = %claimed.id, attempt = claimed.attempt, error = told, ?pause, "a job is tried again");
                ("retried", job_queue::retry_later(&mut transaction, &claimed, pause, &told).await?)
            }
        }
    };
    transaction.commit().await?;
    let outcome = if is_ours { outcome } else { "taken_over" };
    metrics::counter!("coheron_jobs_ended_total", "kind" => kind, "outcome" => outcome).increment(1);
    Ok(())
}

/// Twice as long after each attempt, up to an hour.
fn pause_after(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(16);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

/// The error with what caused it, since only this text is kept.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        assert_eq!(pause_after(1), Duration::from_secs(1));
        assert_eq!(pause_after(5), Duration::from_secs(16));
        assert_eq!(pause_after(13), LONGEST_PAUSE);
        assert_eq!(pause_after(i32::MAX), LONGEST_PAUSE);
        let all: Duration = (1..MOST_ATTEMPTS).map(pause_after).sum();
        assert!(all > Duration::from_secs(20 * 3_600), "{all:?}");
    }

    #[test]
    fn causes_are_kept() {
        let refused = std::io::Error::other("connection refused");
        let error = JobError::Mail(MailError::Unavailable(Box::new(refused)));
        assert_eq!(error.retry_class(), RetryClass::Transient);
        let text = with_causes(&error);
        assert!(text.starts_with("the mail was not taken") && text.ends_with("connection refused"), "{text}");
    }
}
