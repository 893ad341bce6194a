//! What the endpoints work with.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use chrono::NaiveDate;
use coheron_core::analytics_ports::EventSink;
use coheron_core::clock::Clock;
use coheron_core::ids::SiteId;
use coheron_core::signature::SigningKey;
use coheron_platform::auth::Authenticator;
use coheron_store::{Database, StoreError, sites};
use moka::sync::Cache;

#[derive(Clone)]
pub struct CollectorState {
    pub(super) sink: Arc<dyn EventSink>,
    pub(super) day_keys: DayKeys,
    pub(super) trusted_proxies: usize,
    pub(super) clock: Clock,
    authenticator: Authenticator,
}

/// The secrets under which visitors of one day are known, one per site. They are never stored.
#[derive(Clone)]
pub struct DayKeys {
    database: Database,
    keys: Cache<(SiteId, NaiveDate), SigningKey>,
}

const MOST_REMEMBERED: u64 = 10_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(3_600);

impl CollectorState {
    /// `trusted_proxies` as for the rate limits: how many reverse proxies stand before this process.
    pub fn new(
        database: Database,
        authenticator: Authenticator,
        sink: Arc<dyn EventSink>,
        trusted_proxies: usize,
        clock: Clock,
    ) -> Self {
        let keys = Cache::builder().max_capacity(MOST_REMEMBERED).time_to_live(REMEMBERED_FOR).build();
        Self { sink, day_keys: DayKeys { database, keys }, trusted_proxies, clock, authenticator }
    }
}

impl DayKeys {
    pub async fn of_day(&self, site_id: SiteId, day: NaiveDate) -> Result<SigningKey, StoreError> {
        if let Some(known) = self.keys.get(&(site_id, day)) {
            return Ok(known);
        }
        let site_key = sites::signing_key(&self.database, site_id).await?;
        let key = SigningKey::new(site_key.sign("visitors_of_day", &day.to_string()).into_bytes());
        self.keys.insert((site_id, day), key.clone());
        Ok(key)
    }

    #[cfg(test)]
    pub(super) fn remember(&self, site_id: SiteId, day: NaiveDate, key: SigningKey) {
        self.keys.insert((site_id, day), key);
    }
}

impl FromRef<CollectorState> for Authenticator {
    fn from_ref(state: &CollectorState) -> Self {
        state.authenticator.clone()
    }
}
