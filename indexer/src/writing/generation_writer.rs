//! The writing half of one index generation.
//!
//! A change of texts writes the product's entry anew and is committed at once. A change of numbers alone (price, stock,
//! popularity) leaves the entry as it is: the numbers are kept beside it, in memory, and stored after a while in a file
//! of their own. Entries and file together are complete up to the positions of the last commit or of the file,
//! whichever reach further:
//!
//! ```text
//! offsets 40..50 change prices    kept beside their entries              a crash here: 40..50 are read again
//! offsets 50..60 change a name    entry committed; the commit says 40    a crash here: 40..60 are read again, and what is
//!                                                                        known by its version changes nothing
//! some seconds later              the file is written and says 60        a crash here: nothing is read again
//! offsets 60..70 change a name    entry committed; the commit says 70
//! ```

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use coheron_core::document_numbers::DocumentNumbers;
use coheron_core::ids::SiteId;
use coheron_core::sku::Sku;
use tantivy::{DocAddress, Index, IndexSettings as EngineSettings, IndexWriter};

use super::background_work::BackgroundWork;
use super::engine::{self, open_checked, open_directory};
use super::entries;
use super::incoming::Change;
use super::numbers_file;
use crate::error::IndexerError;
use crate::positions::Positions;
use crate::reading::newer_numbers::{NewerNumbers, NewerProduct};
use crate::reading::site_reader::SiteReader;
use crate::reading::snapshot::Snapshot;
use crate::schema::{build_schema, register_analyzers};
use crate::settings::IndexSettings;

/// Versions of deleted products are remembered this long in numbers, so that a late older record does not revive one.
const REMEMBERED_TOMBSTONES: u64 = 50_000;

/// Writes one generation and publishes what it wrote to its reader.
///
/// Hidden contract: after any error the writer is in an unknown state and must be dropped; `open` gives a new one that
/// stands at what was stored last.
pub(crate) struct GenerationWriter {
    writer: Arc<Mutex<IndexWriter>>,
    reader: Arc<SiteReader>,
    folder: PathBuf,
    /// What searches see.
    positions: Positions,
    /// What a restart finds.
    stored: Positions,
    stored_at: Instant,
    /// Whether some numbers are only in memory.
    has_unstored_numbers: bool,
    tombstones: moka::sync::Cache<Sku, i64>,
    hold_back: Duration,
    most_held_back: usize,
    background: Option<BackgroundWork<Done>>,
}

/// What was done in the background.
enum Done {
    /// The numbers file reaches this far.
    Stored(Positions),
    /// These numbers are in their entries now.
    WrittenIntoEntries(Vec<(Sku, Arc<NewerProduct>)>),
}

impl GenerationWriter {
    /// A new, empty generation whose content starts at the given positions.
    pub(crate) fn create(
        site_id: SiteId,
        folder: &Path,
        settings: &IndexSettings,
        positions: Positions,
    ) -> Result<Self, IndexerError> {
        let directory = open_directory(folder)?;
        let (schema, _) = build_schema();
        // A thread per segment would cost a small commit more than the compression itself.
        let engine = EngineSettings { docstore_compress_dedicated_thread: false, ..EngineSettings::default() };
        let index = Index::create(directory, schema, engine).map_err(IndexerError::engine("creating an index"))?;
        register_analyzers(&index);
        let mut writer = engine::new_writer(&index, folder, settings.writer_heap_bytes)?;
        engine::commit(&mut writer, &positions)?;
        numbers_file::write(folder, &positions, &[]).map_err(IndexerError::folder(folder))?;
        let reader = SiteReader::open(site_id, index, NewerNumbers::default())?;
        Ok(Self::assemble(writer, reader, folder, settings, positions))
    }

    /// A generation that was written before; None where it is damaged or of another layout.
    pub(crate) fn open(site_id: SiteId, folder: &Path, settings: &IndexSettings) -> Result<Option<Self>, IndexerError> {
        let Some((index, mut positions)) = open_checked(folder) else { return Ok(None) };
        let opened = numbers_file::read(folder).map_err(IndexerError::folder(folder)).and_then(|(reached, newer)| {
            positions.advance_all(&reached);
            SiteReader::open(site_id, index.clone(), newer)
        });
        let reader = match opened {
            Ok(reader) => reader,
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "an index cannot be read and is built again");
                return Ok(None);
            }
        };
        let writer = engine::new_writer(&index, folder, settings.writer_heap_bytes)?;
        let mut opened = Self::assemble(writer, reader, folder, settings, positions);
        opened.forget_outdated_numbers()?;
        if opened.hold_back.is_zero() && opened.reader.newer().len() > 0 {
            // Readers in other processes see entries alone.
            opened.start_writing_into_entries(Utc::now())?;
            opened.finish_background()?;
        }
        Ok(Some(opened))
    }

    fn assemble(
        writer: IndexWriter,
        reader: SiteReader,
        folder: &Path,
        settings: &IndexSettings,
        positions: Positions,
    ) -> Self {
        Self {
            writer: Arc::new(Mutex::new(writer)),
            reader: Arc::new(reader),
            folder: folder.to_path_buf(),
            stored: positions.clone(),
            positions,
            stored_at: Instant::now(),
            has_unstored_numbers: false,
            tombstones: moka::sync::Cache::new(REMEMBERED_TOMBSTONES),
            hold_back: Duration::from_millis(settings.hold_back_ms),
            most_held_back: settings.most_held_back.max(1),
            background: None,
        }
    }

    pub(crate) fn reader(&self) -> &Arc<SiteReader> {
        &self.reader
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn positions(&self) -> &Positions {
        &self.positions
    }

    /// Applies what is new to this generation and makes it searchable. Returns the products that changed.
    pub(crate) fn apply(
        &mut self,
        changes: &[Change],
        moved: &Positions,
        now: DateTime<Utc>,
    ) -> Result<Vec<Sku>, IndexerError> {
        self.take_over_if_finished()?;
        let snapshot = self.reader.snapshot();
        let mut changed = Vec::new();
        let mut with_new_texts = Vec::new();
        for change in changes {
            if change.offset < self.positions.of(change.partition) {
                continue;
            }
            match (self.judge(change, &snapshot)?, &change.product) {
                (News::None, _) => continue,
                (News::NumbersOnly(address), Some(product)) => {
                    let in_document = DocumentNumbers::of(&product.document);
                    snapshot.replace(address, &change.sku, NewerProduct { numbers: product.numbers, in_document });
                    self.has_unstored_numbers = true;
                }
                _ => with_new_texts.push(change),
            }
            changed.push(change.sku.clone());
        }
        self.positions.advance_all(moved);
        if !with_new_texts.is_empty() {
            self.commit(&with_new_texts, now)?;
        }
        self.work_in_background_if_due(now)?;
        for change in changes {
            match change.product {
                Some(_) => self.tombstones.invalidate(&change.sku),
                None => self.tombstones.insert(change.sku.clone(), change.version),
            }
        }
        Ok(changed)
    }

    /// Stores the position of a generation that stored none for a while, so that a restart need not read so far back.
    pub(crate) fn store_if_idle(&mut self, for_at_least: Duration) -> Result<(), IndexerError> {
        if self.stored_at.elapsed() < for_at_least || self.stored == self.positions {
            return Ok(());
        }
        self.finish_background()?;
        let written = numbers_file::write(&self.folder, &self.positions, &self.reader.newer().all());
        written.map_err(IndexerError::folder(&self.folder))?;
        self.has_unstored_numbers = false;
        self.remember_stored(self.positions.clone());
        Ok(())
    }

    /// Writes the entries of these products anew and shows them.
    fn commit(&mut self, changes: &[&Change], now: DateTime<Utc>) -> Result<(), IndexerError> {
        self.finish_background()?;
        if !self.has_unstored_numbers {
            self.remember_stored(self.positions.clone());
        }
        {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            entries::write_changes(&mut writer, self.reader.fields(), changes, now)?;
            engine::commit(&mut writer, &self.stored)?;
        }
        self.reader.reload()?;
        self.reader.newer().remove(changes.iter().map(|change| &change.sku));
        Ok(())
    }

    fn work_in_background_if_due(&mut self, now: DateTime<Utc>) -> Result<(), IndexerError> {
        let held_back = self.reader.newer().len();
        if held_back >= self.most_held_back.saturating_mul(2) {
            // The memory is used up: the stream has to wait.
            self.finish_background()?;
        }
        if self.background.is_some() {
            return Ok(());
        }
        if held_back >= self.most_held_back {
            return self.start_writing_into_entries(now);
        }
        if self.has_unstored_numbers && self.stored_at.elapsed() >= self.hold_back {
            return self.start_storing_numbers();
        }
        Ok(())
    }

    fn start_storing_numbers(&mut self) -> Result<(), IndexerError> {
        let (folder, positions, newer) = (self.folder.clone(), self.positions.clone(), self.reader.newer().all());
        self.has_unstored_numbers = false;
        self.start_in_background(move || {
            numbers_file::write(&folder, &positions, &newer).map_err(IndexerError::folder(folder))?;
            Ok(Done::Stored(positions))
        })
    }

    fn start_writing_into_entries(&mut self, now: DateTime<Utc>) -> Result<(), IndexerError> {
        let (writer, snapshot, newer) = (Arc::clone(&self.writer), self.reader.snapshot(), self.reader.newer().all());
        let stored = self.stored.clone();
        self.start_in_background(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            for (sku, newer) in &newer {
                entries::write_newer(&mut writer, &snapshot, sku, newer, now)?;
            }
            engine::commit(&mut writer, &stored)?;
            Ok(Done::WrittenIntoEntries(newer))
        })
    }

    fn start_in_background(
        &mut self,
        work: impl FnOnce() -> Result<Done, IndexerError> + Send + 'static,
    ) -> Result<(), IndexerError> {
        self.background = Some(BackgroundWork::start(work).map_err(IndexerError::folder(&self.folder))?);
        Ok(())
    }

    fn take_over_if_finished(&mut self) -> Result<(), IndexerError> {
        if self.background.as_ref().is_some_and(BackgroundWork::is_finished) {
            self.finish_background()
        } else {
            Ok(())
        }
    }

    /// Waits for what goes on in the background, and takes over what it did.
    fn finish_background(&mut self) -> Result<(), IndexerError> {
        let Some(running) = self.background.take() else { return Ok(()) };
        match running.finish()? {
            Done::Stored(positions) => self.remember_stored(positions),
            Done::WrittenIntoEntries(written) => {
                self.reader.reload()?;
                self.reader.newer().remove_same(&written);
                // The file holds them still: it is written once more, without them.
                self.has_unstored_numbers = true;
            }
        }
        Ok(())
    }

    fn remember_stored(&mut self, positions: Positions) {
        self.stored = positions;
        self.stored_at = Instant::now();
    }

    /// The file may hold products whose entries were written or deleted since.
    fn forget_outdated_numbers(&self) -> Result<(), IndexerError> {
        let snapshot = self.reader.snapshot();
        let mut outdated = Vec::new();
        for (sku, newer) in self.reader.newer().all() {
            let shown = snapshot.find(sku.as_str())?;
            if shown.is_none_or(|shown| shown.version != newer.numbers.version) {
                outdated.push(sku);
            }
        }
        self.reader.newer().remove(outdated.iter());
        Ok(())
    }

    /// Whether the change is newer than what is stored. An equal version is the same record once more.
    fn judge(&self, change: &Change, snapshot: &Snapshot) -> Result<News, IndexerError> {
        if self.tombstones.get(&change.sku).is_some_and(|version| version >= change.version) {
            return Ok(News::None);
        }
        let known = snapshot.find(change.sku.as_str())?;
        Ok(match (known, &change.product) {
            (Some(known), _) if known.version >= change.version => News::None,
            (Some(known), Some(product))
                if known.fingerprint == product.numbers.fingerprint && !self.hold_back.is_zero() =>
            {
                News::NumbersOnly(known.address)
            }
            (None, None) => News::None,
            _ => News::Texts,
        })
    }
}

/// What a change means for the index.
enum News {
    None,
    /// The product stands there, with the same texts.
    NumbersOnly(DocAddress),
    Texts,
}
