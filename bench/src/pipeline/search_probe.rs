//! When a change becomes searchable, seen by searching for it all the time.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::system::ShopApi;

const LOOK_EVERY: Duration = Duration::from_millis(2);
/// A change that no search shows after this long is counted as not seen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Searches from the due time on until the SKU is found with this amount. Gives how long after the due time that was,
/// or none where patience ended.
pub async fn until_searchable(
    api: &ShopApi,
    sku: &str,
    amount_minor: i64,
    due: Instant,
) -> anyhow::Result<Option<Duration>> {
    sleep_until(due).await;
    loop {
        let price = api.indexed_price(sku).await?;
        let waited = due.elapsed();
        if price == Some(amount_minor) {
            return Ok(Some(waited));
        }
        if waited > PATIENCE {
            return Ok(None);
        }
        sleep(LOOK_EVERY).await;
    }
}
