//! Positions of the stages, moved by compare-and-set in the transaction of their effect.

use sqlx::{FromRow, PgConnection};

use crate::database::Database;
use crate::error::StoreError;

/// The position of a stage in one partition.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Checkpoint {
    pub topic: String,
    pub partition: i32,
    pub next_offset: i64,
}

/// A move of one partition's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckpointMove<'a> {
    pub topic: &'a str,
    pub partition: i32,
    pub from: i64,
    pub to: i64,
}

const SELECT: &str = "SELECT topic, partition, next_offset FROM pipeline_checkpoints WHERE stage = $1";
// A stage that starts at 0 has no row yet: the insert creates it, and loses against any other owner that was first.
const ADVANCE: &str = "WITH moves AS (
        SELECT * FROM UNNEST($2::text[], $3::integer[], $4::bigint[], $5::bigint[]) AS m (topic, partition, from_offset, to_offset)
    ), created AS (
        INSERT INTO pipeline_checkpoints (stage, topic, partition, next_offset)
        SELECT $1, topic, partition, to_offset FROM moves WHERE from_offset = 0
        ON CONFLICT (stage, topic, partition) DO UPDATE SET next_offset = excluded.next_offset, updated_at = now()
            WHERE pipeline_checkpoints.next_offset = 0
        RETURNING topic, partition
    ), moved AS (
        UPDATE pipeline_checkpoints c SET next_offset = m.to_offset, updated_at = now()
        FROM moves m
        WHERE m.from_offset <> 0 AND c.stage = $1 AND c.topic = m.topic AND c.partition = m.partition
            AND c.next_offset = m.from_offset
        RETURNING c.topic, c.partition
    )
    SELECT m.topic, m.partition FROM moves m
    WHERE NOT EXISTS (SELECT FROM created c WHERE c.topic = m.topic AND c.partition = m.partition)
        AND NOT EXISTS (SELECT FROM moved d WHERE d.topic = m.topic AND d.partition = m.partition)
    LIMIT 1";

pub(crate) const STATEMENTS: &[&str] = &[SELECT, ADVANCE];

pub async fn list(database: &Database, stage: &str) -> Result<Vec<Checkpoint>, StoreError> {
    Ok(sqlx::query_as(SELECT).bind(stage).fetch_all(database.pipeline()).await?)
}

/// Moves all positions or names a partition whose position is not where the caller believes: somebody else owns it
/// now, and the caller must abort its transaction.
pub async fn advance(
    connection: &mut PgConnection,
    stage: &str,
    moves: &[CheckpointMove<'_>],
) -> Result<Option<(String, i32)>, StoreError> {
    let topics: Vec<&str> = moves.iter().map(|step| step.topic).collect();
    let partitions: Vec<i32> = moves.iter().map(|step| step.partition).collect();
    let froms: Vec<i64> = moves.iter().map(|step| step.from).collect();
    let tos: Vec<i64> = moves.iter().map(|step| step.to).collect();
    let refused: Option<(String, i32)> = sqlx::query_as(ADVANCE)
        .bind(stage)
        .bind(topics)
        .bind(partitions)
        .bind(froms)
        .bind(tos)
        .fetch_optional(connection)
        .await?;
    Ok(refused)
}
