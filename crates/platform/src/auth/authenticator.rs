//! API keys, looked up by hash and remembered for a short time.

use std::sync::Arc;

use axum::http::request::Parts;
use coheron_core::ids::ApiKeyId;
use coheron_store::api_keys::{self, ApiKey, ApiKeyKind};
use coheron_store::sites::Site;
use coheron_store::{Database, StoreError};
use moka::sync::Cache;

use super::key_text::{KeyHash, hash_key, presented_key};
use super::site_resolver::{SiteResolver, host_name, remembering};
use crate::http::Problem;

/// Callers choose what they present as keys, so the number of remembered ones is bounded.
const MOST_REMEMBERED: u64 = 100_000;

/// Knows keys and sites; cheap to clone. A revoked key is refused at the latest after 30 seconds.
#[derive(Clone)]
pub struct Authenticator {
    database: Database,
    sites: SiteResolver,
    keys: Cache<KeyHash, Option<Arc<ApiKey>>>,
}

impl Authenticator {
    pub fn new(database: Database, sites: SiteResolver) -> Self {
        Self { database, sites, keys: remembering(MOST_REMEMBERED) }
    }

    pub fn sites(&self) -> &SiteResolver {
        &self.sites
    }

    /// The site of the key that the request carries, or else of the host name it was sent to.
    pub(super) async fn site_of(&self, parts: &Parts) -> Result<Arc<Site>, Problem> {
        if let Some(text) = presented_key(&parts.headers) {
            let key = self.key(text).await?.ok_or_else(unknown_key)?;
            return self.sites.by_id(key.site_id).await?.ok_or_else(unknown_key);
        }
        let by_host = match host_name(&parts.headers, &parts.uri) {
            Some(domain) => self.sites.by_domain(&domain).await?,
            None => None,
        };
        by_host.ok_or_else(|| {
            let detail = "send a key in the header X-Coheron-Key, or ask under the domain of a site";
            Problem::unauthorized("missing_key", detail)
        })
    }

    /// The secret key that the request carries.
    pub(super) async fn secret_key_of(&self, parts: &Parts) -> Result<Arc<ApiKey>, Problem> {
        let text = presented_key(&parts.headers)
            .ok_or_else(|| Problem::unauthorized("missing_key", "send a secret key in the header X-Coheron-Key"))?;
        let key = self.key(text).await?.ok_or_else(unknown_key)?;
        match key.kind {
            ApiKeyKind::Secret => Ok(key),
            ApiKeyKind::Publishable => {
                Err(Problem::unauthorized("secret_key_required", "this path needs a secret key, not a publishable one"))
            }
        }
    }

    /// The id of the secret key that the request carries, if it is among those remembered: asks no store.
    pub(crate) fn remembered_secret_key(&self, headers: &axum::http::HeaderMap) -> Option<ApiKeyId> {
        let key = self.keys.get(&hash_key(presented_key(headers)?))??;
        (key.kind == ApiKeyKind::Secret).then_some(key.id)
    }

    async fn key(&self, text: &str) -> Result<Option<Arc<ApiKey>>, StoreError> {
        let hash = hash_key(text);
        if let Some(known) = self.keys.get(&hash) {
            return Ok(known);
        }
        let key = api_keys::find_by_hash(&self.database, &hash).await?.map(Arc::new);
        self.keys.insert(hash, key.clone());
        Ok(key)
    }

    /// Believes in a key without asking the database.
    #[cfg(test)]
    pub(crate) fn remember(&self, text: &str, key: Option<ApiKey>) {
        self.keys.insert(hash_key(text), key.map(Arc::new));
    }
}

fn unknown_key() -> Problem {
    Problem::unauthorized("unknown_key", "the key is unknown or was revoked")
}
