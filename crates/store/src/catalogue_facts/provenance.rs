//! The columns that every fact shares: whose it is, which version, and which record it came from.

use chrono::{DateTime, Utc};
use coheron_core::change::{Change, ChangeBody, VersionedDelete};
use sqlx::PgConnection;
use uuid::Uuid;

use super::EntityKey;
use crate::error::StoreError;

/// Binds the shared columns `$1` to `$7` in the order that every statement of this module uses.
macro_rules! bind_provenance {
    ($query:expr, $columns:expr) => {
        $query
            .bind($columns.site_ids)
            .bind($columns.entity_ids)
            .bind($columns.versions)
            .bind($columns.erp_times)
            .bind($columns.topics)
            .bind($columns.partitions)
            .bind($columns.offsets)
    };
}
pub(super) use bind_provenance;

/// The shared columns of a set of changes, as arrays for `UNNEST`.
#[derive(Debug, Default)]
pub(super) struct Provenance {
    pub site_ids: Vec<Uuid>,
    pub entity_ids: Vec<String>,
    pub versions: Vec<i64>,
    pub erp_times: Vec<DateTime<Utc>>,
    pub topics: Vec<String>,
    pub partitions: Vec<i32>,
    pub offsets: Vec<i64>,
}

impl Provenance {
    pub fn of<'a, Facts: 'a>(changes: impl IntoIterator<Item = &'a Change<Facts>>) -> Self {
        let mut columns = Self::default();
        for change in changes {
            columns.site_ids.push(change.site_id.0);
            columns.entity_ids.push(change.entity_id.clone());
            columns.versions.push(change.as_of.entity_version);
            columns.erp_times.push(change.as_of.erp_time);
            columns.topics.push(change.as_of.topic.clone());
            columns.partitions.push(change.as_of.partition);
            columns.offsets.push(change.as_of.offset);
        }
        columns
    }
}

/// Separates tombstones without a version, which compare by time, from everything that compares by version.
pub(super) fn split_by_guard<Facts>(changes: &[Change<Facts>]) -> (Vec<&Change<Facts>>, Vec<&Change<Facts>>) {
    changes.iter().partition(|change| !matches!(change.body, ChangeBody::Delete { versioned: VersionedDelete::No }))
}

/// Carries out tombstones without a version by a statement over the shared columns, and says what it deleted.
pub(super) async fn delete_by_time<Facts>(
    connection: &mut PgConnection,
    statement: &'static str,
    tombstones: &[&Change<Facts>],
) -> Result<Vec<EntityKey>, StoreError> {
    if tombstones.is_empty() {
        return Ok(Vec::new());
    }
    let columns = Provenance::of(tombstones.iter().copied());
    Ok(bind_provenance!(sqlx::query_as(statement), columns).fetch_all(connection).await?)
}

/// The facts of an upsert; none for a tombstone.
pub(super) fn facts_of<Facts>(change: &Change<Facts>) -> Option<&Facts> {
    match &change.body {
        ChangeBody::Upsert(facts) => Some(facts),
        ChangeBody::Delete { .. } => None,
    }
}
