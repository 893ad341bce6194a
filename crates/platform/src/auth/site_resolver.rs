//! Which site a request is for, by the host name it was sent to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};
use coheron_core::ids::SiteId;
use coheron_store::sites::{self, Site};
use coheron_store::{Database, StoreError};
use moka::Expiry;
use moka::sync::Cache;

/// How long a found site, or key, is believed. Told to people as the time in which a revoked key may still work.
pub(super) const FOUND_FOR: Duration = Duration::from_secs(30);
/// How long an absence is believed: short, since a new shop should open at once.
pub(super) const ABSENT_FOR: Duration = Duration::from_secs(5);

/// Callers choose host names, so the number of remembered ones is bounded.
const MOST_REMEMBERED: u64 = 10_000;
const MAX_HOST_BYTES: usize = 255;

/// Looks sites up and remembers them for a short time; cheap to clone.
#[derive(Clone)]
pub struct SiteResolver {
    database: Database,
    by_domain: Cache<String, Option<Arc<Site>>>,
    by_id: Cache<SiteId, Option<Arc<Site>>>,
}

impl SiteResolver {
    pub fn new(database: Database) -> Self {
        Self { database, by_domain: remembering(MOST_REMEMBERED), by_id: remembering(MOST_REMEMBERED) }
    }

    /// The site served under this host name (lower case, no port).
    pub async fn by_domain(&self, domain: &str) -> Result<Option<Arc<Site>>, StoreError> {
        if let Some(known) = self.by_domain.get(domain) {
            return Ok(known);
        }
        let site = sites::find_by_domain(&self.database, domain).await?.map(Arc::new);
        self.by_domain.insert(domain.to_owned(), site.clone());
        Ok(site)
    }

    pub async fn by_id(&self, site_id: SiteId) -> Result<Option<Arc<Site>>, StoreError> {
        if let Some(known) = self.by_id.get(&site_id) {
            return Ok(known);
        }
        let site = sites::find_by_id(&self.database, site_id).await?.map(Arc::new);
        self.by_id.insert(site_id, site.clone());
        Ok(site)
    }
}

/// The host name a request was sent to: lower case, without port and final dot.
pub fn host_name(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let authority = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(HOST)?.to_str().ok()?,
    };
    // An IPv6 literal has colons of its own, inside brackets.
    let end_of_literal = authority.rfind(']').map_or(0, |at| at + 1);
    let name_end = authority[end_of_literal..].find(':').map_or(authority.len(), |at| end_of_literal + at);
    let name = authority[..name_end].trim_end_matches('.').to_ascii_lowercase();
    (!name.is_empty() && name.len() <= MAX_HOST_BYTES && !name.contains('\0')).then_some(name)
}

pub(super) fn remembering<K, V>(most: u64) -> Cache<K, Option<V>>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder().max_capacity(most).expire_after(ByPresence).build()
}

struct ByPresence;

impl<K, V> Expiry<K, Option<V>> for ByPresence {
    fn expire_after_create(&self, _key: &K, value: &Option<V>, _created_at: Instant) -> Option<Duration> {
        Some(if value.is_some() { FOUND_FOR } else { ABSENT_FOR })
    }

    fn expire_after_update(
        &self,
        _key: &K,
        value: &Option<V>,
        _updated_at: Instant,
        _duration_until_expiry: Option<Duration>,
    ) -> Option<Duration> {
        Some(if value.is_some() { FOUND_FOR } else { ABSENT_FOR })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn host_names_lose_their_port_and_capitals() {
        let name = |host: &str| {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_str(host).expect("a header"))]);
            host_name(&headers, &Uri::from_static("/products"))
        };
        assert_eq!(name("Shop.Example:8080").as_deref(), Some("shop.example"));
        assert_eq!(name("shop.example.").as_deref(), Some("shop.example"));
        assert_eq!(name("[::1]:8080").as_deref(), Some("[::1]"));
        assert_eq!(name("127.0.0.1").as_deref(), Some("127.0.0.1"));
        assert_eq!(name(":8080"), None);
        assert_eq!(host_name(&HeaderMap::new(), &Uri::from_static("/products")), None);
        let absolute = Uri::from_static("http://Other.Example:81/x");
        assert_eq!(host_name(&HeaderMap::new(), &absolute).as_deref(), Some("other.example"));
    }
}
