//! Step C: what the gateway said is put into effect, in one transaction. Safe to repeat, and to do by several at once:
//! the checkout's row is locked, and only an open one is moved on.

use std::time::Duration;

use coheron_core::checkout::{CheckoutEvent, CheckoutState};
use coheron_core::commerce_ports::PaymentOutcome;
use coheron_core::ids::{CheckoutId, OrderId};
use coheron_core::order::{OrderStatus, PaymentStatus};
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::checkouts::{self, Checkout, Closing};
use coheron_store::job_queue::{self, JobKind, NewJob};
use coheron_store::orders::{self, ErpState, NewOrder, Order, OrderPayment};
use coheron_store::sites::Site;
use coheron_store::{SiteTransaction, carts, outbox, stock_ledger};
use serde_json::json;

use super::Settled;
use super::begin::missing_pieces;
use super::give_up::give_back;
use crate::order::event::{OrderEventType, order_event};
use crate::order::read::find_order;
use crate::storefront::Storefront;

/// How soon the worker asks about a payment that waits for the shopper.
const ASK_ABOUT_CONFIRMATION_AFTER: Duration = Duration::from_secs(1);

/// Puts into effect what the gateway said: none where it never heard of the payment and never will charge it.
pub async fn finish(
    storefront: &Storefront,
    site: &Site,
    id: CheckoutId,
    said: Option<PaymentOutcome>,
) -> ApiResult<Settled> {
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let checkout = checkouts::find_locked(&mut transaction, id).await?;
    let checkout = checkout.ok_or_else(|| Problem::not_found("unknown_checkout", "there is no such checkout"))?;
    match checkout.state {
        CheckoutState::Open => {}
        CheckoutState::Completed => {
            transaction.commit().await?;
            return Ok(Settled::Ordered(Box::new(find_order(storefront, site, OrderId(id.0)).await?)));
        }
        CheckoutState::Declined => {
            return Ok(Settled::Declined { message: checkout.message.unwrap_or_default() });
        }
        CheckoutState::Voiding | CheckoutState::Voided => return Ok(Settled::Voided),
    }
    let settled = match said {
        Some(PaymentOutcome::Charged { reference }) => {
            match order(&mut transaction, site, &checkout, reference).await? {
                Some(order) => Settled::Ordered(Box::new(order)),
                None => return give_back_charge(storefront, transaction, site, &checkout).await,
            }
        }
        Some(PaymentOutcome::ConfirmationNeeded { .. }) if checkout.is_expired => {
            return give_back_charge(storefront, transaction, site, &checkout).await;
        }
        Some(PaymentOutcome::ConfirmationNeeded { url }) => {
            if checkout.confirmation_url.as_deref() != Some(url.as_str()) {
                checkouts::await_confirmation(&mut transaction, id, &url, ASK_ABOUT_CONFIRMATION_AFTER).await?;
            }
            Settled::ConfirmationNeeded { url }
        }
        Some(PaymentOutcome::Declined { message }) => {
            checkouts::release(&mut transaction, id).await?;
            close(&mut transaction, &checkout, CheckoutEvent::Decline, Some(&message)).await?;
            Settled::Declined { message }
        }
        Some(PaymentOutcome::Voided) | None => {
            checkouts::release(&mut transaction, id).await?;
            close(&mut transaction, &checkout, CheckoutEvent::Void, None).await?;
            Settled::Voided
        }
    };
    transaction.commit().await?;
    Ok(settled)
}

/// Makes the order of a charged checkout; none where its reservations ended and others have bought the pieces.
async fn order(
    transaction: &mut SiteTransaction,
    site: &Site,
    checkout: &Checkout,
    reference: String,
) -> ApiResult<Option<Order>> {
    let purchase = &checkout.purchase;
    let pieces = purchase.pieces();
    let skus: Vec<&str> = pieces.iter().map(|(sku, _)| *sku).collect();
    stock_ledger::lock(transaction, &skus).await?;
    let held = checkouts::release(transaction, checkout.id).await?;
    if !held && !missing_pieces(transaction, purchase).await?.is_empty() {
        return Ok(None);
    }
    carts::take_out(transaction, checkout.cart_id, checkout.cart_version, &pieces).await?;
    close(transaction, checkout, CheckoutEvent::Complete, None).await?;
    let payment = OrderPayment { gateway: checkout.gateway.clone(), reference };
    let id = OrderId(checkout.id.0);
    let mail = NewJob::new(JobKind::SendOrderConfirmation, site.id, json!({ "order_id": id }));
    job_queue::enqueue(transaction.connection(), &mail).await?;
    // Everybody who orders in the site waits from here to the commit, so the rest is short.
    let new_order = NewOrder { id, token_hash: &checkout.token_hash, purchase, payment: &payment };
    let placed = orders::place(transaction, &new_order).await?;
    let order = Order {
        id,
        number: placed.number,
        version: 1,
        status: OrderStatus::Placed,
        payment_status: PaymentStatus::Paid,
        token_hash: checkout.token_hash.clone(),
        purchase: purchase.clone(),
        payment,
        erp: ErpState::default(),
        created_at: placed.created_at,
    };
    let event = order_event(site, &order, OrderEventType::Placed, placed.created_at)?;
    outbox::insert(transaction.connection(), &[event]).await?;
    metrics::counter!("coheron_storefront_orders_total", "event" => "placed").increment(1);
    Ok(Some(order))
}

/// Ends a checkout without an order although the shopper's money may be taken.
async fn give_back_charge(
    storefront: &Storefront,
    mut transaction: SiteTransaction,
    site: &Site,
    checkout: &Checkout,
) -> ApiResult<Settled> {
    checkouts::release(&mut transaction, checkout.id).await?;
    close(&mut transaction, checkout, CheckoutEvent::GiveUp, None).await?;
    transaction.commit().await?;
    give_back(storefront, site, checkout.id, &checkout.gateway).await
}

/// Moves the checkout on, which this transaction has locked in the state that was read: nobody can have been faster.
async fn close(
    transaction: &mut SiteTransaction,
    checkout: &Checkout,
    event: CheckoutEvent,
    message: Option<&str>,
) -> ApiResult<()> {
    match checkouts::close(transaction, checkout.id, checkout.state, event, message).await? {
        Closing::Closed => Ok(()),
        closing @ (Closing::Late | Closing::Refused(_)) => {
            tracing::error!(checkout = %checkout.id, ?event, ?closing, "a locked checkout could not be moved on");
            Err(Problem::internal())
        }
    }
}
