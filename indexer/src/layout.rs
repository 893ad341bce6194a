//! Where indexes lie: `<dir>/<site>/<generation>/`, with `<dir>/<site>/CURRENT` naming the generation that serves and
//! `<dir>/SITES` naming every site, so that a lost folder is noticed. `<dir>/FIRST_READING` stands until the writer knows
//! every site that the topic has: before that, a site that is not here may have products all the same.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use coheron_core::ids::SiteId;
use uuid::Uuid;

use crate::error::IndexerError;
use crate::relaxed_directory::replace_file;

const CURRENT: &str = "CURRENT";
const SITES: &str = "SITES";
const FIRST_READING: &str = "FIRST_READING";

#[derive(Debug, Clone)]
pub(crate) struct Layout {
    dir: PathBuf,
}

impl Layout {
    pub(crate) fn open(dir: &Path) -> Result<Self, IndexerError> {
        std::fs::create_dir_all(dir).map_err(IndexerError::folder(dir))?;
        Ok(Self { dir: dir.to_path_buf() })
    }

    /// Every site that ever had an index here.
    pub(crate) fn sites(&self) -> Result<BTreeSet<SiteId>, IndexerError> {
        let mut sites = self.remembered_sites();
        let entries = std::fs::read_dir(&self.dir).map_err(IndexerError::folder(&self.dir))?;
        let folders = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<SiteId>().ok());
        sites.extend(folders);
        Ok(sites)
    }

    /// Those that have an index, or must get one again. One that is just being created may be missing.
    pub(crate) fn remembered_sites(&self) -> BTreeSet<SiteId> {
        let text = read_text(&self.dir.join(SITES)).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// Must be called before another index stores a position beyond the site's first record, and after `make_current`
    /// where there is something to serve: whoever finds a site here finds its index, or misses it.
    pub(crate) fn remember_site(&self, site_id: SiteId) -> Result<(), IndexerError> {
        let mut sites = self.sites()?;
        sites.insert(site_id);
        let text: String = sites.iter().map(|site| format!("{site}\n")).collect();
        let path = self.dir.join(SITES);
        replace_file(&path, text.as_bytes()).map_err(IndexerError::folder(path))
    }

    pub(crate) fn is_first_reading(&self) -> bool {
        self.dir.join(FIRST_READING).exists()
    }

    pub(crate) fn begin_first_reading(&self) -> Result<(), IndexerError> {
        let path = self.dir.join(FIRST_READING);
        replace_file(&path, b"").map_err(IndexerError::folder(path))
    }

    pub(crate) fn end_first_reading(&self) -> Result<(), IndexerError> {
        let path = self.dir.join(FIRST_READING);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(IndexerError::folder(path)(error)),
            _ => Ok(()),
        }
    }

    /// The folder of the generation that serves, where there is one.
    pub(crate) fn current(&self, site_id: SiteId) -> Option<PathBuf> {
        let name = read_text(&self.site(site_id).join(CURRENT))?;
        let generation: Uuid = name.trim().parse().ok()?;
        let folder = self.site(site_id).join(generation.to_string());
        folder.is_dir().then_some(folder)
    }

    pub(crate) fn create_generation(&self, site_id: SiteId) -> Result<PathBuf, IndexerError> {
        let folder = self.site(site_id).join(Uuid::now_v7().to_string());
        std::fs::create_dir_all(&folder).map_err(IndexerError::folder(&folder))?;
        Ok(folder)
    }

    /// Lets this generation serve. The others are removed; whoever still reads them keeps their mapped files.
    pub(crate) fn make_current(&self, site_id: SiteId, generation: &Path) -> Result<(), IndexerError> {
        let name = generation.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let path = self.site(site_id).join(CURRENT);
        replace_file(&path, name.as_bytes()).map_err(IndexerError::folder(path))?;
        self.remove_generations_except(site_id, &[generation]);
        Ok(())
    }

    pub(crate) fn remove_generations_except(&self, site_id: SiteId, kept: &[&Path]) {
        let Ok(entries) = std::fs::read_dir(self.site(site_id)) else { return };
        for folder in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
            if kept.contains(&folder.as_path()) {
                continue;
            }
            if let Err(error) = std::fs::remove_dir_all(&folder) {
                tracing::warn!(folder = %folder.display(), %error, "an old index generation could not be removed");
            }
        }
    }

    fn site(&self, site_id: SiteId) -> PathBuf {
        self.dir.join(site_id.to_string())
    }
}

fn read_text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_serves_once_it_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let layout = Layout::open(dir.path()).expect("a layout");
        let site_id = SiteId(Uuid::now_v7());
        let first = layout.create_generation(site_id).expect("a generation");
        assert_eq!(layout.current(site_id), None);
        layout.make_current(site_id, &first).expect("served");
        let second = layout.create_generation(site_id).expect("a generation");
        assert_eq!(layout.current(site_id), Some(first.clone()));
        layout.make_current(site_id, &second).expect("served");
        assert_eq!(layout.current(site_id), Some(second));
        assert!(!first.exists());
    }

    #[test]
    fn a_site_is_known_even_when_its_folder_is_lost() {
        let dir = tempfile::tempdir().expect("a folder");
        let layout = Layout::open(dir.path()).expect("a layout");
        let site_id = SiteId(Uuid::now_v7());
        layout.remember_site(site_id).expect("remembered");
        layout.create_generation(site_id).expect("a generation");
        std::fs::remove_dir_all(dir.path().join(site_id.to_string())).expect("removed");
        assert!(layout.sites().expect("sites").contains(&site_id));
    }

    #[test]
    fn a_first_reading_ends_once_and_may_end_without_a_beginning() {
        let dir = tempfile::tempdir().expect("a folder");
        let layout = Layout::open(dir.path()).expect("a layout");
        layout.end_first_reading().expect("nothing to end");
        layout.begin_first_reading().expect("begun");
        assert!(layout.is_first_reading());
        assert!(layout.sites().expect("sites").is_empty());
        layout.end_first_reading().expect("ended");
        assert!(!layout.is_first_reading());
    }
}
