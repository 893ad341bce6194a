//! Follows the commits of a writer in another process.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueObserver;
use tokio::time::MissedTickBehavior;

use super::newer_numbers::NewerNumbers;
use super::site_reader::SiteReader;
use crate::error::IndexerError;
use crate::layout::Layout;
use crate::settings::IndexSettings;
use crate::sites::Sites;
use crate::writing::engine::open_for_reading;

/// The file that each commit replaces.
const COMMIT_FILE: &str = "meta.json";

struct Follower {
    layout: Layout,
    observer: Arc<dyn CatalogueObserver>,
    followed: HashMap<SiteId, Followed>,
}

struct Followed {
    folder: PathBuf,
    committed: Option<SystemTime>,
    reader: Arc<SiteReader>,
}

/// Looks once before it returns, then in a task that ends with the last user of the sites.
pub(crate) fn follow_commits(
    settings: &IndexSettings,
    sites: Weak<Sites>,
    observer: Arc<dyn CatalogueObserver>,
) -> Result<(), IndexerError> {
    let mut follower = Follower { layout: Layout::open(&settings.dir)?, observer, followed: HashMap::new() };
    if let Some(sites) = sites.upgrade() {
        follower.look(&sites);
    }
    let period = Duration::from_millis(settings.reader_poll_ms.max(1));
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(sites) = sites.upgrade() else { return };
            let looked = tokio::task::spawn_blocking(move || {
                follower.look(&sites);
                follower
            });
            match looked.await {
                Ok(returned) => follower = returned,
                Err(error) => {
                    tracing::error!(%error, "following the index writer ended");
                    return;
                }
            }
        }
    });
    Ok(())
}

impl Follower {
    fn look(&mut self, sites: &Sites) {
        let known = match self.layout.sites() {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(%error, "the index folder cannot be listed");
                return;
            }
        };
        for site_id in known {
            let Some(folder) = self.layout.current(site_id) else { continue };
            match self.follow_site(site_id, &folder, sites) {
                Ok(Freshness::Unchanged) => {}
                Ok(Freshness::Replaced) => self.observer.catalogue_replaced(site_id),
                // The writer may be between two steps of a swap; the next look sees the result.
                Err(error) => tracing::debug!(site = %site_id, %error, "a commit could not be read yet"),
            }
        }
    }

    fn follow_site(&mut self, site_id: SiteId, folder: &Path, sites: &Sites) -> Result<Freshness, IndexerError> {
        // Taken before reading: a commit in between is seen again at the next look.
        let committed = std::fs::metadata(folder.join(COMMIT_FILE)).and_then(|file| file.modified()).ok();
        match self.followed.get_mut(&site_id) {
            Some(followed) if followed.folder == folder => {
                if followed.committed == committed {
                    return Ok(Freshness::Unchanged);
                }
                followed.reader.reload()?;
                followed.committed = committed;
            }
            _ => {
                let reader = Arc::new(SiteReader::open(site_id, open_for_reading(folder)?, NewerNumbers::default())?);
                sites.publish(site_id, Arc::clone(&reader));
                self.followed.insert(site_id, Followed { folder: folder.to_path_buf(), committed, reader });
            }
        }
        Ok(Freshness::Replaced)
    }
}

enum Freshness {
    Unchanged,
    Replaced,
}
