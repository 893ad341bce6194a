//! The sites that records may name, kept in memory and read again when a record names one that is not known yet.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use coheron_ingest::site_directory::SiteDirectory;
use coheron_store::{Database, StoreError, sites};

/// A record for an unknown site makes us look again, but not more often than this.
const RELOAD_AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// Without any such record the directory is still renewed this often, so that a deleted site is noticed.
const RELOAD_AT_LEAST_EVERY: Duration = Duration::from_secs(60);

pub struct KnownSites {
    database: Database,
    loaded: Mutex<Option<(Instant, Arc<SiteDirectory>)>>,
}

/// How fresh the directory must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    Usual,
    /// A record named a site that the directory in hand does not have.
    SiteWasMissing,
}

impl KnownSites {
    pub fn new(database: Database) -> Self {
        Self { database, loaded: Mutex::new(None) }
    }

    pub async fn directory(&self, freshness: Freshness) -> Result<Arc<SiteDirectory>, StoreError> {
        let longest_age = match freshness {
            Freshness::Usual => RELOAD_AT_LEAST_EVERY,
            Freshness::SiteWasMissing => RELOAD_AT_MOST_EVERY,
        };
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((loaded_at, directory)) = loaded
            && loaded_at.elapsed() < longest_age
        {
            return Ok(directory);
        }
        let sites = sites::list(&self.database).await?;
        let directory = Arc::new(SiteDirectory::new(sites.into_iter().map(|site| (site.id, site.code))));
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), directory.clone()));
        Ok(directory)
    }
}
