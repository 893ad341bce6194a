//! The writing half of one index generation.
//!
//! A change of texts is committed at once. A change of numbers alone (price, stock, popularity) is shown at once by
//! replacing them in memory, and committed some time later together with others, in the background:
//!
//! ```text
//! offsets 40..50 change prices    replaced in memory, held back          a crash here: the commit stands at 40,
//!                                                                        40..50 are read again
//! offsets 50..60 change a name    committed with what was held back      the commit stands at 60
//! offsets 60..90 change prices    replaced in memory; after a while a background commit takes them (it will stand at 90)
//! offsets 90..95 change prices    replaced in memory, held back
//! the background commit ends      its snapshot replaces the old one; 90..95 are replaced in it once more
//! ```

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use coheron_core::ids::SiteId;
use coheron_core::sku::Sku;
use tantivy::{DocAddress, Index, IndexSettings as EngineSettings, IndexWriter};

use super::background_commit::{self, BackgroundCommit, Changes};
use super::engine::{self, open_checked, open_directory};
use super::incoming::Change;
use crate::error::IndexerError;
use crate::positions::Positions;
use crate::reading::site_reader::SiteReader;
use crate::reading::snapshot::Snapshot;
use crate::schema::{build_schema, register_analyzers};
use crate::settings::IndexSettings;

/// Versions of deleted products are remembered this long in numbers, so that a late older record does not revive one.
const REMEMBERED_TOMBSTONES: u64 = 50_000;
/// Documents that are held back take this much memory at most, as JSON; their parsed form takes about three times that.
const MOST_HELD_BACK_BYTES: usize = 8 * 1024 * 1024;

/// Writes one generation and publishes what it wrote to its reader.
///
/// Hidden contract: after any error the writer is in an unknown state and must be dropped; `open` gives a new one that
/// stands at the last commit.
pub(crate) struct GenerationWriter {
    writer: Arc<Mutex<IndexWriter>>,
    reader: Arc<SiteReader>,
    folder: PathBuf,
    /// What searches see; the last commit may stand further back.
    positions: Positions,
    tombstones: moka::sync::Cache<Sku, i64>,
    held_back: Changes,
    held_back_bytes: usize,
    hold_back: Duration,
    committed_at: Instant,
    background: Option<BackgroundCommit>,
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
        let reader = SiteReader::open(site_id, index)?;
        Ok(Self::assemble(writer, reader, folder, settings, positions))
    }

    /// A generation that was written before; None where it is damaged or of another layout.
    pub(crate) fn open(site_id: SiteId, folder: &Path, settings: &IndexSettings) -> Result<Option<Self>, IndexerError> {
        let Some((index, positions)) = open_checked(folder) else { return Ok(None) };
        let reader = match SiteReader::open(site_id, index.clone()) {
            Ok(reader) => reader,
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "an index cannot be read and is built again");
                return Ok(None);
            }
        };
        let writer = engine::new_writer(&index, folder, settings.writer_heap_bytes)?;
        Ok(Some(Self::assemble(writer, reader, folder, settings, positions)))
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
            positions,
            tombstones: moka::sync::Cache::new(REMEMBERED_TOMBSTONES),
            held_back: Changes::new(),
            held_back_bytes: 0,
            hold_back: Duration::from_millis(settings.hold_back_ms),
            committed_at: Instant::now(),
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
        self.take_over_finished()?;
        let snapshot = self.reader.snapshot();
        let mut changed = Vec::new();
        let mut texts_changed = false;
        for change in changes {
            if change.offset < self.positions.of(change.partition) {
                continue;
            }
            match (self.judge(change, &snapshot)?, &change.product) {
                (News::None, _) => continue,
                (News::NumbersOnly(address), Some(product)) => {
                    snapshot.replace(address, &product.numbers, &product.json);
                }
                _ => texts_changed = true,
            }
            self.hold_back(change);
            changed.push(change.sku.clone());
        }
        self.positions.advance_all(moved);
        if changed.is_empty() {
            return Ok(changed);
        }
        if texts_changed || self.hold_back.is_zero() {
            self.commit(now)?;
        } else {
            self.commit_in_background_if_due(now)?;
        }
        for change in changes {
            match change.product {
                Some(_) => self.tombstones.invalidate(&change.sku),
                None => self.tombstones.insert(change.sku.clone(), change.version),
            }
        }
        Ok(changed)
    }

    /// Stores the position of a generation that saw no commit for a while, so that a restart need not read so far back.
    pub(crate) fn commit_if_idle(&mut self, for_at_least: Duration) -> Result<(), IndexerError> {
        if self.committed_at.elapsed() < for_at_least {
            return Ok(());
        }
        self.commit(Utc::now())
    }

    /// Commits everything now and shows it.
    fn commit(&mut self, now: DateTime<Utc>) -> Result<(), IndexerError> {
        if let Some(running) = self.background.take() {
            running.finish()?;
        }
        let changes = self.take_held_back();
        {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            background_commit::write(&mut writer, self.reader.fields(), &changes, &self.positions, now)?;
        }
        self.reader.reload()
    }

    fn commit_in_background_if_due(&mut self, now: DateTime<Utc>) -> Result<(), IndexerError> {
        let is_full = self.held_back_bytes >= MOST_HELD_BACK_BYTES;
        if !is_full && self.committed_at.elapsed() < self.hold_back {
            return Ok(());
        }
        match self.background.take() {
            // The memory is used up: the stream has to wait.
            Some(running) if is_full => self.take_over(running)?,
            Some(running) => {
                self.background = Some(running);
                return Ok(());
            }
            None => {}
        }
        let changes = self.take_held_back();
        let started =
            BackgroundCommit::start(&self.writer, *self.reader.fields(), changes, self.positions.clone(), now);
        self.background = Some(started.map_err(IndexerError::folder(&self.folder))?);
        Ok(())
    }

    fn take_over_finished(&mut self) -> Result<(), IndexerError> {
        match self.background.take() {
            Some(running) if running.is_finished() => self.take_over(running),
            other => {
                self.background = other;
                Ok(())
            }
        }
    }

    /// Shows the commit, with what was held back since.
    fn take_over(&mut self, running: BackgroundCommit) -> Result<(), IndexerError> {
        running.finish()?;
        self.reader.reload_with(|snapshot| {
            for change in self.held_back.values() {
                let found = snapshot.find(change.sku.as_str())?;
                if let (Some(found), Some(product)) = (found, &change.product) {
                    snapshot.replace(found.address, &product.numbers, &product.json);
                }
            }
            Ok(())
        })
    }

    fn hold_back(&mut self, change: &Change) {
        let bytes = |change: &Change| change.product.as_ref().map_or(0, |product| product.json.len());
        self.held_back_bytes += bytes(change);
        if let Some(replaced) = self.held_back.insert(change.sku.clone(), change.clone()) {
            self.held_back_bytes -= bytes(&replaced);
        }
    }

    fn take_held_back(&mut self) -> Changes {
        self.committed_at = Instant::now();
        self.held_back_bytes = 0;
        std::mem::take(&mut self.held_back)
    }

    /// Whether the change is newer than what is stored. An equal version is the same record once more.
    fn judge(&self, change: &Change, snapshot: &Snapshot) -> Result<News, IndexerError> {
        if self.tombstones.get(&change.sku).is_some_and(|version| version >= change.version) {
            return Ok(News::None);
        }
        let known = snapshot.find(change.sku.as_str())?;
        Ok(match (known, &change.product) {
            (Some(known), _) if known.version >= change.version => News::None,
            (Some(known), Some(product)) if known.fingerprint == product.numbers.fingerprint => {
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
