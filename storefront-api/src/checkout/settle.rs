//! What became of a checkout whose request did not end it.

use coheron_core::checkout::CheckoutState;
use coheron_core::ids::{CheckoutId, OrderId};
use coheron_core::purchase::Purchase;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::checkouts::{self, Checkout};
use coheron_store::sites::Site;

use super::check_out::outcome;
use super::finish::finish;
use super::give_up::give_back;
use super::{Settled, count, warn_unanswered};
use crate::order::read::find_order;
use crate::storefront::{CheckoutOutcome, Storefront};

pub async fn settle_checkout(
    storefront: &Storefront,
    site: &Site,
    checkout_id: CheckoutId,
) -> ApiResult<CheckoutOutcome> {
    let checkout = find(storefront, site, checkout_id).await?;
    outcome(checkout_id, settle(storefront, site, &checkout).await?)
}

pub async fn purchase_of_checkout(
    storefront: &Storefront,
    site: &Site,
    checkout_id: CheckoutId,
) -> ApiResult<Purchase> {
    Ok(find(storefront, site, checkout_id).await?.purchase)
}

async fn find(storefront: &Storefront, site: &Site, checkout_id: CheckoutId) -> ApiResult<Checkout> {
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let checkout = checkouts::find(&mut transaction, checkout_id).await?;
    transaction.commit().await?;
    checkout.ok_or_else(|| Problem::not_found("unknown_checkout", "there is no such checkout"))
}

/// Asks the gateway, unless the checkout has ended or the request that began it is still at work.
pub async fn settle(storefront: &Storefront, site: &Site, checkout: &Checkout) -> ApiResult<Settled> {
    match checkout.state {
        CheckoutState::Open if checkout.is_left_alone && checkout.confirmation_url.is_none() => Ok(Settled::Pending),
        CheckoutState::Open => ask(storefront, site, checkout).await,
        CheckoutState::Voiding => give_back(storefront, site, checkout.id, &checkout.gateway).await,
        CheckoutState::Completed => {
            let order = find_order(storefront, site, OrderId(checkout.id.0)).await?;
            Ok(Settled::Ordered(Box::new(order)))
        }
        CheckoutState::Declined => Ok(Settled::Declined { message: checkout.message.clone().unwrap_or_default() }),
        CheckoutState::Voided => Ok(Settled::Voided),
    }
}

/// Asks the gateway about an open checkout, whoever is at work on it.
pub async fn ask(storefront: &Storefront, site: &Site, checkout: &Checkout) -> ApiResult<Settled> {
    let gateway = storefront.known_gateway(&checkout.gateway)?;
    match gateway.find(checkout.id.0).await {
        Ok(found) => {
            let settled = finish(storefront, site, checkout.id, found).await?;
            count(&settled);
            Ok(settled)
        }
        Err(error) => {
            warn_unanswered(checkout.id, &error);
            Ok(Settled::Pending)
        }
    }
}
