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
//!
//! An index that is lost, or cannot be read, is built from the start of the stream, and serves once it has caught up:
//!
//! ```text
//! A is opened and found damaged     an older generation that is still being read goes on serving; where there is none,
//!                                   A cannot be answered for
//! a session begins                  the topic is asked where it ends: at 900
//! 0..900 are read                   products appear one by one, and nobody sees them
//! 900 is reached                    A serves; what came meanwhile is added as it is read
//! ```
//!
//! Where not even the sites are known, all that are found on the way to 900 wait for it; a shop that is new, with an empty
//! topic, has nothing to wait for.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
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
use crate::ports::PartitionOffsets;
use crate::positions::Positions;
use crate::settings::IndexSettings;
use crate::sites::{Awaited, Sites};

pub(crate) struct SiteWriters {
    layout: Layout,
    settings: IndexSettings,
    publisher: Publisher,
    sites: BTreeMap<SiteId, SiteGenerations>,
    /// Where the stream was read to by this process; a new site starts there.
    reached: Positions,
    /// Whether a site that is not among these has no products. Otherwise the topic is being read for the first time.
    knows_every_site: bool,
    /// Up to where the topic had to be read when it was asked: what is being built serves from there on. None until it is
    /// asked.
    until: Option<Positions>,
    /// What searches were told.
    told: Option<Awaited>,
}

#[derive(Default)]
struct SiteGenerations {
    /// None after a failure, until it is opened again, and while the first one that can be read is being built.
    serving: Option<GenerationWriter>,
    /// One that has not caught up yet.
    building: Option<GenerationWriter>,
    /// From when a build was wanted until it serves: one that fails on the way has to begin again, since what serves
    /// meanwhile is not what it should be.
    must_build: bool,
}

impl SiteWriters {
    pub(crate) fn open(
        settings: &IndexSettings,
        published: Arc<Sites>,
        observer: Arc<dyn CatalogueObserver>,
        now: DateTime<Utc>,
    ) -> Result<Self, IndexerError> {
        let layout = Layout::open(&settings.dir)?;
        let known = layout.sites()?;
        let knows_every_site = !known.is_empty() && !layout.is_first_reading();
        let mut writers = Self {
            layout,
            settings: settings.clone(),
            publisher: Publisher::new(published, observer),
            sites: known.into_iter().map(|site_id| (site_id, SiteGenerations::default())).collect(),
            reached: Positions::default(),
            knows_every_site,
            until: None,
            told: None,
        };
        writers.open_missing(now)?;
        Ok(writers)
    }

    /// Makes ready for a session. Whether `aim_at` has to be called before records are read.
    pub(crate) fn prepare(&mut self, now: DateTime<Utc>) -> Result<bool, IndexerError> {
        self.open_missing(now)?;
        Ok(self.needs_aim() || self.sites.values().any(|site| site.may_miss_deletions(now)))
    }

    /// What is being built serves once it has everything before these ends of the topic. What the topic ends before is
    /// built again: the topic was made anew, and its offsets mean other records. So is what deletions may be missing from,
    /// unless it has everything already.
    pub(crate) fn aim_at(
        &mut self,
        offsets: &BTreeMap<i32, PartitionOffsets>,
        now: DateTime<Utc>,
    ) -> Result<(), IndexerError> {
        let ends = ends_of(offsets);
        let beyond = self.sites.iter().filter(|(_, site)| site.is_beyond(&ends)).map(|(site_id, _)| *site_id);
        for site_id in beyond.collect::<Vec<_>>() {
            tracing::warn!(site = %site_id, "the topic ends before what was read of it: building again");
            self.start_building(site_id, now)?;
        }
        let mut outdated = Vec::new();
        for (site_id, site) in self.sites.iter_mut().filter(|(_, site)| site.may_miss_deletions(now)) {
            match &mut site.serving {
                Some(serving) if serving.stands_at(&ends) => serving.has_missed_nothing(now),
                _ => outdated.push(*site_id),
            }
        }
        for site_id in outdated {
            tracing::warn!(site = %site_id, "the topic may have forgotten deletions since it was read: building again");
            self.start_building(site_id, now)?;
        }
        if self.reached.are_beyond(&ends) {
            self.reached = Positions::default();
        }
        let mut until = Positions::default();
        for (partition, offsets) in offsets {
            let position = self.position(*partition);
            self.reached.advance(*partition, position);
            until.advance(*partition, offsets.end_of_reading());
        }
        self.until = Some(until);
        self.serve_what_caught_up()
    }

    /// What has everything before these ends of the topic has missed no deletion until now, however long nothing came.
    pub(crate) fn confirm(&mut self, offsets: &BTreeMap<i32, PartitionOffsets>, now: DateTime<Utc>) {
        let ends = ends_of(offsets);
        let generations = self.sites.values_mut().flat_map(|site| site.serving.iter_mut().chain(&mut site.building));
        for generation in generations.filter(|generation| generation.stands_at(&ends)) {
            generation.has_missed_nothing(now);
        }
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
        self.open_missing(now)?;
        self.start_at(advances)?;
        self.create_new_sites(changes, now)?;
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
        self.serve_what_caught_up()?;
        self.store_due()?;
        Ok(changed)
    }

    /// Stores what was held back for long enough. Called for every batch, and now and then where none come.
    pub(crate) fn store_due(&mut self) -> Result<(), IndexerError> {
        self.each(GenerationWriter::store_if_due)
    }

    /// Builds the site's index again from the start of the stream; the present one serves until the new one has caught up.
    pub(crate) fn rebuild(&mut self, site_id: SiteId, now: DateTime<Utc>) -> Result<(), IndexerError> {
        self.start_building(site_id, now)
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

    /// Opens what is not open. A lost, damaged or outdated index is built from the start of the stream.
    fn open_missing(&mut self, now: DateTime<Utc>) -> Result<(), IndexerError> {
        let missing = self.sites.iter().filter(|(_, site)| site.is_missing()).map(|(site_id, _)| *site_id);
        for site_id in missing.collect::<Vec<_>>() {
            let opened = match self.layout.current(site_id) {
                Some(folder) => GenerationWriter::open(&folder, &self.settings)?,
                None => None,
            };
            let Some(serving) = opened else {
                tracing::warn!(site = %site_id, "the index is lost or cannot be used: building it from the start");
                self.start_building(site_id, now)?;
                continue;
            };
            self.layout.remove_generations_except(site_id, &[serving.folder()]);
            self.publisher.serve(site_id, &serving);
            self.sites.entry(site_id).or_default().serving = Some(serving);
        }
        let failed = self.sites.iter().filter(|(_, site)| site.has_lost_its_build()).map(|(site_id, _)| *site_id);
        for site_id in failed.collect::<Vec<_>>() {
            tracing::warn!(site = %site_id, "building the index failed: it begins again");
            self.start_building(site_id, now)?;
        }
        self.tell_awaited()
    }

    /// The generation that serves is left as it is, on disk too, where processes that only read may be able to read it.
    fn start_building(&mut self, site_id: SiteId, now: DateTime<Utc>) -> Result<(), IndexerError> {
        let site = self.sites.entry(site_id).or_default();
        site.building = None;
        // First: whatever fails below is tried again.
        site.must_build = true;
        let current = self.layout.current(site_id);
        let kept: Vec<&Path> = current.iter().map(PathBuf::as_path).collect();
        self.layout.remove_generations_except(site_id, &kept);
        let folder = self.layout.create_generation(site_id)?;
        site.building = Some(GenerationWriter::create(&folder, &self.settings, Positions::default(), now)?);
        self.until = None;
        Ok(())
    }

    /// A batch that begins behind our position is read again and skipped; one that begins beyond it leaves a gap. Where
    /// something began to be built since the session began, the session has to begin again and to ask for the ends.
    fn start_at(&mut self, advances: &[Advance]) -> Result<(), StageError> {
        let has_indexes = self.generations().next().is_some();
        for advance in advances {
            let partition = advance.partition.partition;
            if self.needs_aim() || (has_indexes && self.position(partition) < advance.from) {
                return Err(StageError::Fenced { partition: advance.partition });
            }
            self.reached.advance(partition, advance.from);
        }
        Ok(())
    }

    /// Whether something is built of which it is not known yet when it has caught up.
    fn needs_aim(&self) -> bool {
        let is_building = self.sites.values().any(|site| site.building.is_some());
        self.until.is_none() && (is_building || !self.knows_every_site)
    }

    fn create_new_sites(
        &mut self,
        changes: &HashMap<SiteId, Vec<Change>>,
        now: DateTime<Utc>,
    ) -> Result<(), IndexerError> {
        for (site_id, changes) in changes {
            let has_products = changes.iter().any(|change| change.product.is_some());
            if self.sites.contains_key(site_id) || !has_products {
                continue;
            }
            let folder = self.layout.create_generation(*site_id)?;
            let created = GenerationWriter::create(&folder, &self.settings, self.reached.clone(), now)?;
            let generations = if self.knows_every_site {
                self.layout.make_current(*site_id, &folder)?;
                self.publisher.serve(*site_id, &created);
                SiteGenerations { serving: Some(created), ..SiteGenerations::default() }
            } else {
                SiteGenerations { serving: None, building: Some(created), must_build: true }
            };
            self.layout.remember_site(*site_id)?;
            self.sites.insert(*site_id, generations);
        }
        Ok(())
    }

    fn serve_what_caught_up(&mut self) -> Result<(), IndexerError> {
        let Some(until) = &self.until else { return Ok(()) };
        for (site_id, generations) in &mut self.sites {
            if !generations.has_caught_up(until) {
                continue;
            }
            if let Some(mut building) = generations.building.take() {
                building.store_now()?;
                self.layout.make_current(*site_id, building.folder())?;
                self.publisher.serve(*site_id, &building);
                generations.serving = Some(building);
                generations.must_build = false;
                tracing::info!(site = %site_id, "the index that was built serves");
            }
        }
        // Last: a crash before this reads on as if it were for the first time, and finds the same.
        self.knows_every_site |= self.reached.reaches(until);
        self.tell_awaited()
    }

    /// Lets searches know which sites cannot be answered for, unless they have an older generation.
    fn tell_awaited(&mut self) -> Result<(), IndexerError> {
        let awaited = if self.knows_every_site {
            let unserved = self.sites.iter().filter(|(_, site)| site.serving.is_none());
            Awaited::These(unserved.map(|(site_id, _)| *site_id).collect())
        } else {
            Awaited::All
        };
        if self.told.as_ref() == Some(&awaited) {
            return Ok(());
        }
        match awaited {
            Awaited::All => self.layout.begin_first_reading()?,
            Awaited::These(_) => self.layout.end_first_reading()?,
        }
        self.publisher.set_awaited(awaited.clone());
        self.told = Some(awaited);
        Ok(())
    }
}

impl SiteGenerations {
    fn is_missing(&self) -> bool {
        self.serving.is_none() && self.building.is_none()
    }

    fn has_lost_its_build(&self) -> bool {
        self.must_build && self.building.is_none()
    }

    fn may_miss_deletions(&self, now: DateTime<Utc>) -> bool {
        self.building.is_none() && self.serving.as_ref().is_some_and(|serving| serving.may_miss_deletions(now))
    }

    /// Whether what is to serve, now or once it is built, was read from a topic that is no more.
    fn is_beyond(&self, ends: &Positions) -> bool {
        let newest = self.building.as_ref().or(self.serving.as_ref());
        newest.is_some_and(|generation| generation.positions().are_beyond(ends))
    }

    /// With what the topic held when it was asked. That is at least what served then, and both read on together.
    fn has_caught_up(&self, until: &Positions) -> bool {
        self.building.as_ref().is_some_and(|building| building.positions().reaches(until))
    }

    fn apply(&mut self, changes: &[Change], moved: &Positions, now: DateTime<Utc>) -> Result<Vec<Sku>, IndexerError> {
        keep_unless_failed(&mut self.building, |writer| writer.apply(changes, moved, now))?;
        let changed = keep_unless_failed(&mut self.serving, |writer| writer.apply(changes, moved, now))?;
        Ok(changed.unwrap_or_default())
    }
}

fn ends_of(offsets: &BTreeMap<i32, PartitionOffsets>) -> Positions {
    offsets.iter().map(|(partition, offsets)| (*partition, offsets.end)).collect::<BTreeMap<_, _>>().into()
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
