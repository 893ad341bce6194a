//! Jobs that leave with the transaction that caused them. A worker claims a job for a while and deletes it when it is
//! done; a job whose worker died comes free when the claim runs out. A job is therefore done at least once.

use std::time::Duration;

use coheron_core::ids::SiteId;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::error::StoreError;
use crate::notifications::JOBS_CHANNEL;

/// What is to be done; each kind has a file of its own in the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Payload `{"order_id": …}`.
    SendOrderConfirmation,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    pub kind: JobKind,
    pub site_id: SiteId,
    pub payload: serde_json::Value,
    /// How long nobody begins it.
    pub delay: Duration,
}

/// How many jobs of a kind are `waiting` or `failed`.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct JobCount {
    pub kind: String,
    pub state: String,
    pub jobs: i64,
}

/// A job that is ours until the claim runs out.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedJob {
    pub id: Uuid,
    pub site_id: SiteId,
    pub kind: JobKind,
    pub payload: serde_json::Value,
    /// 1 at the first attempt.
    pub attempt: i32,
}

const INSERT: &str = "INSERT INTO job_queue (site_id, id, kind, payload, run_at)
    VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))";
const NOTIFY: &str = "SELECT pg_notify($1, '')";
const CLAIM: &str = "UPDATE job_queue j SET attempts = j.attempts + 1, locked_until = now() + make_interval(secs => $3)
    FROM (
        SELECT site_id, id FROM job_queue
        WHERE state = 'waiting' AND run_at <= now() AND (locked_until IS NULL OR locked_until <= now())
            AND kind = ANY($1)
        ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ) due
    WHERE j.site_id = due.site_id AND j.id = due.id
    RETURNING j.id, j.site_id, j.kind, j.payload, j.attempts";
const COMPLETE: &str = "DELETE FROM job_queue WHERE site_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'";
const RETRY: &str =
    "UPDATE job_queue SET run_at = now() + make_interval(secs => $4), locked_until = NULL, last_error = $5
    WHERE site_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'";
const GIVE_UP: &str = "UPDATE job_queue SET state = 'failed', locked_until = NULL, last_error = $4
    WHERE site_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'";

const COUNT: &str = "SELECT kind, state, count(*) AS jobs FROM job_queue GROUP BY kind, state";
const DELETE_FAILED: &str =
    "DELETE FROM job_queue WHERE state = 'failed' AND created_at < now() - make_interval(secs => $1)";

pub(crate) const STATEMENTS: &[&str] = &[INSERT, NOTIFY, CLAIM, COMPLETE, RETRY, GIVE_UP, COUNT, DELETE_FAILED];

impl JobKind {
    pub const ALL: [Self; 1] = [Self::SendOrderConfirmation];

    pub fn name(self) -> &'static str {
        match self {
            Self::SendOrderConfirmation => "send_order_confirmation",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl NewJob {
    /// To be done at once.
    pub fn new(kind: JobKind, site_id: SiteId, payload: serde_json::Value) -> Self {
        Self { kind, site_id, payload, delay: Duration::ZERO }
    }
}

/// Leaves the job and wakes a worker when the transaction commits. Gives the job's id.
pub async fn enqueue(connection: &mut PgConnection, job: &NewJob) -> Result<Uuid, StoreError> {
    let id = Uuid::now_v7();
    sqlx::query(INSERT)
        .bind(job.site_id.0)
        .bind(id)
        .bind(job.kind.name())
        .bind(Json(&job.payload))
        .bind(job.delay.as_secs_f64())
        .execute(&mut *connection)
        .await?;
    sqlx::query(NOTIFY).bind(JOBS_CHANNEL).execute(connection).await?;
    Ok(id)
}

/// Begins due jobs of these kinds, longest due first. The claim counts once the transaction has committed.
pub async fn claim(
    connection: &mut PgConnection,
    kinds: &[JobKind],
    limit: i64,
    lease: Duration,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let rows: Vec<JobRow> =
        sqlx::query_as(CLAIM).bind(names).bind(limit).bind(lease.as_secs_f64()).fetch_all(connection).await?;
    Ok(rows.into_iter().filter_map(JobRow::into_job).collect())
}

/// The job is done and forgotten. False where it is ours no more.
pub async fn complete(connection: &mut PgConnection, job: &ClaimedJob) -> Result<bool, StoreError> {
    let done = sqlx::query(COMPLETE).bind(job.site_id.0).bind(job.id).bind(job.attempt);
    Ok(done.execute(connection).await?.rows_affected() == 1)
}

/// The job is tried again after the pause. False where it is ours no more.
pub async fn retry_later(
    connection: &mut PgConnection,
    job: &ClaimedJob,
    pause: Duration,
    error: &str,
) -> Result<bool, StoreError> {
    let retry =
        sqlx::query(RETRY).bind(job.site_id.0).bind(job.id).bind(job.attempt).bind(pause.as_secs_f64()).bind(error);
    Ok(retry.execute(connection).await?.rows_affected() == 1)
}

/// The job is not tried again and stays with its error. False where it is ours no more.
pub async fn give_up(connection: &mut PgConnection, job: &ClaimedJob, error: &str) -> Result<bool, StoreError> {
    let failed = sqlx::query(GIVE_UP).bind(job.site_id.0).bind(job.id).bind(job.attempt).bind(error);
    Ok(failed.execute(connection).await?.rows_affected() == 1)
}

pub async fn counts(connection: &mut PgConnection) -> Result<Vec<JobCount>, StoreError> {
    Ok(sqlx::query_as(COUNT).fetch_all(connection).await?)
}

/// Forgets jobs that were given up and are older than this, and tells how many it were.
pub async fn delete_failed(connection: &mut PgConnection, older_than: Duration) -> Result<u64, StoreError> {
    let delete = sqlx::query(DELETE_FAILED).bind(older_than.as_secs_f64());
    Ok(delete.execute(connection).await?.rows_affected())
}

#[derive(FromRow)]
struct JobRow {
    id: Uuid,
    site_id: Uuid,
    kind: String,
    payload: Json<serde_json::Value>,
    attempts: i32,
}

impl JobRow {
    /// Only kinds that were asked for are claimed, so every name is known.
    fn into_job(self) -> Option<ClaimedJob> {
        Some(ClaimedJob {
            id: self.id,
            site_id: SiteId(self.site_id),
            kind: JobKind::parse(&self.kind)?,
            payload: self.payload.0,
            attempt: self.attempts,
        })
    }
}
