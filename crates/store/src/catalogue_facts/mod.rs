//! What the ERP's feeds say of the catalogue: set-based writes guarded by the ERP's version, and the reads from which
//! product documents are assembled. Only the transform stages write here.

pub mod categories;
pub mod parts;
pub mod prices;
pub mod products;
mod provenance;
pub mod stock;
pub mod touched;

use coheron_core::ids::SiteId;
use sqlx::PgConnection;

use crate::error::StoreError;

/// An entity of a site: a SKU or a category id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::FromRow)]
pub struct EntityKey {
    pub site_id: uuid::Uuid,
    pub entity_id: String,
}

// The timeline this lock prevents: transaction A writes the price of a variant, B the stock of its sibling; each
// assembles the product without the other's part, and whoever commits last publishes a document that lacks one.
const LOCK_SITE: &str = "SELECT pg_advisory_xact_lock(hashtextextended('coheron catalogue ' || site_id, 0))
    FROM (SELECT DISTINCT site_id FROM UNNEST($1::text[]) AS s (site_id) ORDER BY site_id) AS sites";

/// Lets one transaction at a time change the catalogue of these sites. Taken before anything is read or written, in
/// sorted order, so that writers of several sites cannot wait for each other in a ring.
pub async fn lock_sites(connection: &mut PgConnection, site_ids: &[SiteId]) -> Result<(), StoreError> {
    let site_ids: Vec<String> = site_ids.iter().map(SiteId::to_string).collect();
    sqlx::query(LOCK_SITE).bind(site_ids).execute(connection).await?;
    Ok(())
}

pub(crate) fn statements() -> Vec<&'static str> {
    [
        &[LOCK_SITE],
        products::STATEMENTS,
        categories::STATEMENTS,
        prices::STATEMENTS,
        stock::STATEMENTS,
        touched::STATEMENTS,
        parts::STATEMENTS,
    ]
    .concat()
}
