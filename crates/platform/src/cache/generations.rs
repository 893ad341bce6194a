//! Counters that move when something changes.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueObserver;
use coheron_core::sku::Sku;

/// What a cached answer was made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Anything at all of the site's catalogue; every entry of the site should carry it.
    Site(SiteId),
    /// The set and order of products: lists, searches, facets, suggestions.
    Listing(SiteId),
    /// One product.
    Product(SiteId, Sku),
}

/// Slots of the table: 512 KiB.
const SLOTS: usize = 65_536;

/// A generation per tag, in a table of fixed size: tags are hashed to slots, and two tags that share a slot only cost
/// each other a cache miss, never a stale answer. So memory stays the same however many products there are.
pub struct TagGenerations {
    slots: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// The generations of some tags at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot(Box<[(usize, u64)]>);

impl TagGenerations {
    pub fn new() -> Self {
        Self { slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(), hasher: RandomState::new() }
    }

    /// Makes every entry with this tag invalid. To be called after the change can be read.
    pub fn bump(&self, tag: &Tag) {
        self.slots[self.slot(tag)].fetch_add(1, Ordering::AcqRel);
    }

    /// Makes every entry invalid, for when it is not known what changed.
    pub fn bump_all(&self) {
        for slot in &self.slots {
            slot.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// To be called before reading what the tags stand for.
    pub(super) fn snapshot(&self, tags: &[Tag]) -> Snapshot {
        let generation_of = |tag| {
            let slot = self.slot(tag);
            (slot, self.slots[slot].load(Ordering::Acquire))
        };
        Snapshot(tags.iter().map(generation_of).collect())
    }

    pub(super) fn still_holds(&self, snapshot: &Snapshot) -> bool {
        snapshot.0.iter().all(|(slot, generation)| self.slots[*slot].load(Ordering::Acquire) == *generation)
    }

    fn slot(&self, tag: &Tag) -> usize {
        // The remainder fits: it is below the number of slots.
        (self.hasher.hash_one(tag) % SLOTS as u64) as usize
    }
}

impl Default for TagGenerations {
    fn default() -> Self {
        Self::new()
    }
}

impl CatalogueObserver for TagGenerations {
    fn products_changed(&self, site_id: SiteId, skus: &[Sku]) {
        for sku in skus {
            self.bump(&Tag::Product(site_id, sku.clone()));
        }
        if !skus.is_empty() {
            self.bump(&Tag::Listing(site_id));
        }
    }

    fn catalogue_replaced(&self, site_id: SiteId) {
        self.bump(&Tag::Site(site_id));
    }
}
