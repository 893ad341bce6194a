//! Reading orders.

use coheron_core::ids::OrderId;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::orders::{self, Order};
use coheron_store::sites::Site;

use crate::storefront::Storefront;

pub async fn find_order(storefront: &Storefront, site: &Site, order_id: OrderId) -> ApiResult<Order> {
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let order = orders::find(transaction.connection(), site.id, order_id).await?;
    transaction.commit().await?;
    order.ok_or_else(unknown_order)
}

/// Also for an order that the caller may not see.
pub fn unknown_order() -> Problem {
    Problem::not_found("unknown_order", "there is no such order, or it is not yours to see")
}
