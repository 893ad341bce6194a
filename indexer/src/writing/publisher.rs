//! Tells searches and caches what a writer has made visible.

use std::sync::Arc;

use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueObserver;
use coheron_core::sku::Sku;

use super::generation_writer::GenerationWriter;
use crate::sites::{Awaited, Sites};

/// Hidden contract: called as soon as something can be seen and not when all of a batch is done. What is said at the end
/// is never said where a later step fails, and the next attempt skips what was applied.
pub(super) struct Publisher {
    sites: Arc<Sites>,
    observer: Arc<dyn CatalogueObserver>,
}

impl Publisher {
    pub(super) fn new(sites: Arc<Sites>, observer: Arc<dyn CatalogueObserver>) -> Self {
        Self { sites, observer }
    }

    /// Searches of the site read this generation from now on.
    pub(super) fn serve(&self, site_id: SiteId, generation: &GenerationWriter) {
        self.sites.publish(site_id, Arc::clone(generation.reader()));
        self.observer.catalogue_replaced(site_id);
    }

    pub(super) fn set_awaited(&self, awaited: Awaited) {
        self.sites.set_awaited(awaited);
    }

    pub(super) fn changed(&self, site_id: SiteId, skus: &[Sku]) {
        self.sites.record_size(site_id);
        self.observer.products_changed(site_id, skus);
    }

    /// A writer failed, perhaps after it had shown a part.
    pub(super) fn may_have_changed(&self, site_id: SiteId) {
        self.observer.catalogue_replaced(site_id);
    }
}
