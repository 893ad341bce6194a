//! What nobody waits for any more: checkouts whose request died or whose shopper went away, and refunds.

use coheron_core::checkout::CheckoutState;
use coheron_core::ids::SiteId;
use coheron_platform::http::ApiResult;
use coheron_store::StoreError;
use coheron_store::checkouts::{self, DueCheckout};
use coheron_store::orders::{self, DueRefund};
use coheron_store::sites::{self, Site};
use futures::StreamExt;

use super::settle::{ask, settle};
use crate::storefront::{SettleCounts, Storefront};

/// Taken in one look; what is left is due at the next.
const MOST_AT_ONCE: i64 = 100;
const SIDE_BY_SIDE: usize = 4;

pub async fn settle_due(storefront: &Storefront) -> Result<SettleCounts, StoreError> {
    let mut transaction = storefront.database.begin_pipeline().await?;
    let checkouts = checkouts::claim_due(&mut transaction, MOST_AT_ONCE).await?;
    let refunds = orders::claim_refunds(&mut transaction, MOST_AT_ONCE).await?;
    transaction.commit().await?;
    let counts = SettleCounts { checkouts: checkouts.len(), refunds: refunds.len() };
    futures::stream::iter(checkouts)
        .for_each_concurrent(SIDE_BY_SIDE, async |due| {
            if let Err(problem) = settle_one(storefront, due).await {
                tracing::warn!(checkout = %due.id, code = problem.code(), "a checkout could not be settled, trying again");
            }
        })
        .await;
    futures::stream::iter(refunds)
        .for_each_concurrent(SIDE_BY_SIDE, async |due| {
            if let Err(problem) = refund_one(storefront, &due).await {
                tracing::warn!(order = %due.order_id, code = problem.code(), "a refund could not be made, trying again");
            }
        })
        .await;
    Ok(counts)
}

async fn settle_one(storefront: &Storefront, due: DueCheckout) -> ApiResult<()> {
    let Some(site) = site_of(storefront, due.site_id).await? else {
        return Ok(());
    };
    let mut transaction = storefront.database.begin_site(site.id).await?;
    let checkout = checkouts::find(&mut transaction, due.id).await?;
    transaction.commit().await?;
    match checkout {
        // It was claimed, so we are the one at work on it.
        Some(checkout) if checkout.state == CheckoutState::Open => ask(storefront, &site, &checkout).await.map(drop),
        Some(checkout) => settle(storefront, &site, &checkout).await.map(drop),
        None => Ok(()),
    }
}

async fn refund_one(storefront: &Storefront, due: &DueRefund) -> ApiResult<()> {
    let Some(site) = site_of(storefront, due.site_id).await? else {
        return Ok(());
    };
    if let Err(error) = storefront.known_gateway(&due.gateway)?.void(due.order_id.0).await {
        tracing::warn!(order = %due.order_id, %error, cause = ?std::error::Error::source(&error), "a refund was not confirmed");
        return Ok(());
    }
    let mut transaction = storefront.database.begin_site(site.id).await?;
    orders::mark_refunded(&mut transaction, due.order_id).await?;
    transaction.commit().await?;
    metrics::counter!("coheron_storefront_orders_total", "event" => "refunded").increment(1);
    Ok(())
}

async fn site_of(storefront: &Storefront, site_id: SiteId) -> Result<Option<Site>, StoreError> {
    sites::find_by_id(&storefront.database, site_id).await
}
