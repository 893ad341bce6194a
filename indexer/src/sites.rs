//! The readers of all sites, shared by the writer that publishes them and the searches that use them.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use coheron_core::ids::SiteId;

use crate::error::IndexerError;
use crate::reading::site_reader::SiteReader;
use crate::reading::snapshot::Snapshot;

/// Readers, and what the absence of one means, under one lock: between "there is no reader" and "none is awaited" nobody
/// may publish one, or a shop that has just been built would be taken for an empty one.
#[derive(Default)]
pub(crate) struct Sites(RwLock<State>);

#[derive(Default)]
struct State {
    readers: HashMap<SiteId, Arc<SiteReader>>,
    awaited: Awaited,
}

/// Sites whose index is being built: where they have no reader, nothing is known of them. Other sites without a reader
/// have no products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// The topic has not been read to its end yet, so any site may have products.
    All,
    These(BTreeSet<SiteId>),
}

impl Sites {
    pub(crate) fn publish(&self, site_id: SiteId, reader: Arc<SiteReader>) {
        self.write().readers.insert(site_id, reader);
        self.record_size(site_id);
    }

    pub(crate) fn set_awaited(&self, awaited: Awaited) {
        if self.read().awaited != awaited {
            self.write().awaited = awaited;
        }
    }

    /// None for a site that has no products; an error for one of which that is not known.
    pub(crate) fn snapshot(&self, site_id: SiteId) -> Result<Option<Arc<Snapshot>>, IndexerError> {
        let state = self.read();
        match state.readers.get(&site_id) {
            Some(reader) => Ok(Some(reader.snapshot())),
            None if state.awaited.contains(site_id) => Err(IndexerError::BeingBuilt),
            None => Ok(None),
        }
    }

    /// Whether every site can be answered for, if need be by an index that is about to be replaced.
    pub(crate) fn check_ready(&self) -> Result<(), IndexerError> {
        let state = self.read();
        let is_ready = match &state.awaited {
            Awaited::All => false,
            Awaited::These(sites) => sites.iter().all(|site_id| state.readers.contains_key(site_id)),
        };
        if is_ready { Ok(()) } else { Err(IndexerError::BeingBuilt) }
    }

    /// Of what can be found; a generation that is being built does not count.
    pub(crate) fn record_size(&self, site_id: SiteId) {
        let Ok(Some(snapshot)) = self.snapshot(site_id) else { return };
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        let documents = snapshot.searcher.num_docs() as f64;
        metrics::gauge!("coheron_index_size_documents", "site" => site_id.to_string()).set(documents);
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Awaited {
    fn contains(&self, site_id: SiteId) -> bool {
        match self {
            Self::All => true,
            Self::These(sites) => sites.contains(&site_id),
        }
    }
}

impl Default for Awaited {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}
