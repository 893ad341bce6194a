//! Avro schemas by id and by subject, for clients that know the Confluent Schema Registry.

use sqlx::{FromRow, PgConnection};

use crate::database::Database;
use crate::error::StoreError;

/// One version of a subject.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SubjectVersion {
    pub subject: String,
    pub version: i32,
    pub schema_id: i32,
    pub schema: String,
}

const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('coheron schema registry', 0))";
const SELECT_SCHEMA: &str = "SELECT schema FROM schema_registry_schemas WHERE id = $1";
const SELECT_SUBJECTS: &str =
    "SELECT DISTINCT subject FROM schema_registry_versions WHERE deleted_at IS NULL ORDER BY subject";
const SELECT_VERSIONS: &str = "SELECT v.subject, v.version, v.schema_id, s.schema
    FROM schema_registry_versions v JOIN schema_registry_schemas s ON s.id = v.schema_id
    WHERE v.subject = $1 AND v.deleted_at IS NULL ORDER BY v.version";
const SELECT_USES: &str = "SELECT v.subject, v.version, v.schema_id, s.schema
    FROM schema_registry_versions v JOIN schema_registry_schemas s ON s.id = v.schema_id
    WHERE v.schema_id = $1 AND v.deleted_at IS NULL ORDER BY v.subject, v.version";
const INSERT_SCHEMA: &str = "INSERT INTO schema_registry_schemas (fingerprint, schema) VALUES ($1, $2)
    ON CONFLICT (fingerprint) DO UPDATE SET fingerprint = excluded.fingerprint RETURNING id";
const INSERT_VERSION: &str = "INSERT INTO schema_registry_versions (subject, version, schema_id)
    VALUES ($1, (SELECT coalesce(max(version), 0) + 1 FROM schema_registry_versions WHERE subject = $1), $2)
    ON CONFLICT (subject, schema_id) DO UPDATE SET deleted_at = NULL RETURNING version";
const DELETE_VERSION: &str = "UPDATE schema_registry_versions SET deleted_at = now()
    WHERE subject = $1 AND version = $2 AND deleted_at IS NULL";
const SELECT_LEVEL: &str = "SELECT compatibility FROM schema_registry_levels WHERE subject = $1";
const UPSERT_LEVEL: &str = "INSERT INTO schema_registry_levels (subject, compatibility) VALUES ($1, $2)
    ON CONFLICT (subject) DO UPDATE SET compatibility = excluded.compatibility";
const DELETE_LEVEL: &str = "DELETE FROM schema_registry_levels WHERE subject = $1 RETURNING compatibility";

pub(crate) const STATEMENTS: &[&str] = &[
    LOCK,
    SELECT_SCHEMA,
    SELECT_SUBJECTS,
    SELECT_VERSIONS,
    SELECT_USES,
    INSERT_SCHEMA,
    INSERT_VERSION,
    DELETE_VERSION,
    SELECT_LEVEL,
    UPSERT_LEVEL,
    DELETE_LEVEL,
];

/// Serialises registrations until the transaction ends, so that check and insert are one step.
pub async fn lock(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query(LOCK).execute(connection).await?;
    Ok(())
}

pub async fn schema_by_id(database: &Database, id: i32) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(SELECT_SCHEMA).bind(id).fetch_optional(database.pipeline()).await?)
}

pub async fn subjects(database: &Database) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(SELECT_SUBJECTS).fetch_all(database.pipeline()).await?)
}

/// The subject's versions, oldest first; empty for an unknown subject.
pub async fn versions(connection: &mut PgConnection, subject: &str) -> Result<Vec<SubjectVersion>, StoreError> {
    Ok(sqlx::query_as(SELECT_VERSIONS).bind(subject).fetch_all(connection).await?)
}

/// The subjects and versions in which a schema is used.
pub async fn uses_of_schema(database: &Database, schema_id: i32) -> Result<Vec<SubjectVersion>, StoreError> {
    Ok(sqlx::query_as(SELECT_USES).bind(schema_id).fetch_all(database.pipeline()).await?)
}

/// Adds the schema as the subject's newest version, or finds it where it is one already. Gives id and version.
pub async fn register(
    connection: &mut PgConnection,
    subject: &str,
    fingerprint: &[u8; 32],
    schema: &str,
) -> Result<(i32, i32), StoreError> {
    let schema_id: i32 =
        sqlx::query_scalar(INSERT_SCHEMA).bind(fingerprint.as_slice()).bind(schema).fetch_one(&mut *connection).await?;
    let version: i32 = sqlx::query_scalar(INSERT_VERSION).bind(subject).bind(schema_id).fetch_one(connection).await?;
    Ok((schema_id, version))
}

/// Whether the version existed.
pub async fn delete_version(connection: &mut PgConnection, subject: &str, version: i32) -> Result<bool, StoreError> {
    let done = sqlx::query(DELETE_VERSION).bind(subject).bind(version).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// The compatibility level set for a subject; the empty subject stands for all.
pub async fn level(connection: &mut PgConnection, subject: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(SELECT_LEVEL).bind(subject).fetch_optional(connection).await?)
}

pub async fn set_level(connection: &mut PgConnection, subject: &str, level: &str) -> Result<(), StoreError> {
    sqlx::query(UPSERT_LEVEL).bind(subject).bind(level).execute(connection).await?;
    Ok(())
}

/// The level that was set, where one was.
pub async fn clear_level(connection: &mut PgConnection, subject: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(DELETE_LEVEL).bind(subject).fetch_optional(connection).await?)
}
