//! The writers of all sites, and where the whole of them stands in the stream.
//!
//! A site's index is created, with its position, before any index commits beyond the site's first record:
//!
//! ```text
//! batch 40..50 holds the first record of site B at 44, and changes of site A
//!   1. B is remembered and created, standing at 40    a crash here: A stands at 40, all is read again
//!   2. A stores its changes and 50                    a crash here: B stands at 40, reading starts there, A skips to 50
//!   3. B stores its changes and 50
//! ```

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueObserver;
use coheron_core::sku::Sku;
use coheron_stream::stage::{Advance, StageError};

use super::generation_writer::GenerationWriter;
use super::incoming::Change;
use super::publisher::Publisher;
use crate::error::IndexerError;
use crate::layout::Layout;
use crate::positions::Positions;
use crate::settings::IndexSettings;
use crate::sites::Sites;

pub(crate) struct SiteWriters {
    layout: Layout,
    settings: IndexSettings,
    publisher: Publisher,
    sites: BTreeMap<SiteId, SiteGenerations>,
    /// Where the stream was read to by this process; a new site starts there.
    reached: Positions,
}

#[derive(Default)]
struct SiteGenerations {
    /// None after a failure, until it is opened again.
    serving: Option<GenerationWriter>,
    /// A rebuild that has not caught up yet.
    building: Option<GenerationWriter>,
}

impl SiteWriters {
    pub(crate) fn open(
        settings: &IndexSettings,
        published: Arc<Sites>,
        observer: Arc<dyn CatalogueObserver>,
    ) -> Result<Self, IndexerError> {
        let layout = Layout::open(&settings.dir)?;
        let known = layout.sites()?;
        let mut writers = Self {
            layout,
            settings: settings.clone(),
            publisher: Publisher::new(published, observer),
            sites: known.into_iter().map(|site_id| (site_id, SiteGenerations::default())).collect(),
            reached: Positions::default(),
        };
        writers.open_missing()?;
        Ok(writers)
    }

    /// The next offset that some index still needs.
    pub(crate) fn position(&self, partition: i32) -> i64 {
        let positions = self.generations().map(|generation| generation.positions().of(partition));
        positions.min().unwrap_or_else(|| self.reached.of(partition))
    }

    /// Applies the changes of each site, tells the observer and returns the products that changed, by site.
    pub(crate) fn apply(
        &mut self,
        changes: &HashMap<SiteId, Vec<Change>>,
        advances: &[Advance],
        now: DateTime<Utc>,
    ) -> Result<Vec<(SiteId, Vec<Sku>)>, StageError> {
        self.open_missing()?;
        self.start_at(advances)?;
        self.create_new_sites(changes)?;
        // Only what this batch moves: an index that is being rebuilt has yet to read the other partitions.
        let mut moved = Positions::default();
        for advance in advances {
            moved.advance(advance.partition.partition, advance.to);
        }
        let mut changed = Vec::new();
        for (site_id, generations) in &mut self.sites {
            let changes = changes.get(site_id).map(Vec::as_slice).unwrap_or_default();
            let applied = generations.apply(changes, &moved, now);
            if applied.is_err() {
                self.publisher.may_have_changed(*site_id);
            }
            let skus = applied?;
            if !skus.is_empty() {
                self.publisher.changed(*site_id, &skus);
                changed.push((*site_id, skus));
            }
        }
        self.reached.advance_all(&moved);
        self.finish_rebuilds()?;
        self.store_due()?;
        Ok(changed)
    }

    /// Stores what was held back for long enough. Called for every batch, and now and then where none come.
    pub(crate) fn store_due(&mut self) -> Result<(), IndexerError> {
        self.each(GenerationWriter::store_if_due)
    }

    /// Builds the site's index again from the start of the stream; the present one serves until the new one has caught up.
    pub(crate) fn rebuild(&mut self, site_id: SiteId) -> Result<(), IndexerError> {
        let folder = self.layout.create_generation(site_id)?;
        let building = GenerationWriter::create(site_id, &folder, &self.settings, Positions::default())?;
        self.sites.entry(site_id).or_default().building = Some(building);
        Ok(())
    }

    /// Stores everything and waits for it; the last call before the process ends.
    pub(crate) fn close(&mut self) -> Result<(), IndexerError> {
        self.each(GenerationWriter::store_now)
    }

    /// One that fails does not keep the others from it; the first failure is told.
    fn each(
        &mut self,
        mut work: impl FnMut(&mut GenerationWriter) -> Result<(), IndexerError>,
    ) -> Result<(), IndexerError> {
        let mut outcome = Ok(());
        for generations in self.sites.values_mut() {
            for slot in [&mut generations.serving, &mut generations.building] {
                let worked = keep_unless_failed(slot, &mut work);
                outcome = outcome.and(worked.map(|_| ()));
            }
        }
        outcome
    }

    fn generations(&self) -> impl Iterator<Item = &GenerationWriter> {
        self.sites.values().flat_map(|site| site.serving.iter().chain(&site.building))
    }

    /// A lost, damaged or outdated index starts again, empty and from the start of the stream.
    fn open_missing(&mut self) -> Result<(), IndexerError> {
        for (site_id, generations) in &mut self.sites {
            if generations.serving.is_some() {
                continue;
            }
            let current = self.layout.current(*site_id);
            let opened = match &current {
                Some(folder) => GenerationWriter::open(*site_id, folder, &self.settings)?,
                None => None,
            };
            let serving = match opened {
                Some(serving) => {
                    self.layout.remove_generations_except(*site_id, &[serving.folder()]);
                    serving
                }
                None => {
                    tracing::warn!(site = %site_id, "the index is lost or cannot be used: building it from the start");
                    let folder = self.layout.create_generation(*site_id)?;
                    let empty = GenerationWriter::create(*site_id, &folder, &self.settings, Positions::default())?;
                    self.layout.make_current(*site_id, &folder)?;
                    empty
                }
            };
            self.publisher.serve(*site_id, &serving);
            generations.serving = Some(serving);
            generations.building = None;
        }
        Ok(())
    }

    /// A batch that begins behind our position is read again and skipped; one that begins beyond it leaves a gap.
    fn start_at(&mut self, advances: &[Advance]) -> Result<(), StageError> {
        let has_indexes = self.generations().next().is_some();
        for advance in advances {
            let partition = advance.partition.partition;
            if has_indexes && self.position(partition) < advance.from {
                return Err(StageError::Fenced { partition: advance.partition });
            }
            self.reached.advance(partition, advance.from);
        }
        Ok(())
    }

    fn create_new_sites(&mut self, changes: &HashMap<SiteId, Vec<Change>>) -> Result<(), IndexerError> {
        for (site_id, changes) in changes {
            let has_products = changes.iter().any(|change| change.product.is_some());
            if self.sites.contains_key(site_id) || !has_products {
                continue;
            }
            self.layout.remember_site(*site_id)?;
            let folder = self.layout.create_generation(*site_id)?;
            let serving = GenerationWriter::create(*site_id, &folder, &self.settings, self.reached.clone())?;
            self.layout.make_current(*site_id, &folder)?;
            self.publisher.serve(*site_id, &serving);
            self.sites.insert(*site_id, SiteGenerations { serving: Some(serving), building: None });
        }
        Ok(())
    }

    fn finish_rebuilds(&mut self) -> Result<(), IndexerError> {
        for (site_id, generations) in &mut self.sites {
            let caught_up = match (&generations.serving, &generations.building) {
                (Some(serving), Some(building)) => building.positions().reaches(serving.positions()),
                _ => false,
            };
            if !caught_up {
                continue;
            }
            if let Some(mut building) = generations.building.take() {
                building.store_now()?;
                self.layout.make_current(*site_id, building.folder())?;
                self.publisher.serve(*site_id, &building);
                generations.serving = Some(building);
                tracing::info!(site = %site_id, "the rebuilt index serves");
            }
        }
        Ok(())
    }
}

impl SiteGenerations {
    fn apply(&mut self, changes: &[Change], moved: &Positions, now: DateTime<Utc>) -> Result<Vec<Sku>, IndexerError> {
        keep_unless_failed(&mut self.building, |writer| writer.apply(changes, moved, now))?;
        let changed = keep_unless_failed(&mut self.serving, |writer| writer.apply(changes, moved, now))?;
        Ok(changed.unwrap_or_default())
    }
}

/// A writer that failed is in an unknown state: it is dropped, and opened again at what was stored last.
fn keep_unless_failed<T>(
    slot: &mut Option<GenerationWriter>,
    work: impl FnOnce(&mut GenerationWriter) -> Result<T, IndexerError>,
) -> Result<Option<T>, IndexerError> {
    let Some(writer) = slot else { return Ok(None) };
    let result = work(writer);
    if result.is_err() {
        *slot = None;
    }
    result.map(Some)
}
