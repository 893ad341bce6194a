//! Orders, for whoever holds the signed link.

mod cancel;
mod show;
mod status;

use coheron_core::ids::OrderId;
use serde::Deserialize;
use uuid::Uuid;

pub use cancel::cancel_order;
pub use show::show_order;
pub use status::show_status;

use crate::order_access::opens_order;
use crate::page::shop_of;
use crate::page_error::PageError;
use crate::private_page::{PrivateAnswer, PrivatePage};
use crate::state::WebsiteState;
use crate::view::order::OrderPage;
use crate::visit::Visit;

/// The signature of the link.
#[derive(Debug, Deserialize)]
pub struct OrderLink {
    #[serde(default)]
    key: String,
}

/// A wrong signature answers as if the order did not exist.
async fn permitted(state: &WebsiteState, visit: &Visit, id: Uuid, signature: &str) -> Result<OrderId, PageError> {
    let order_id = OrderId(id);
    let key = state.signing_keys.of(visit.site.id).await?;
    if opens_order(&key, order_id, signature) { Ok(order_id) } else { Err(PageError::NotFound) }
}

async fn present(
    state: &WebsiteState,
    visit: &Visit,
    order_id: OrderId,
    signature: &str,
    alert: Option<String>,
) -> Result<PrivateAnswer, PageError> {
    let order = state.storefront.order(&visit.site, order_id).await?;
    let page = OrderPage::new(&shop_of(state, visit).await, &order, signature, alert);
    Ok(PrivateAnswer::Page(PrivatePage::new(visit, &page)?))
}
