//! Ending a checkout without an order, and giving back what was charged.

use coheron_core::checkout::{CheckoutEvent, CheckoutState};
use coheron_core::ids::CheckoutId;
use coheron_platform::http::ApiResult;
use coheron_store::checkouts::{self, Checkout, Closing};
use coheron_store::sites::Site;

use super::{Settled, warn_unanswered};
use crate::storefront::Storefront;

/// Ends an open checkout; one that has ended meanwhile stays as it is.
pub async fn give_up(storefront: &Storefront, site: &Site, checkout: &Checkout) -> ApiResult<()> {
    let id = checkout.id;
    let mut transaction = storefront.database.begin_site(site.id).await?;
    match checkouts::close(&mut transaction, id, checkout.state, CheckoutEvent::GiveUp, None).await? {
        Closing::Closed => {}
        Closing::Late | Closing::Refused(_) => return Ok(()),
    }
    checkouts::release(&mut transaction, id).await?;
    transaction.commit().await?;
    give_back(storefront, site, id, &checkout.gateway).await?;
    Ok(())
}

/// Gives back what was or may yet be charged for a checkout that is `voiding`. Where the gateway does not answer, the
/// worker tries again until it does; to the shopper it is over either way.
pub async fn give_back(storefront: &Storefront, site: &Site, id: CheckoutId, gateway: &str) -> ApiResult<Settled> {
    if let Err(error) = storefront.known_gateway(gateway)?.void(id.0).await {
        warn_unanswered(id, &error);
        return Ok(Settled::Voided);
    }
    let mut transaction = storefront.database.begin_site(site.id).await?;
    // Several may give the same charge back; who is late finds it done.
    let _ = checkouts::close(&mut transaction, id, CheckoutState::Voiding, CheckoutEvent::Void, None).await?;
    transaction.commit().await?;
    Ok(Settled::Voided)
}
