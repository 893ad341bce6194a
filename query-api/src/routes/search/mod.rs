//! Full search and completions.

pub mod search_products;
pub mod suggest;

use std::sync::Arc;

use coheron_core::ids::SiteId;
use coheron_platform::cache::Tag;
use coheron_platform::http::Problem;

use crate::list_answer::{ListBody, ListKind};
use crate::question::{Parameters, read_question};
use crate::state::QueryApiState;

/// The page of products that the parameters ask for.
pub(crate) async fn find_products(
    state: &QueryApiState,
    site_id: SiteId,
    kind: ListKind,
    parameters: &Parameters,
) -> Result<Arc<ListBody>, Problem> {
    let query = read_question(parameters)?;
    let prefix = match kind {
        ListKind::Products => "products",
        ListKind::Search => "search",
    };
    // The debug form names every member of the question, so it tells any two questions apart.
    let key = format!("{prefix}|{site_id}|{query:?}");
    let tags = [Tag::Site(site_id), Tag::Listing(site_id)];
    let read = async {
        let page = state.search.search(site_id, &query).await?;
        ListBody::render(kind, &query, &page).map(Arc::new)
    };
    state.lists.get_or_render(&key, &tags, read).await
}
