//! The manifest of the event files: a file counts from the moment its row is there.

use std::time::Duration;

use chrono::{DateTime, Utc};
use coheron_core::ids::SiteId;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::database::{Database, SiteTransaction};
use crate::error::StoreError;

/// A file of events of one site.
#[derive(Debug, Clone, PartialEq)]
pub struct EventFile {
    pub site_id: SiteId,
    /// In the folder of its site.
    pub name: String,
    pub topic: String,
    /// None for a file that was merged from others.
    pub origin: Option<FileOrigin>,
    pub rows: i64,
    pub bytes: i64,
    pub min_occurred_at: DateTime<Utc>,
    pub max_occurred_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

/// The records that a file was written from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileOrigin {
    pub partition: i32,
    pub first_offset: i64,
    pub last_offset: i64,
}

/// A file by its site and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    pub site_id: SiteId,
    pub name: String,
}

const INSERT: &str = "INSERT INTO web_event_files
        (site_id, name, topic, partition, first_offset, last_offset, rows, bytes, min_occurred_at, max_occurred_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const SELECT_LIVE: &str =
    "SELECT site_id, name, topic, partition, first_offset, last_offset, rows, bytes, min_occurred_at,
        max_occurred_at, created_at
    FROM web_event_files WHERE site_id = $1 AND replaced_at IS NULL ORDER BY min_occurred_at, name";
// The only file of a day has nothing to be merged with. Days of most files come first, and of equal ones the newest: days
// whose files are too few or too large to be merged keep no others from their turn.
const SELECT_SMALL: &str =
    "SELECT site_id, name, topic, partition, first_offset, last_offset, rows, bytes, min_occurred_at,
        max_occurred_at, created_at
    FROM (
        SELECT *, (min_occurred_at AT TIME ZONE 'UTC')::date AS event_day,
            count(*) OVER (PARTITION BY site_id, (min_occurred_at AT TIME ZONE 'UTC')::date) AS files_of_day
        FROM web_event_files WHERE replaced_at IS NULL AND rows < $1
    ) small_file
    WHERE files_of_day > 1
    ORDER BY files_of_day DESC, event_day DESC, site_id, min_occurred_at, name LIMIT $2";
const REPLACE: &str = "UPDATE web_event_files SET replaced_at = now()
    WHERE site_id = $1 AND name = ANY($2) AND replaced_at IS NULL";
// By the clock that stamped them: with one that goes ten minutes ahead, files would go while they are being read.
const SELECT_REPLACED: &str = "SELECT site_id, name FROM web_event_files
    WHERE replaced_at < now() - make_interval(secs => $1) ORDER BY replaced_at LIMIT $2";
const DELETE_REPLACED: &str = "DELETE FROM web_event_files f USING UNNEST($1::uuid[], $2::text[]) AS g (site_id, name)
    WHERE f.site_id = g.site_id AND f.name = g.name AND f.replaced_at IS NOT NULL";
const SELECT_KNOWN: &str = "SELECT name FROM web_event_files WHERE site_id = $1 AND name = ANY($2)";

pub(crate) const STATEMENTS: &[&str] =
    &[INSERT, SELECT_LIVE, SELECT_SMALL, REPLACE, SELECT_REPLACED, DELETE_REPLACED, SELECT_KNOWN];

pub async fn insert(connection: &mut PgConnection, file: &EventFile) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .bind(file.site_id.0)
        .bind(&file.name)
        .bind(&file.topic)
        .bind(file.origin.map(|origin| origin.partition))
        .bind(file.origin.map(|origin| origin.first_offset))
        .bind(file.origin.map(|origin| origin.last_offset))
        .bind(file.rows)
        .bind(file.bytes)
        .bind(file.min_occurred_at)
        .bind(file.max_occurred_at)
        .bind(file.created_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// The files that hold the events of the transaction's site, oldest events first.
pub async fn live(transaction: &mut SiteTransaction) -> Result<Vec<EventFile>, StoreError> {
    let site_id = transaction.site_id();
    let rows: Vec<FileRow> = sqlx::query_as(SELECT_LIVE).bind(site_id.0).fetch_all(transaction.connection()).await?;
    Ok(rows.into_iter().map(FileRow::into_file).collect())
}

/// Files of all sites with fewer rows than this and with others like them beside them: of the same site, their first
/// event on the same day (UTC). The files of a site and day come one after the other, by time.
pub async fn small(database: &Database, below_rows: i64, limit: i64) -> Result<Vec<EventFile>, StoreError> {
    let rows: Vec<FileRow> =
        sqlx::query_as(SELECT_SMALL).bind(below_rows).bind(limit).fetch_all(database.pipeline()).await?;
    Ok(rows.into_iter().map(FileRow::into_file).collect())
}

/// Takes files out of the manifest's live part. Gives how many were still there: fewer than asked for means that
/// somebody else replaced one, and the caller must abort.
pub async fn replace(connection: &mut PgConnection, site_id: SiteId, names: &[&str]) -> Result<u64, StoreError> {
    Ok(sqlx::query(REPLACE).bind(site_id.0).bind(names).execute(connection).await?.rows_affected())
}

/// Files that were replaced longer ago than this.
pub async fn replaced_before(database: &Database, ago: Duration, limit: i64) -> Result<Vec<FileName>, StoreError> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as(SELECT_REPLACED).bind(ago.as_secs_f64()).bind(limit).fetch_all(database.pipeline()).await?;
    Ok(rows.into_iter().map(|(site_id, name)| FileName { site_id: SiteId(site_id), name }).collect())
}

/// Forgets replaced files, after they were deleted.
pub async fn forget(database: &Database, files: &[FileName]) -> Result<(), StoreError> {
    let sites: Vec<Uuid> = files.iter().map(|file| file.site_id.0).collect();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    sqlx::query(DELETE_REPLACED).bind(sites).bind(names).execute(database.pipeline()).await?;
    Ok(())
}

/// Those of the names that the manifest knows, live or replaced.
pub async fn known(database: &Database, site_id: SiteId, names: &[String]) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(SELECT_KNOWN).bind(site_id.0).bind(names).fetch_all(database.pipeline()).await?)
}

#[derive(FromRow)]
struct FileRow {
    site_id: Uuid,
    name: String,
    topic: String,
    partition: Option<i32>,
    first_offset: Option<i64>,
    last_offset: Option<i64>,
    rows: i64,
    bytes: i64,
    min_occurred_at: DateTime<Utc>,
    max_occurred_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

impl FileRow {
    fn into_file(self) -> EventFile {
        let origin = match (self.partition, self.first_offset, self.last_offset) {
            (Some(partition), Some(first_offset), Some(last_offset)) => {
                Some(FileOrigin { partition, first_offset, last_offset })
            }
            _ => None,
        };
        EventFile {
            site_id: SiteId(self.site_id),
            name: self.name,
            topic: self.topic,
            origin,
            rows: self.rows,
            bytes: self.bytes,
            min_occurred_at: self.min_occurred_at,
            max_occurred_at: self.max_occurred_at,
            created_at: self.created_at,
        }
    }
}
