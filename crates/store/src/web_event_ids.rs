//! Which events were written to a file lately, so that none is written twice.

use std::collections::HashSet;

use chrono::NaiveDate;
use coheron_core::ids::SiteId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::database::Database;
use crate::error::StoreError;

/// An event by its site, with the day it was received (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenEvent {
    pub site_id: SiteId,
    pub event_id: Uuid,
    pub received_on: NaiveDate,
}

// In one order for all writers, so that two of them never wait for each other.
const INSERT_NEW: &str = "INSERT INTO web_event_ids (site_id, event_id, received_on)
    SELECT site_id, event_id, min(received_on)
    FROM UNNEST($1::uuid[], $2::uuid[], $3::date[]) AS e (site_id, event_id, received_on)
    GROUP BY site_id, event_id ORDER BY site_id, event_id
    ON CONFLICT (site_id, event_id) DO NOTHING
    RETURNING site_id, event_id";
// By day, so that each batch is read from the index of days and no batch looks through the whole table.
const DELETE_BEFORE: &str = "DELETE FROM web_event_ids WHERE (site_id, event_id) IN
    (SELECT site_id, event_id FROM web_event_ids WHERE received_on < $1 ORDER BY received_on LIMIT $2)";

pub(crate) const STATEMENTS: &[&str] = &[INSERT_NEW, DELETE_BEFORE];

/// Remembers the events and gives those that were not known.
pub async fn insert_new(
    connection: &mut PgConnection,
    events: &[SeenEvent],
) -> Result<HashSet<(SiteId, Uuid)>, StoreError> {
    if events.is_empty() {
        return Ok(HashSet::new());
    }
    let sites: Vec<Uuid> = events.iter().map(|event| event.site_id.0).collect();
    let ids: Vec<Uuid> = events.iter().map(|event| event.event_id).collect();
    let days: Vec<NaiveDate> = events.iter().map(|event| event.received_on).collect();
    let new: Vec<(Uuid, Uuid)> =
        sqlx::query_as(INSERT_NEW).bind(sites).bind(ids).bind(days).fetch_all(connection).await?;
    Ok(new.into_iter().map(|(site_id, event_id)| (SiteId(site_id), event_id)).collect())
}

/// Forgets events that were received before this day, at most `limit` of them, the oldest first. Gives how many.
pub async fn delete_received_before(database: &Database, day: NaiveDate, limit: i64) -> Result<u64, StoreError> {
    let done = sqlx::query(DELETE_BEFORE).bind(day).bind(limit).execute(database.pipeline()).await?;
    Ok(done.rows_affected())
}
