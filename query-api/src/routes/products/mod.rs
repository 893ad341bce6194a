//! Products as shoppers see them.

pub mod get_product;
pub mod list_products;
pub mod list_variants;

use std::sync::Arc;

use coheron_core::ids::SiteId;
use coheron_core::sku::Sku;
use coheron_platform::cache::Tag;
use coheron_platform::http::Problem;
use coheron_store::documents;

use crate::state::QueryApiState;

/// The published document of a product. Another site's product is not found, as one that never was.
async fn find_document(state: &QueryApiState, site_id: SiteId, sku: &str) -> Result<Arc<str>, Problem> {
    let unknown = || Problem::not_found("unknown_product", "the site has no published product of this SKU");
    let sku = Sku::parse(sku).map_err(|_| unknown())?;
    let key = format!("{site_id}|{sku}");
    let tags = [Tag::Site(site_id), Tag::Product(site_id, sku.clone())];
    let read = async {
        let mut transaction = state.database.begin_site(site_id).await?;
        let stored = documents::find(&mut transaction, sku.as_str()).await?;
        transaction.commit().await?;
        Ok::<_, Problem>(stored.map(|document| Arc::from(document.document_json)))
    };
    state.documents.get_or_render(&key, &tags, read).await?.ok_or_else(unknown)
}
