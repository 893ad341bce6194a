//! The category tree of a site.

use sqlx::FromRow;

use crate::database::SiteTransaction;
use crate::error::StoreError;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CategoryNode {
    pub id: String,
    pub parent_id: Option<String>,
    pub name: String,
    /// Order among siblings, smallest first.
    pub position: i32,
}

const SELECT_ALL: &str = "SELECT category_id AS id, parent_id, name, position FROM website_categories
    WHERE site_id = $1 AND deleted_at IS NULL ORDER BY position, name, category_id";

pub(crate) const STATEMENTS: &[&str] = &[SELECT_ALL];

/// All categories, siblings in their order.
pub async fn list(transaction: &mut SiteTransaction) -> Result<Vec<CategoryNode>, StoreError> {
    let site_id = transaction.site_id();
    Ok(sqlx::query_as(SELECT_ALL).bind(site_id.0).fetch_all(transaction.connection()).await?)
}
