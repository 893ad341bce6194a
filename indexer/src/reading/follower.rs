//! Follows the commits of a writer in another process.

use std::collections::{BTreeSet, HashMap};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueObserver;
use tokio::time::MissedTickBehavior;

use super::site_reader::SiteReader;
use crate::error::IndexerError;
use crate::layout::Layout;
use crate::settings::IndexSettings;
use crate::sites::{Awaited, Sites};
use crate::writing::engine::open_for_reading;
use crate::writing::numbers_file;

/// The file that each commit replaces.
const COMMIT_FILE: &str = "meta.json";

pub(crate) struct Follower {
    layout: Layout,
    observer: Arc<dyn CatalogueObserver>,
    followed: HashMap<SiteId, Followed>,
    /// Whether every site that there was could be read once. What is read stays in memory, so from then on a first reading,
    /// as after the folder was emptied, takes no answer away.
    has_read_every_site: bool,
}

struct Followed {
    folder: PathBuf,
    seen: Seen,
    reader: Arc<SiteReader>,
}

/// Which state of the writer's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// Two commits may be written within one tick of the clock; then they are not the same file.
    commit: Option<(SystemTime, u64)>,
    numbers: Option<u64>,
}

/// Looks once before it returns, then in a task that ends with the last user of the sites.
pub(crate) fn follow_commits(
    settings: &IndexSettings,
    sites: Weak<Sites>,
    observer: Arc<dyn CatalogueObserver>,
) -> Result<(), IndexerError> {
    let mut follower = Follower::open(&settings.dir, observer)?;
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
    pub(crate) fn open(dir: &Path, observer: Arc<dyn CatalogueObserver>) -> Result<Self, IndexerError> {
        Ok(Self { layout: Layout::open(dir)?, observer, followed: HashMap::new(), has_read_every_site: false })
    }

    pub(crate) fn look(&mut self, sites: &Sites) {
        // Before the generations, which are named first: what is remembered by now can be read.
        let (is_first_reading, remembered) = (self.layout.is_first_reading(), self.layout.remembered_sites());
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
                Ok(Freshness::Replaced) => {
                    sites.record_size(site_id);
                    self.observer.catalogue_replaced(site_id);
                }
                // The writer may be between two steps of a swap; the next look sees the result.
                Err(error) => tracing::debug!(site = %site_id, %error, "a commit could not be read yet"),
            }
        }
        // A folder that remembers nothing says nothing: it may have been lost.
        let remembers_sites = !remembered.is_empty();
        let unread = self.unread(remembered);
        self.has_read_every_site |= !is_first_reading && remembers_sites && unread.is_empty();
        let knows_every_site = self.has_read_every_site || !is_first_reading;
        sites.set_awaited(if knows_every_site { Awaited::These(unread) } else { Awaited::All });
    }

    /// Sites that have an index, of which nothing could be read so far.
    fn unread(&self, mut remembered: BTreeSet<SiteId>) -> BTreeSet<SiteId> {
        remembered.retain(|site_id| !self.followed.contains_key(site_id));
        remembered
    }

    fn follow_site(&mut self, site_id: SiteId, folder: &Path, sites: &Sites) -> Result<Freshness, IndexerError> {
        // Taken before reading: what is written in between is seen again at the next look.
        let commit =
            std::fs::metadata(folder.join(COMMIT_FILE)).and_then(|file| Ok((file.modified()?, file.ino()))).ok();
        let seen = Seen { commit, numbers: numbers_file::number(folder) };
        match self.followed.get_mut(&site_id) {
            Some(followed) if followed.folder == folder => {
                if followed.seen == seen {
                    return Ok(Freshness::Unchanged);
                }
                // In this order: the file drops numbers when a commit has them in entries.
                if followed.seen.commit != seen.commit {
                    followed.reader.reload()?;
                }
                if followed.seen.numbers != seen.numbers {
                    followed.reader.take_numbers(numbers_file::read(folder)?.1);
                }
                followed.seen = seen;
            }
            _ => {
                let (_, numbers) = numbers_file::read(folder)?;
                let reader = Arc::new(SiteReader::open(open_for_reading(folder)?, numbers)?);
                sites.publish(site_id, Arc::clone(&reader));
                self.followed.insert(site_id, Followed { folder: folder.to_path_buf(), seen, reader });
            }
        }
        Ok(Freshness::Replaced)
    }
}

enum Freshness {
    Unchanged,
    Replaced,
}
