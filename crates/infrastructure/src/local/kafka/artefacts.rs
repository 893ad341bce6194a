//! Fetches Apache Kafka once per cache folder, with Maven.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::{
    error::InfrastructureError,
    request::Progress,
    tools::{ask, last_lines},
};

/// As in `deploy/kafka/pom.xml`, which a test compares.
pub const KAFKA_VERSION: &str = "4.3.0";

/// Part of the program, so that it works without a checkout.
const POM: &str = include_str!("../../../../../deploy/kafka/pom.xml");

/// A line about every so many fetched files.
const REPORT_EVERY: usize = 20;

/// The folder of the jars, filled when it was not. Two processes at the same time: the second waits for the first.
pub async fn fetch(cache_dir: &Path, progress: Progress<'_>) -> Result<PathBuf, InfrastructureError> {
    let folder = artefacts_folder(cache_dir);
    if artefacts_present(cache_dir) {
        return Ok(folder);
    }
    if ask("mvn", &["-v"]).await.is_none() {
        return Err(InfrastructureError::MavenMissing);
    }
    fs::create_dir_all(cache_dir).map_err(InfrastructureError::files("create", cache_dir))?;
    let lock = lock(cache_dir).await?;
    if artefacts_present(cache_dir) {
        return Ok(folder);
    }
    progress(&format!("fetching Apache Kafka {KAFKA_VERSION} (44 MB, once)"));
    let draft = tempfile::Builder::new()
        .prefix("kafka-draft-")
        .tempdir_in(cache_dir)
        .map_err(InfrastructureError::files("create a folder in", cache_dir))?;
    let pom = draft.path().join("pom.xml");
    fs::write(&pom, POM).map_err(InfrastructureError::files("write", &pom))?;
    copy_dependencies(&pom, draft.path(), progress).await?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(InfrastructureError::files("remove", &folder))?;
    }
    fs::rename(draft.keep(), &folder).map_err(InfrastructureError::files("create", &folder))?;
    drop(lock);
    Ok(folder)
}

pub fn artefacts_folder(cache_dir: &Path) -> PathBuf {
    cache_dir.join(format!("kafka-{KAFKA_VERSION}"))
}

/// The folder gets its name only when it is complete; another pom means other jars.
pub fn artefacts_present(cache_dir: &Path) -> bool {
    fs::read_to_string(artefacts_folder(cache_dir).join("pom.xml")).is_ok_and(|pom| pom == POM)
}

async fn copy_dependencies(pom: &Path, folder: &Path, progress: Progress<'_>) -> Result<(), InfrastructureError> {
    let failed = |outcome: String, output: &str| InfrastructureError::ToolFailed {
        program: "mvn".to_owned(),
        purpose: "fetching Apache Kafka",
        outcome,
        output: last_lines(output),
    };
    let mut child = Command::new("mvn")
        .args(["--batch-mode", "dependency:copy-dependencies", "-DincludeScope=runtime", "-f"])
        .arg(pom)
        .arg(format!("-DoutputDirectory={}", folder.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(format!("could not be started ({error})"), ""))?;
    let mut printed = String::new();
    let mut fetched = 0;
    if let Some(output) = child.stdout.take() {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains("Downloaded from") {
                fetched += 1;
                if fetched % REPORT_EVERY == 0 {
                    progress(&format!("fetching Apache Kafka: {fetched} files so far"));
                }
                continue;
            }
            printed.push_str(&line);
            printed.push('\n');
        }
    }
    let status = child.wait().await.map_err(|error| failed(error.to_string(), &printed))?;
    if !status.success() {
        return Err(failed(format!("ended with {status}"), &printed));
    }
    Ok(())
}

/// Of several processes one fills the folder. Waiting for the lock blocks, so it happens on a thread of its own.
pub async fn lock(cache_dir: &Path) -> Result<File, InfrastructureError> {
    let path = cache_dir.join(format!("kafka-{KAFKA_VERSION}.lock"));
    let in_thread = path.clone();
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(&in_thread)?;
        file.lock()?;
        Ok::<File, io::Error>(file)
    });
    locked.await.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(InfrastructureError::files("lock", &path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_named_after_the_version_in_the_pom() {
        assert!(POM.contains(&format!("<kafka.version>{KAFKA_VERSION}</kafka.version>")));
    }

    #[test]
    fn jars_of_another_pom_are_not_taken_for_ours() {
        let cache = tempfile::tempdir().expect("a folder");
        let folder = artefacts_folder(cache.path());
        fs::create_dir(&folder).expect("a folder");
        assert!(!artefacts_present(cache.path()));
        fs::write(folder.join("pom.xml"), "<project/>").expect("a file");
        assert!(!artefacts_present(cache.path()));
        fs::write(folder.join("pom.xml"), POM).expect("a file");
        assert!(artefacts_present(cache.path()));
    }
}
