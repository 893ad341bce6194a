//! Finds the installed Postgres.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{error::InfrastructureError, tools::ask};

const OLDEST_VERSION: u32 = 15;

/// Folders that hold one folder per installed version, and the path from there to the programs.
const VERSION_FOLDERS: &[(&str, &str)] = &[
    ("/usr/lib/postgresql", "bin"),
    ("/usr/lib64/pgsql", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ("/usr", "bin"),
];

/// One installed version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresBinaries {
    pub folder: PathBuf,
    pub major_version: u32,
}

/// The newest installed version, or exactly the wanted one: a cluster is readable by its own version only.
pub async fn find_binaries(wanted: Option<u32>) -> Result<PostgresBinaries, InfrastructureError> {
    let mut installed = Vec::new();
    for folder in candidate_folders().await {
        if let Some(major_version) = version_in(&folder).await {
            installed.push(PostgresBinaries { folder, major_version });
        }
    }
    let found = describe(&installed);
    installed
        .into_iter()
        .filter(|binaries| binaries.major_version >= OLDEST_VERSION)
        .filter(|binaries| wanted.is_none_or(|version| version == binaries.major_version))
        .max_by_key(|binaries| binaries.major_version)
        .ok_or(InfrastructureError::PostgresMissing { found })
}

async fn candidate_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(answer) = ask("pg_config", &["--bindir"]).await {
        folders.push(PathBuf::from(answer.trim()));
    }
    if let Some(path) = ask("sh", &["-c", "command -v postgres"]).await {
        // A link in the search path leads to the folder where the server's companions lie.
        folders.extend(fs::canonicalize(path.trim()).ok().and_then(|path| path.parent().map(Path::to_path_buf)));
    }
    for (base, programs) in VERSION_FOLDERS {
        let versions = fs::read_dir(base).into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join(programs)));
    }
    folders.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    folders.sort();
    folders.dedup();
    folders
}

async fn version_in(folder: &Path) -> Option<u32> {
    let program = folder.join("postgres");
    parse_version(&ask(program.to_str()?, &["--version"]).await?)
}

/// From `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)` or `postgres (PostgreSQL) 18beta1`.
fn parse_version(text: &str) -> Option<u32> {
    let number = text.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.find(|letter: char| !letter.is_ascii_digit()).map_or(number, |end| &number[..end]);
    digits.parse().ok()
}

fn describe(installed: &[PostgresBinaries]) -> String {
    if installed.is_empty() {
        return "no version is installed".to_owned();
    }
    let versions: Vec<String> =
        installed.iter().map(|found| format!("{} in {}", found.major_version, found.folder.display())).collect();
    versions.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_distributions_are_read() {
        assert_eq!(parse_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"), Some(15));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_version("something else"), None);
    }
}
