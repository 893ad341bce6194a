//! The readers of all sites, shared by the writer that publishes them and the searches that use them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use coheron_core::ids::SiteId;

use crate::reading::site_reader::SiteReader;
use crate::reading::snapshot::Snapshot;

#[derive(Default)]
pub(crate) struct Sites {
    readers: RwLock<HashMap<SiteId, Arc<SiteReader>>>,
}

impl Sites {
    pub(crate) fn publish(&self, site_id: SiteId, reader: Arc<SiteReader>) {
        self.readers.write().unwrap_or_else(PoisonError::into_inner).insert(site_id, reader);
    }

    /// None for a site that has no index yet.
    pub(crate) fn snapshot(&self, site_id: SiteId) -> Option<Arc<Snapshot>> {
        let readers = self.readers.read().unwrap_or_else(PoisonError::into_inner);
        readers.get(&site_id).map(|reader| reader.snapshot())
    }
}
