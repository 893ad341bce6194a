//! Product documents as they are served.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::database::SiteTransaction;
use crate::error::StoreError;

/// A published product document.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct StoredDocument {
    pub sku: String,
    /// A `coheron_core::document::ProductDocument` as JSON text.
    pub document_json: String,
    pub document_version: i64,
    pub updated_at: DateTime<Utc>,
}

/// What a document row says about itself, without the document.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DocumentState {
    pub site_id: Uuid,
    pub sku: String,
    pub document_version: i64,
    pub is_published: bool,
}

/// Where a published product has its page.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DocumentAddress {
    /// Path of the page.
    pub url: String,
    pub updated_at: DateTime<Utc>,
}

/// A new version of a document; `None` withdraws it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDocument {
    pub site_id: Uuid,
    pub sku: String,
    pub document_json: Option<String>,
    pub document_version: i64,
    pub content_hash: Option<[u8; 32]>,
}

const SELECT_ONE: &str = "SELECT sku, document::text AS document_json, document_version, updated_at
    FROM website_product_documents WHERE site_id = $1 AND sku = $2 AND document IS NOT NULL";
const SELECT_BY_VARIANT: &str = "SELECT d.sku, d.document::text AS document_json, d.document_version, d.updated_at
    FROM website_product_variants v
    JOIN website_product_documents d ON d.site_id = v.site_id AND d.sku = v.product_sku
    WHERE v.site_id = $1 AND v.sku = $2 AND d.document IS NOT NULL ORDER BY d.sku LIMIT 1";
// A SKU is that of a variant or of a product; a product that has variants is found too, the caller tells them apart.
const SELECT_BY_SELLABLE: &str = "SELECT asked.sku, d.document::text FROM UNNEST($2::text[]) AS asked (sku)
    CROSS JOIN LATERAL (
        SELECT v.product_sku FROM website_product_variants v WHERE v.site_id = $1 AND v.sku = asked.sku
        UNION SELECT asked.sku
    ) AS owner (product_sku)
    JOIN website_product_documents d ON d.site_id = $1 AND d.sku = owner.product_sku
    WHERE d.document IS NOT NULL ORDER BY asked.sku, d.sku";
const SELECT_STATES: &str = "SELECT d.site_id, d.sku, d.document_version, d.document IS NOT NULL AS is_published
    FROM website_product_documents d
    JOIN UNNEST($1::uuid[], $2::text[]) AS t (site_id, sku) ON d.site_id = t.site_id AND d.sku = t.sku";
const UPSERT: &str = "INSERT INTO website_product_documents (site_id, sku, document, document_version, content_hash)
    SELECT site_id, sku, document::json, document_version, content_hash
    FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bytea[])
        AS n (site_id, sku, document, document_version, content_hash)
    ON CONFLICT (site_id, sku) DO UPDATE SET document = excluded.document, document_version = excluded.document_version,
        content_hash = excluded.content_hash, updated_at = now()";
const SELECT_HASHES: &str = "SELECT sku, content_hash FROM website_product_documents
    WHERE site_id = $1 AND document IS NOT NULL ORDER BY sku";
const SELECT_ADDRESSES: &str = "SELECT document->>'url' AS url, updated_at FROM website_product_documents
    WHERE site_id = $1 AND document->>'url' IS NOT NULL ORDER BY sku LIMIT $2";
const COUNT: &str = "SELECT count(*) FROM website_product_documents WHERE site_id = $1 AND document IS NOT NULL";

pub(crate) const STATEMENTS: &[&str] =
    &[SELECT_ONE, SELECT_BY_VARIANT, SELECT_BY_SELLABLE, SELECT_STATES, UPSERT, SELECT_HASHES, SELECT_ADDRESSES, COUNT];

pub async fn find(transaction: &mut SiteTransaction, sku: &str) -> Result<Option<StoredDocument>, StoreError> {
    let site_id = transaction.site_id();
    Ok(sqlx::query_as(SELECT_ONE).bind(site_id.0).bind(sku).fetch_optional(transaction.connection()).await?)
}

/// The product to which a variant belongs.
pub async fn find_by_variant_sku(
    transaction: &mut SiteTransaction,
    sku: &str,
) -> Result<Option<StoredDocument>, StoreError> {
    let site_id = transaction.site_id();
    Ok(sqlx::query_as(SELECT_BY_VARIANT).bind(site_id.0).bind(sku).fetch_optional(transaction.connection()).await?)
}

/// The documents in which these SKUs are a variant or the product itself, with the SKU that was asked for.
pub async fn find_by_sellable_skus(
    transaction: &mut SiteTransaction,
    skus: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    let site_id = transaction.site_id();
    let found = sqlx::query_as(SELECT_BY_SELLABLE).bind(site_id.0).bind(skus);
    Ok(found.fetch_all(transaction.connection()).await?)
}

pub async fn count(transaction: &mut SiteTransaction) -> Result<i64, StoreError> {
    let site_id = transaction.site_id();
    Ok(sqlx::query_scalar(COUNT).bind(site_id.0).fetch_one(transaction.connection()).await?)
}

/// Content hashes of all published documents by SKU, to compare stores with each other.
pub async fn content_hashes(transaction: &mut SiteTransaction) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let site_id = transaction.site_id();
    Ok(sqlx::query_as(SELECT_HASHES).bind(site_id.0).fetch_all(transaction.connection()).await?)
}

/// Paths of all published product pages, at most `limit`.
pub async fn addresses(transaction: &mut SiteTransaction, limit: i64) -> Result<Vec<DocumentAddress>, StoreError> {
    let site_id = transaction.site_id();
    Ok(sqlx::query_as(SELECT_ADDRESSES).bind(site_id.0).bind(limit).fetch_all(transaction.connection()).await?)
}

/// The rows that exist among these products.
pub async fn states(
    connection: &mut PgConnection,
    products: &[(Uuid, String)],
) -> Result<Vec<DocumentState>, StoreError> {
    let site_ids: Vec<Uuid> = products.iter().map(|(site_id, _)| *site_id).collect();
    let skus: Vec<&str> = products.iter().map(|(_, sku)| sku.as_str()).collect();
    Ok(sqlx::query_as(SELECT_STATES).bind(site_ids).bind(skus).fetch_all(connection).await?)
}

pub async fn upsert(connection: &mut PgConnection, documents: &[NewDocument]) -> Result<(), StoreError> {
    let site_ids: Vec<Uuid> = documents.iter().map(|document| document.site_id).collect();
    let skus: Vec<&str> = documents.iter().map(|document| document.sku.as_str()).collect();
    let bodies: Vec<Option<&str>> = documents.iter().map(|document| document.document_json.as_deref()).collect();
    let versions: Vec<i64> = documents.iter().map(|document| document.document_version).collect();
    let hashes: Vec<Option<&[u8]>> =
        documents.iter().map(|document| document.content_hash.as_ref().map(<[u8; 32]>::as_slice)).collect();
    sqlx::query(UPSERT).bind(site_ids).bind(skus).bind(bodies).bind(versions).bind(hashes).execute(connection).await?;
    Ok(())
}
