//! Kafka's classes as the running broker had them in memory, kept in a file. A broker that maps this file instead of
//! loading and checking thousands of classes starts in half the time. The file is written once per cache folder and
//! Java version, at the end of a short first run in a folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nix::sys::signal::Signal;

use super::{KafkaServer, artefacts};
use crate::{
    error::InfrastructureError, local::stable_hash, ports::choose_ports, process::ServerIdentity, request::Progress,
    tools::ask,
};

/// What a run of Java does with the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClassArchive {
    Absent,
    Use(PathBuf),
    WriteAtExit(PathBuf),
}

impl ClassArchive {
    /// Java ignores an archive that does not fit, so that using one is never an error.
    pub fn argument(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Use(file) => Some(format!("-XX:SharedArchiveFile={}", file.display())),
            Self::WriteAtExit(file) => Some(format!("-XX:ArchiveClassesAtExit={}", file.display())),
        }
    }
}

/// The archive for these jars. Without one the broker only starts more slowly, so a failure is logged and no more.
pub async fn open_or_create(jars: &Path, cache_dir: &Path, progress: Progress<'_>) -> ClassArchive {
    let java = ask("java", &["-version"]).await.unwrap_or_default();
    let file = jars.join(format!("classes-{:016x}.jsa", stable_hash(java.as_bytes())));
    if file.exists() {
        return ClassArchive::Use(file);
    }
    progress("preparing Kafka's classes for fast starts (once)");
    match create(jars, cache_dir, &file).await {
        Ok(()) => ClassArchive::Use(file),
        Err(error) => {
            tracing::warn!(%error, "Kafka's class archive could not be written");
            ClassArchive::Absent
        }
    }
}

/// Java writes the archive when it ends, under another name first: an archive that exists is complete. The jars must
/// lie where they will be used, since the archive remembers their paths.
async fn create(jars: &Path, cache_dir: &Path, file: &Path) -> Result<(), InfrastructureError> {
    let _lock = artefacts::lock(cache_dir).await?;
    if file.exists() {
        return Ok(());
    }
    let scratch = tempfile::Builder::new()
        .prefix("kafka-first-run-")
        .tempdir_in(cache_dir)
        .map_err(InfrastructureError::files("create a folder in", cache_dir))?;
    let home = scratch.path().to_path_buf();
    let draft = home.join("classes.jsa");
    let ports = choose_ports(&home.join("ports.json"), None, None)?;
    let identity = ServerIdentity {
        service: "Kafka (first run)",
        record: home.join("kafka.json"),
        marker: home.join("server.properties").display().to_string(),
        stop_signal: Signal::SIGTERM,
        log: home.join("kafka.log"),
    };
    let mut server = KafkaServer {
        jars: jars.to_path_buf(),
        home,
        class_archive: ClassArchive::WriteAtExit(draft.clone()),
        identity,
        port: ports.kafka,
        process: None,
    };
    server.write_files(&ports)?;
    server.format().await?;
    server.start_process().await?;
    server.stop().await?;
    fs::rename(&draft, file).map_err(InfrastructureError::files("write", file))
}
