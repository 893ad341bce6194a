//! Cancelling an order: status, stock and the message to the ERP in one transaction; the worker gives the money back.

use axum::http::StatusCode;
use coheron_core::ids::OrderId;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::orders::{self, Cancellation, Order};
use coheron_store::outbox;
use coheron_store::sites::Site;

use super::event::{OrderEventType, order_event};
use super::read::unknown_order;
use crate::storefront::Storefront;

pub async fn cancel_order(storefront: &Storefront, site: &Site, order_id: OrderId) -> ApiResult<Order> {
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let order = match orders::cancel(&mut transaction, order_id).await?.ok_or_else(unknown_order)? {
        Cancellation::Cancelled(order) => order,
        Cancellation::AlreadyCancelled(order) => return Ok(order),
        Cancellation::Refused(refused) => {
            return Err(Problem::new(StatusCode::CONFLICT, "order_not_cancellable", refused.to_string()));
        }
    };
    let event = order_event(site, &order, OrderEventType::Cancelled, (storefront.clock)())?;
    outbox::insert(transaction.connection(), &[event]).await?;
    transaction.commit().await?;
    metrics::counter!("coheron_storefront_orders_total", "event" => "cancelled").increment(1);
    Ok(order)
}
