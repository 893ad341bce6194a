//! The signing keys of the sites, kept in memory: every page with a form needs one.

use std::sync::Arc;

use coheron_core::ids::SiteId;
use coheron_core::signature::SigningKey;
use coheron_platform::cache::{CacheSettings, Tag, TagGenerations, TaggedCache};
use coheron_store::{Database, StoreError, sites};

pub struct SigningKeys {
    database: Database,
    keys: TaggedCache<SigningKey>,
}

/// A key that was exchanged is used this long at most, in milliseconds.
const KEYS_LIVE_MS: u64 = 60_000;
const KEYS_CAPACITY_BYTES: u64 = 1024 * 1024;
const BYTES_PER_KEY: usize = 64;

impl SigningKeys {
    pub fn new(database: Database, generations: Arc<TagGenerations>) -> Self {
        let settings = CacheSettings { capacity_bytes: KEYS_CAPACITY_BYTES, time_to_live_ms: KEYS_LIVE_MS };
        Self { database, keys: TaggedCache::new("website_signing_keys", &settings, generations, |_| BYTES_PER_KEY) }
    }

    pub async fn of(&self, site_id: SiteId) -> Result<SigningKey, StoreError> {
        let load = sites::signing_key(&self.database, site_id);
        self.keys.get_or_render(&site_id.to_string(), &[Tag::Site(site_id)], load).await
    }
}
