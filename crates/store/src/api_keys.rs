//! API keys by the hash of their text.

use coheron_core::ids::{ApiKeyId, SiteId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::database::Database;
use crate::error::StoreError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub site_id: SiteId,
    pub kind: ApiKeyKind,
    pub name: String,
    /// What a secret key may do, for example `sync:write`; empty for publishable keys.
    pub scopes: Vec<String>,
    /// The first characters of the key's text.
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyKind {
    /// May stand in a page's source: reads what shoppers see.
    Publishable,
    /// Belongs on servers: reads and writes by its scopes.
    Secret,
}

const INSERT: &str = "INSERT INTO website_api_keys (id, site_id, kind, name, key_hash, hint, scopes)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SELECT_BY_HASH: &str = "SELECT id, site_id, kind, name, scopes, hint FROM website_api_keys
    WHERE key_hash = $1 AND revoked_at IS NULL";
const SELECT_BY_SITE: &str = "SELECT id, site_id, kind, name, scopes, hint FROM website_api_keys
    WHERE site_id = $1 AND revoked_at IS NULL ORDER BY created_at";
const REVOKE: &str = "UPDATE website_api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL";

pub(crate) const STATEMENTS: &[&str] = &[INSERT, SELECT_BY_HASH, SELECT_BY_SITE, REVOKE];

pub async fn insert(database: &Database, key: &ApiKey, key_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .bind(key.id.0)
        .bind(key.site_id.0)
        .bind(key.kind.column())
        .bind(&key.name)
        .bind(key_hash.as_slice())
        .bind(&key.hint)
        .bind(&key.scopes)
        .execute(database.pipeline())
        .await?;
    Ok(())
}

/// The key with this SHA-256, unless it is unknown or revoked.
pub async fn find_by_hash(database: &Database, key_hash: &[u8; 32]) -> Result<Option<ApiKey>, StoreError> {
    let row: Option<ApiKeyRow> =
        sqlx::query_as(SELECT_BY_HASH).bind(key_hash.as_slice()).fetch_optional(database.pipeline()).await?;
    Ok(row.map(ApiKeyRow::into_key))
}

pub async fn list(database: &Database, site_id: SiteId) -> Result<Vec<ApiKey>, StoreError> {
    let rows: Vec<ApiKeyRow> = sqlx::query_as(SELECT_BY_SITE).bind(site_id.0).fetch_all(database.pipeline()).await?;
    Ok(rows.into_iter().map(ApiKeyRow::into_key).collect())
}

/// Whether a valid key of this id existed.
pub async fn revoke(database: &Database, id: ApiKeyId) -> Result<bool, StoreError> {
    let done = sqlx::query(REVOKE).bind(id.0).execute(database.pipeline()).await?;
    Ok(done.rows_affected() == 1)
}

impl ApiKeyKind {
    fn column(self) -> &'static str {
        match self {
            Self::Publishable => "publishable",
            Self::Secret => "secret",
        }
    }
}

#[derive(FromRow)]
struct ApiKeyRow {
    id: Uuid,
    site_id: Uuid,
    kind: String,
    name: String,
    scopes: Vec<String>,
    hint: String,
}

impl ApiKeyRow {
    fn into_key(self) -> ApiKey {
        let kind = if self.kind == "secret" { ApiKeyKind::Secret } else { ApiKeyKind::Publishable };
        ApiKey {
            id: ApiKeyId(self.id),
            site_id: SiteId(self.site_id),
            kind,
            name: self.name,
            scopes: self.scopes,
            hint: self.hint,
        }
    }
}
