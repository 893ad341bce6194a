//! Which products a set of changes concerns.

use sqlx::PgConnection;
use uuid::Uuid;

use super::EntityKey;
use crate::error::StoreError;

// A SKU is a product, a variant, or (until the product arrives) neither. A category concerns the products of its whole
// subtree, because their documents carry the path. UNION ends the recursion also where the ERP sent a ring.
const TOUCHED: &str = "WITH RECURSIVE changed_skus AS (
        SELECT * FROM UNNEST($1::uuid[], $2::text[]) AS s (site_id, sku)
    ), subtree AS (
        SELECT * FROM UNNEST($3::uuid[], $4::text[]) AS c (site_id, category_id)
        UNION
        SELECT child.site_id, child.category_id FROM subtree
        JOIN website_categories child ON child.site_id = subtree.site_id AND child.parent_id = subtree.category_id
    )
    SELECT site_id, sku AS entity_id FROM changed_skus
    UNION
    SELECT v.site_id, v.product_sku FROM website_product_variants v JOIN changed_skus s ON v.site_id = s.site_id AND v.sku = s.sku
    UNION
    SELECT p.site_id, p.product_sku FROM website_product_categories p
    JOIN subtree c ON p.site_id = c.site_id AND p.category_id = c.category_id";

pub(super) const STATEMENTS: &[&str] = &[TOUCHED];

/// The candidates for a new document: some may not (yet) be products.
pub async fn products(
    connection: &mut PgConnection,
    changed_skus: &[EntityKey],
    changed_categories: &[EntityKey],
) -> Result<Vec<EntityKey>, StoreError> {
    let (sku_sites, skus) = columns(changed_skus);
    let (category_sites, categories) = columns(changed_categories);
    let mut touched: Vec<EntityKey> = sqlx::query_as(TOUCHED)
        .bind(sku_sites)
        .bind(skus)
        .bind(category_sites)
        .bind(categories)
        .fetch_all(connection)
        .await?;
    touched.sort();
    Ok(touched)
}

fn columns(keys: &[EntityKey]) -> (Vec<Uuid>, Vec<&str>) {
    keys.iter().map(|key| (key.site_id, key.entity_id.as_str())).unzip()
}
