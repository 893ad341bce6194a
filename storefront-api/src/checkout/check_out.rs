//! A request to buy a cart, from its check to its outcome.

use coheron_core::commerce_ports::GatewayError;
use coheron_core::ids::{CheckoutId, OrderId};
use coheron_core::money::Money;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::checkouts::{self, Checkout};
use coheron_store::sites::Site;

use super::attempt::Attempt;
use super::begin::{Intent, begin};
use super::check::{check_request, payment_declined};
use super::finish::finish;
use super::give_up::give_up;
use super::prepare::{Prepared, prepare};
use super::settle::settle;
use super::{Settled, count, warn_unanswered};
use crate::cart::access::CartAccess;
use crate::order::read::find_order;
use crate::shapes::checkout::CheckoutRequest;
use crate::shapes::order::Order;
use crate::storefront::{CheckoutOutcome, Storefront};

/// Each round but the last ended because somebody else changed the cart or ended a checkout of it.
const MOST_ROUNDS: usize = 4;

const NOTHING_CHARGED: &str = "The payment was not made and nothing was charged. Please try again.";

pub async fn check_out(
    storefront: &Storefront,
    site: &Site,
    access: &CartAccess,
    request: &CheckoutRequest,
    idempotency_key: Option<&str>,
) -> ApiResult<CheckoutOutcome> {
    check_request(storefront, request)?;
    let attempt = Attempt::new(request, idempotency_key)?;
    for _ in 0..MOST_ROUNDS {
        match prepare(storefront, site, access, &attempt).await? {
            Prepared::Bought(checkout) => {
                let order = find_order(storefront, site, OrderId(checkout.id.0)).await?;
                return Ok(CheckoutOutcome::Ordered(Box::new(order.into())));
            }
            Prepared::Open(checkout) => {
                if let Some(settled) = continue_open(storefront, site, &checkout, &attempt.request_hash).await? {
                    return outcome(checkout.id, settled);
                }
            }
            Prepared::Failed(checkout) => return outcome(checkout.id, settle(storefront, site, &checkout).await?),
            Prepared::Ready { cart, purchase } => {
                let intent = Intent { cart: &cart, purchase: &purchase, attempt: &attempt };
                if let Some(id) = begin(storefront, site, &intent).await? {
                    let settled = pay(storefront, site, id, purchase.totals.total, request).await?;
                    count(&settled);
                    return outcome(id, settled);
                }
            }
        }
    }
    Err(Problem::unavailable("cart_busy", "the cart is being changed by somebody else; read it and try again", 1))
}

/// What a shopper or client is told; a refusal is a problem.
pub fn outcome(checkout_id: CheckoutId, settled: Settled) -> ApiResult<CheckoutOutcome> {
    match settled {
        Settled::Ordered(order) => Ok(CheckoutOutcome::Ordered(Box::new(Order::from(*order)))),
        Settled::ConfirmationNeeded { url } => Ok(CheckoutOutcome::ConfirmationNeeded { checkout_id, url }),
        Settled::Pending => Ok(CheckoutOutcome::Pending { checkout_id }),
        Settled::Declined { message } => Err(payment_declined(&message)),
        Settled::Voided => Err(payment_declined(NOTHING_CHARGED)),
    }
}

/// Looks after an earlier attempt. None where it ended without an order and a new one may begin.
async fn continue_open(
    storefront: &Storefront,
    site: &Site,
    checkout: &Checkout,
    request_hash: &[u8; 32],
) -> ApiResult<Option<Settled>> {
    let is_repeated = checkout.request_hash == request_hash;
    match settle(storefront, site, checkout).await? {
        Settled::Voided => Ok(None),
        Settled::Declined { .. } if !is_repeated => Ok(None),
        Settled::ConfirmationNeeded { .. } if !is_repeated => {
            // The shopper did not confirm and wants to pay in another way.
            give_up(storefront, site, checkout).await?;
            Ok(None)
        }
        settled => Ok(Some(settled)),
    }
}

/// Step B: no transaction is open while the gateway works.
async fn pay(
    storefront: &Storefront,
    site: &Site,
    id: CheckoutId,
    total: Money,
    request: &CheckoutRequest,
) -> ApiResult<Settled> {
    let gateway = storefront.known_gateway(&request.payment.gateway)?;
    match gateway.charge(id.0, total, &request.payment.token).await {
        Ok(outcome) => finish(storefront, site, id, Some(outcome)).await,
        Err(error @ GatewayError::Unavailable(_)) => {
            // The charge may have been made: whoever looks next asks.
            warn_unanswered(id, &error);
            let mut transaction = storefront.database.begin_site(site.id).await?;
            checkouts::look_now(&mut transaction, id).await?;
            transaction.commit().await?;
            Ok(Settled::Pending)
        }
        Err(error @ GatewayError::Refused { .. }) => {
            tracing::warn!(checkout = %id, %error, "the payment gateway refused a charge");
            match gateway.find(id.0).await {
                Ok(outcome) => finish(storefront, site, id, outcome).await,
                Err(error) => {
                    warn_unanswered(id, &error);
                    Ok(Settled::Pending)
                }
            }
        }
    }
}
