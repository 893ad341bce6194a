//! Records that could not be applied, kept whole with their reason.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::database::Database;
use crate::error::StoreError;

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct StoredDeadLetter {
    pub id: Uuid,
    pub stage: String,
    pub topic: String,
    pub partition: i32,
    pub record_offset: i64,
    pub reason_code: String,
    pub reason: String,
    /// The schema id of the Confluent wire format, where the record carried one.
    pub schema_id: Option<i32>,
    pub record_key: Option<Vec<u8>>,
    pub payload: Option<Vec<u8>>,
    #[sqlx(json)]
    pub headers: Vec<(String, String)>,
    pub trace_id: Option<String>,
    pub recorded_at: DateTime<Utc>,
}

const INSERT: &str = "INSERT INTO pipeline_dead_letters
        (id, stage, topic, partition, record_offset, reason_code, reason, schema_id, record_key, payload, headers, trace_id, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (stage, topic, partition, record_offset,
        coalesce(sha256(record_key), ''), coalesce(sha256(payload), ''), hashtextextended(headers::text, 0)) DO NOTHING";
// Without the payload: a list of 4 MiB records helps nobody.
const SELECT_LATEST: &str =
    "SELECT id, stage, topic, partition, record_offset, reason_code, reason, schema_id, record_key,
        NULL::bytea AS payload, headers, trace_id, recorded_at
    FROM pipeline_dead_letters ORDER BY recorded_at DESC, id DESC LIMIT $1";
const SELECT_BY_ID: &str =
    "SELECT id, stage, topic, partition, record_offset, reason_code, reason, schema_id, record_key,
        payload, headers, trace_id, recorded_at
    FROM pipeline_dead_letters WHERE id = $1";
const COUNT: &str = "SELECT count(*) FROM pipeline_dead_letters";
const DELETE_OLD: &str = "DELETE FROM pipeline_dead_letters WHERE id IN (
        SELECT id FROM pipeline_dead_letters WHERE recorded_at <= now() - make_interval(days => $1)
        ORDER BY recorded_at LIMIT $2)";

pub(crate) const STATEMENTS: &[&str] = &[INSERT, SELECT_LATEST, SELECT_BY_ID, COUNT, DELETE_OLD];

/// Whether it is new: a record fails a stage once. Another record at the same position is of a topic that was made anew.
pub async fn insert(connection: &mut PgConnection, letter: &StoredDeadLetter) -> Result<bool, StoreError> {
    let done = sqlx::query(INSERT)
        .bind(letter.id)
        .bind(&letter.stage)
        .bind(&letter.topic)
        .bind(letter.partition)
        .bind(letter.record_offset)
        .bind(&letter.reason_code)
        .bind(&letter.reason)
        .bind(letter.schema_id)
        .bind(&letter.record_key)
        .bind(&letter.payload)
        .bind(Json(&letter.headers))
        .bind(&letter.trace_id)
        .bind(letter.recorded_at)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest first, without payloads.
pub async fn latest(database: &Database, limit: i64) -> Result<Vec<StoredDeadLetter>, StoreError> {
    Ok(sqlx::query_as(SELECT_LATEST).bind(limit).fetch_all(database.pipeline()).await?)
}

pub async fn find(database: &Database, id: Uuid) -> Result<Option<StoredDeadLetter>, StoreError> {
    Ok(sqlx::query_as(SELECT_BY_ID).bind(id).fetch_optional(database.pipeline()).await?)
}

pub async fn count(database: &Database) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(COUNT).fetch_one(database.pipeline()).await?)
}

/// Removes letters that were recorded so many days ago, at most `limit` of them, the oldest first. Gives how many.
pub async fn delete_old(database: &Database, days: i32, limit: i64) -> Result<u64, StoreError> {
    let delete = sqlx::query(DELETE_OLD).bind(days).bind(limit);
    Ok(delete.execute(database.pipeline()).await?.rows_affected())
}
