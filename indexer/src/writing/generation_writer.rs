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
//! offset 70 deletes a product     committed, and the file is written at once: reading older records again would show the
//!                                 product until its deletion is read
//! ```
//!
//! Each of the two names the state of the other that it relies on. Where that is not there, which only a machine that lost
//! power leaves behind, the index is built again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use coheron_core::document_numbers::DocumentNumbers;
use coheron_core::sku::Sku;
use tantivy::{DocAddress, Index, IndexSettings as EngineSettings, IndexWriter};

use super::deletions;
use super::engine::{self, Opened, open_checked, open_directory};
use super::entries;
use super::incoming::Change;
use super::numbers_file::{self, NumbersFile};
use crate::error::IndexerError;
use crate::positions::{Positions, Reached};
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
    /// When the stream was read up to there. Not known from when it was read on although deletions may have been missed:
    /// that does not bring them back.
    read_at: DateTime<Utc>,
    /// What a restart finds.
    stored: Positions,
    stored_read_at: DateTime<Utc>,
    /// When that was stored, or last tried.
    stored_at: Instant,
    /// Whether some numbers are only in memory.
    has_unstored_numbers: bool,
    /// What the next commit relies on.
    numbers_file: u64,
    /// What the next numbers file relies on.
    commit: u64,
    tombstones: moka::sync::Cache<Sku, i64>,
    hold_back: Duration,
    idle_commit: Duration,
    most_held_back: usize,
    background: Option<JoinHandle<Result<Done, IndexerError>>>,
    outdated: Vec<Outdated>,
}

/// What was done in the background.
enum Done {
    Stored(NumbersFile),
    /// These numbers are in their entries now, by this commit.
    WrittenIntoEntries(Vec<(Sku, Arc<NewerProduct>)>, u64),
}

/// Numbers whose entries are of the next snapshot: needed until nobody reads this one.
struct Outdated {
    snapshot: Weak<Snapshot>,
    numbers: Vec<(Sku, Arc<NewerProduct>)>,
}

impl GenerationWriter {
    /// A new, empty generation whose content starts at the given positions.
    pub(crate) fn create(
        folder: &Path,
        settings: &IndexSettings,
        positions: Positions,
        now: DateTime<Utc>,
    ) -> Result<Self, IndexerError> {
        let directory = open_directory(folder)?;
        let (schema, _) = build_schema();
        // A thread per segment would cost a small commit more than the compression itself.
        let engine = EngineSettings { docstore_compress_dedicated_thread: false, ..EngineSettings::default() };
        let index = Index::create(directory, schema, engine).map_err(IndexerError::engine("creating an index"))?;
        register_analyzers(&index);
        let mut writer = engine::new_writer(&index, folder, settings.writer_heap_bytes)?;
        let reached = Reached { positions: positions.clone(), read_at: now, numbers_file: 0 };
        let commit = engine::commit(&mut writer, &reached)?;
        numbers_file::write(folder, &NumbersFile { number: 0, commit, positions, read_at: now }, &[])?;
        let reader = SiteReader::open(index, NewerNumbers::default())?;
        Ok(Self::assemble(writer, reader, folder, settings, reached, commit))
    }

    /// A generation that was written before; None where it is damaged or of another layout.
    pub(crate) fn open(folder: &Path, settings: &IndexSettings) -> Result<Option<Self>, IndexerError> {
        let Some(Opened { index, mut reached, commit }) = open_checked(folder) else { return Ok(None) };
        let read = numbers_file::read(folder).and_then(|(file, newer)| {
            let relied_on = file.number >= reached.numbers_file && commit >= file.commit;
            if !relied_on {
                return Err(IndexerError::NumbersOfAnotherCommit);
            }
            reached.numbers_file = file.number;
            if file.positions.reaches(&reached.positions) {
                reached.read_at = file.read_at;
            }
            reached.positions.advance_all(&file.positions);
            SiteReader::open(index.clone(), newer)
        });
        let reader = match read {
            Ok(reader) => reader,
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(folder = %folder.display(), %error, cause, "an index cannot be read and is built again");
                return Ok(None);
            }
        };
        let writer = engine::new_writer(&index, folder, settings.writer_heap_bytes)?;
        let mut opened = Self::assemble(writer, reader, folder, settings, reached, commit);
        opened.forget_numbers_of_entries();
        if opened.hold_back.is_zero() && !opened.reader.newer().is_empty() {
            // Readers in other processes see them sooner in entries.
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
        reached: Reached,
        commit: u64,
    ) -> Self {
        Self {
            writer: Arc::new(Mutex::new(writer)),
            reader: Arc::new(reader),
            folder: folder.to_path_buf(),
            stored: reached.positions.clone(),
            stored_read_at: reached.read_at,
            positions: reached.positions,
            read_at: reached.read_at,
            stored_at: Instant::now(),
            has_unstored_numbers: false,
            numbers_file: reached.numbers_file,
            commit,
            tombstones: moka::sync::Cache::new(REMEMBERED_TOMBSTONES),
            hold_back: Duration::from_millis(settings.hold_back_ms),
            idle_commit: Duration::from_millis(settings.idle_commit_ms),
            most_held_back: settings.most_held_back.max(1),
            background: None,
            outdated: Vec::new(),
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

    /// Whether products may be here that were deleted while nobody read.
    pub(crate) fn may_miss_deletions(&self, now: DateTime<Utc>) -> bool {
        deletions::may_be_missed(self.read_at, now)
    }

    /// Whether the topic, which ends there, holds nothing after what was read: then nothing was missed either.
    pub(crate) fn stands_at(&self, ends: &Positions) -> bool {
        self.positions.reaches(ends) && self.read_at != deletions::NOT_KNOWN
    }

    pub(crate) fn has_missed_nothing(&mut self, now: DateTime<Utc>) {
        self.read_at = self.read_at.max(now);
    }

    /// Applies what is new to this generation and makes it searchable. Returns the products that changed.
    pub(crate) fn apply(
        &mut self,
        changes: &[Change],
        moved: &Positions,
        now: DateTime<Utc>,
    ) -> Result<Vec<Sku>, IndexerError> {
        self.take_over_if_finished()?;
        self.forget_outdated();
        let snapshot = self.reader.snapshot();
        let mut applied = Vec::new();
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
            applied.push(change);
        }
        drop(snapshot);
        self.positions.advance_all(moved);
        self.read_at = if self.may_miss_deletions(now) { deletions::NOT_KNOWN } else { now };
        if !with_new_texts.is_empty() {
            self.commit(&with_new_texts, now)?;
        }
        for change in &applied {
            match change.product {
                Some(_) => self.tombstones.invalidate(&change.sku),
                None => self.tombstones.insert(change.sku.clone(), change.version),
            }
        }
        self.write_into_entries_if_too_many(now)?;
        Ok(applied.into_iter().map(|change| change.sku.clone()).collect())
    }

    /// Stores, in the background, what was in memory alone for long enough: numbers, for searches in other processes;
    /// positions, so that a restart need not read so far back.
    pub(crate) fn store_if_due(&mut self) -> Result<(), IndexerError> {
        self.take_over_if_finished()?;
        let patience = if self.has_unstored_numbers { self.hold_back } else { self.idle_commit };
        let is_stored = self.stored == self.positions && !self.has_unstored_numbers;
        if is_stored || self.stored_at.elapsed() < patience || self.background.is_some() {
            return Ok(());
        }
        let (folder, file, newer) = (self.folder.clone(), self.next_numbers_file(), self.reader.newer().all());
        self.has_unstored_numbers = false;
        self.start_in_background(move || {
            numbers_file::write(&folder, &file, &newer)?;
            Ok(Done::Stored(file))
        })
    }

    /// Stores numbers, positions and when these were read, and waits for it.
    pub(crate) fn store_now(&mut self) -> Result<(), IndexerError> {
        self.finish_background()?;
        let is_stored = self.stored == self.positions && self.stored_read_at == self.read_at;
        if is_stored && !self.has_unstored_numbers {
            return Ok(());
        }
        let file = self.next_numbers_file();
        numbers_file::write(&self.folder, &file, &self.reader.newer().all())?;
        self.has_unstored_numbers = false;
        self.remember_file(file);
        Ok(())
    }

    /// Writes the entries of these products anew and shows them.
    fn commit(&mut self, changes: &[&Change], now: DateTime<Utc>) -> Result<(), IndexerError> {
        self.finish_background()?;
        let (complete, read_at) = if self.has_unstored_numbers {
            (&self.stored, self.stored_read_at)
        } else {
            (&self.positions, self.read_at)
        };
        let reached = Reached { positions: complete.clone(), read_at, numbers_file: self.numbers_file };
        {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            entries::write_changes(&mut writer, self.reader.fields(), changes, now)?;
            self.commit = engine::commit(&mut writer, &reached)?;
        }
        let newer = self.reader.newer();
        let numbers = changes.iter().filter_map(|change| Some((change.sku.clone(), newer.get(change.sku.as_str())?)));
        self.show_commit(numbers.collect())?;
        if !self.has_unstored_numbers {
            self.stored = reached.positions;
            self.stored_read_at = read_at;
            self.stored_at = Instant::now();
        } else if changes.iter().any(|change| change.product.is_none()) {
            self.store_now()?;
        }
        Ok(())
    }

    fn write_into_entries_if_too_many(&mut self, now: DateTime<Utc>) -> Result<(), IndexerError> {
        if self.reader.newer().len() >= self.most_held_back.saturating_mul(2) {
            // The memory is used up: the stream has to wait.
            self.finish_background()?;
            self.forget_outdated();
        }
        if self.background.is_some() || self.reader.newer().len() < self.most_held_back {
            return Ok(());
        }
        self.start_writing_into_entries(now)
    }

    fn start_writing_into_entries(&mut self, now: DateTime<Utc>) -> Result<(), IndexerError> {
        let (writer, snapshot, newer) = (Arc::clone(&self.writer), self.reader.snapshot(), self.reader.newer().all());
        let (positions, read_at) = (self.stored.clone(), self.stored_read_at);
        let reached = Reached { positions, read_at, numbers_file: self.numbers_file };
        self.start_in_background(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            for (sku, newer) in &newer {
                entries::write_newer(&mut writer, &snapshot, sku, newer, now)?;
            }
            let commit = engine::commit(&mut writer, &reached)?;
            Ok(Done::WrittenIntoEntries(newer, commit))
        })
    }

    fn start_in_background(
        &mut self,
        work: impl FnOnce() -> Result<Done, IndexerError> + Send + 'static,
    ) -> Result<(), IndexerError> {
        let thread = std::thread::Builder::new().name("index-writing".to_owned()).spawn(work);
        self.background = Some(thread.map_err(IndexerError::folder(&self.folder))?);
        Ok(())
    }

    fn take_over_if_finished(&mut self) -> Result<(), IndexerError> {
        if self.background.as_ref().is_some_and(JoinHandle::is_finished) { self.finish_background() } else { Ok(()) }
    }

    /// Waits for what goes on in the background, and takes over what it did.
    fn finish_background(&mut self) -> Result<(), IndexerError> {
        let Some(running) = self.background.take() else { return Ok(()) };
        match running.join().map_err(|_| IndexerError::Closed)? {
            Ok(Done::Stored(file)) => self.remember_file(file),
            Ok(Done::WrittenIntoEntries(numbers, commit)) => {
                self.commit = commit;
                self.show_commit(numbers)?;
                // The file holds them still: it is written once more, without them.
                self.has_unstored_numbers = true;
            }
            // The file is as it was, and what it was to hold is still in memory: it is tried again later.
            Err(error @ IndexerError::Numbers { .. }) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "numbers could not be stored, trying again later");
                self.has_unstored_numbers = true;
                self.stored_at = Instant::now();
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Shows the last commit, whose entries have made these numbers outdated.
    fn show_commit(&mut self, numbers: Vec<(Sku, Arc<NewerProduct>)>) -> Result<(), IndexerError> {
        let snapshot = Arc::downgrade(&self.reader.snapshot());
        self.reader.reload()?;
        self.outdated.push(Outdated { snapshot, numbers });
        Ok(())
    }

    fn next_numbers_file(&self) -> NumbersFile {
        NumbersFile {
            number: self.numbers_file + 1,
            commit: self.commit,
            positions: self.positions.clone(),
            read_at: self.read_at,
        }
    }

    fn remember_file(&mut self, file: NumbersFile) {
        self.numbers_file = file.number;
        self.stored = file.positions;
        self.stored_read_at = file.read_at;
        self.stored_at = Instant::now();
    }

    fn forget_outdated(&mut self) {
        let newer = self.reader.newer();
        self.outdated.retain(|outdated| {
            let is_read = outdated.snapshot.strong_count() > 0;
            if !is_read {
                newer.remove_same(&outdated.numbers);
            }
            is_read
        });
    }

    /// The file may hold products whose entries were written or deleted after it.
    fn forget_numbers_of_entries(&self) {
        let snapshot = self.reader.snapshot();
        let mut numbers = self.reader.newer().all();
        numbers.retain(|(sku, newer)| !snapshot.shows(sku, newer));
        self.reader.newer().remove_same(&numbers);
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

/// What goes on in the background must not write into a folder that another writer has opened.
impl Drop for GenerationWriter {
    fn drop(&mut self) {
        if let Some(running) = self.background.take() {
            let _ended = running.join();
        }
    }
}
