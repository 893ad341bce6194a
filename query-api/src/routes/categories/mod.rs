//! The category tree.

pub mod get_category;
pub mod list_categories;
mod tree;

use coheron_core::ids::SiteId;
use coheron_platform::http::Problem;
use coheron_store::categories;

use crate::state::QueryApiState;
use tree::CategoryTree;

async fn load_tree(state: &QueryApiState, site_id: SiteId) -> Result<CategoryTree, Problem> {
    let mut transaction = state.database.begin_site(site_id).await?;
    let nodes = categories::list(&mut transaction).await?;
    transaction.commit().await?;
    let counts = state.search.category_counts(site_id).await?;
    Ok(CategoryTree::new(nodes, counts))
}
