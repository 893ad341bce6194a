//! Products with their variants and categories.

use std::collections::HashSet;

use coheron_core::change::{Change, ProductFacts};
use sqlx::PgConnection;
use uuid::Uuid;

use super::EntityKey;
use super::provenance::{Provenance, bind_provenance, delete_by_time, facts_of, split_by_guard};
use crate::error::StoreError;

const UPSERT: &str = "INSERT INTO website_products
        (site_id, sku, version, erp_time, source_topic, source_partition, source_offset, facts, deleted_at)
    SELECT site_id, sku, version, erp_time, topic, part, off, facts::json, CASE WHEN facts IS NULL THEN now() END
    FROM UNNEST($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::integer[], $7::bigint[], $8::text[])
        AS n (site_id, sku, version, erp_time, topic, part, off, facts)
    ON CONFLICT (site_id, sku) DO UPDATE SET version = excluded.version, erp_time = excluded.erp_time,
        source_topic = excluded.source_topic, source_partition = excluded.source_partition,
        source_offset = excluded.source_offset, facts = excluded.facts, deleted_at = excluded.deleted_at
        WHERE website_products.version < excluded.version
    RETURNING site_id, sku AS entity_id";
// What stands behind the tombstone in the same log came after it, whatever the clocks say.
const DELETE_BY_TIME: &str = "UPDATE website_products p SET facts = NULL, deleted_at = now(), erp_time = n.erp_time,
        source_topic = n.topic, source_partition = n.part, source_offset = n.off
    FROM UNNEST($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::integer[], $7::bigint[])
        AS n (site_id, sku, version, erp_time, topic, part, off)
    WHERE p.site_id = n.site_id AND p.sku = n.sku AND p.deleted_at IS NULL AND p.erp_time <= n.erp_time
        AND NOT (p.source_topic = n.topic AND p.source_partition = n.part AND p.source_offset > n.off)
    RETURNING p.site_id, p.sku AS entity_id";
const CLEAR_VARIANTS: &str = "DELETE FROM website_product_variants v
    USING UNNEST($1::uuid[], $2::text[]) AS n (site_id, sku) WHERE v.site_id = n.site_id AND v.product_sku = n.sku";
const INSERT_VARIANTS: &str = "INSERT INTO website_product_variants (site_id, product_sku, sku)
    SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[])";
const CLEAR_CATEGORIES: &str = "DELETE FROM website_product_categories c
    USING UNNEST($1::uuid[], $2::text[]) AS n (site_id, sku) WHERE c.site_id = n.site_id AND c.product_sku = n.sku";
const INSERT_CATEGORIES: &str = "INSERT INTO website_product_categories (site_id, product_sku, category_id)
    SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING";

pub(super) const STATEMENTS: &[&str] =
    &[UPSERT, DELETE_BY_TIME, CLEAR_VARIANTS, INSERT_VARIANTS, CLEAR_CATEGORIES, INSERT_CATEGORIES];

/// Applies what is newer than what is stored and says which products that were. At most one change per product and guard (version or time).
pub async fn apply(
    connection: &mut PgConnection,
    changes: &[Change<ProductFacts>],
) -> Result<Vec<EntityKey>, StoreError> {
    let (by_version, by_time) = split_by_guard(changes);
    let mut stored: Vec<EntityKey> = Vec::new();
    if !by_version.is_empty() {
        let facts = by_version
            .iter()
            .map(|change| facts_of(change).map(serde_json::to_string).transpose())
            .collect::<Result<Vec<Option<String>>, serde_json::Error>>()?;
        let columns = Provenance::of(by_version.iter().copied());
        stored = bind_provenance!(sqlx::query_as(UPSERT), columns).bind(facts).fetch_all(&mut *connection).await?;
    }
    let deleted = delete_by_time(connection, DELETE_BY_TIME, &by_time).await?;
    if !stored.is_empty() || !deleted.is_empty() {
        rewrite_links(connection, changes, &stored, &deleted).await?;
    }
    stored.extend(deleted);
    Ok(stored)
}

/// Clears the links of whatever changed and writes those of the images that are stored now. `deleted` may name some that
/// were stored just before.
async fn rewrite_links(
    connection: &mut PgConnection,
    changes: &[Change<ProductFacts>],
    stored: &[EntityKey],
    deleted: &[EntityKey],
) -> Result<(), StoreError> {
    let (site_ids, skus): (Vec<Uuid>, Vec<&str>) = stored.iter().chain(deleted).map(identity).unzip();
    sqlx::query(CLEAR_VARIANTS).bind(&site_ids).bind(&skus).execute(&mut *connection).await?;
    sqlx::query(CLEAR_CATEGORIES).bind(&site_ids).bind(&skus).execute(&mut *connection).await?;

    let mut present: HashSet<(Uuid, &str)> = stored.iter().map(identity).collect();
    for key in deleted {
        present.remove(&identity(key));
    }
    let mut variants = LinkColumns::default();
    let mut categories = LinkColumns::default();
    for change in changes.iter().filter(|change| present.contains(&(change.site_id.0, change.entity_id.as_str()))) {
        let Some(facts) = facts_of(change) else { continue };
        for variant in &facts.variants {
            variants.push(change.site_id.0, &change.entity_id, variant.sku.as_str());
        }
        for category_id in &facts.category_ids {
            categories.push(change.site_id.0, &change.entity_id, category_id);
        }
    }
    variants.insert(connection, INSERT_VARIANTS).await?;
    categories.insert(connection, INSERT_CATEGORIES).await
}

fn identity(key: &EntityKey) -> (Uuid, &str) {
    (key.site_id, key.entity_id.as_str())
}

#[derive(Default)]
struct LinkColumns<'a> {
    site_ids: Vec<Uuid>,
    product_skus: Vec<&'a str>,
    linked: Vec<&'a str>,
}

impl<'a> LinkColumns<'a> {
    fn push(&mut self, site_id: Uuid, product_sku: &'a str, linked: &'a str) {
        self.site_ids.push(site_id);
        self.product_skus.push(product_sku);
        self.linked.push(linked);
    }

    async fn insert(self, connection: &mut PgConnection, statement: &'static str) -> Result<(), StoreError> {
        if self.site_ids.is_empty() {
            return Ok(());
        }
        sqlx::query(statement)
            .bind(self.site_ids)
            .bind(self.product_skus)
            .bind(self.linked)
            .execute(connection)
            .await?;
        Ok(())
    }
}
