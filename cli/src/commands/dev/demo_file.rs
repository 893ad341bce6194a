//! `demo.json`: how scripts reach the running demo shop.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Addresses and keys of the demo shop. Readable by its owner only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoFile {
    pub base_url: String,
    pub site_id: String,
    pub publishable_key: String,
    pub secret_key: String,
    pub database_url: String,
    pub kafka_brokers: String,
    pub schema_registry_url: String,
}

impl DemoFile {
    /// The file of an earlier run, where it can be read.
    pub fn read(path: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
    }

    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let write = || -> std::io::Result<()> {
            let mut options = fs::OpenOptions::new();
            let mut file = options.create(true).write(true).truncate(true).mode(0o600).open(path)?;
            file.write_all(serde_json::to_string_pretty(self)?.as_bytes())?;
            file.write_all(b"\n")
        };
        write().with_context(|| format!("cannot write {}", path.display()))
    }
}
