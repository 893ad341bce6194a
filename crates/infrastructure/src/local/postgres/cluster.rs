//! The cluster on disk: created whole or not at all.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use nix::unistd::{User, geteuid};
use tokio::{io::AsyncWriteExt, process::Command};

use super::binaries::{PostgresBinaries, find_binaries};
use crate::{
    error::InfrastructureError,
    local::layout::{Layout, OWNER_FILE, create_private_folder, stable_hash, write_private_file},
    request::{Durability, Progress},
    tools::{last_lines, run},
};

/// The system limits the path of a socket to about 100 bytes; the name of the socket comes on top.
const LONGEST_SOCKET_FOLDER: usize = 80;

/// A cluster with the programs that run it.
#[derive(Debug)]
pub struct Cluster {
    pub folder: PathBuf,
    pub socket_folder: PathBuf,
    pub password: String,
    pub binaries: PostgresBinaries,
    /// Who owns and runs it, when that is not ourselves.
    user: Option<User>,
}

impl Cluster {
    pub async fn open_or_create(
        layout: &Layout,
        durability: Durability,
        progress: Progress<'_>,
    ) -> Result<Self, InfrastructureError> {
        let user = system_user()?;
        let home = layout.postgres_home();
        let folder = home.join("cluster");
        if !layout.password_file().exists() && folder.exists() {
            // The data folder was deleted and made anew: this cluster belongs to the old one, and nobody can log in.
            fs::remove_dir_all(&folder).map_err(InfrastructureError::files("remove", &folder))?;
        }
        create_private_folder(&home, user.as_ref())?;
        let owner_file = home.join(OWNER_FILE);
        fs::write(&owner_file, layout.data_dir().as_os_str().as_encoded_bytes())
            .map_err(InfrastructureError::files("write", &owner_file))?;
        let socket_folder = socket_folder(&home);
        create_private_folder(&socket_folder, user.as_ref())?;

        let existing_version = read_version(&folder);
        let binaries = match (existing_version, find_binaries(existing_version).await) {
            (Some(version), Err(InfrastructureError::PostgresMissing { .. })) => {
                return Err(InfrastructureError::PostgresVersionMissing { cluster: folder, version });
            }
            (_, found) => found?,
        };
        let password = read_or_create_password(&layout.password_file())?;
        let cluster = Self { folder, socket_folder, password, binaries, user };
        if existing_version.is_none() {
            progress("creating the Postgres cluster");
            cluster.create(&home, durability).await?;
        }
        Ok(cluster)
    }

    /// One of Postgres's programs, run by the cluster's owner in a folder that every user can enter.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.folder.join(program));
        command.current_dir("/").env_remove("PGDATA").env_remove("PGPORT").env("LC_ALL", "C");
        if let Some(user) = &self.user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw()).env("HOME", "/").env("USER", &user.name);
        }
        command
    }

    /// Under another name first: a cluster that exists is complete.
    async fn create(&self, home: &Path, durability: Durability) -> Result<(), InfrastructureError> {
        let draft = home.join("cluster.draft");
        if draft.exists() {
            fs::remove_dir_all(&draft).map_err(InfrastructureError::files("remove", &draft))?;
        }
        let password_copy = home.join("password");
        write_private_file(&password_copy, &self.password, self.user.as_ref())?;
        let initialised = self.initialise(&draft, &password_copy, durability).await;
        fs::remove_file(&password_copy).map_err(InfrastructureError::files("remove", &password_copy))?;
        initialised?;
        self.create_database(&draft).await?;
        fs::rename(&draft, &self.folder).map_err(InfrastructureError::files("rename", &draft))
    }

    async fn initialise(
        &self,
        draft: &Path,
        password_file: &Path,
        durability: Durability,
    ) -> Result<(), InfrastructureError> {
        // Bytewise order is fast and the same everywhere; letters of all languages still have their upper case.
        let letters = if cfg!(target_os = "macos") { "UTF-8" } else { "C.UTF-8" };
        let mut command = self.command("initdb");
        command.env_remove("LC_ALL").args(["--username=coheron", "--auth=scram-sha-256", "--encoding=UTF8"]);
        command.args(["--locale=C", &format!("--lc-ctype={letters}")]);
        command.arg("--pwfile").arg(password_file).arg("--pgdata").arg(draft);
        if durability == Durability::Disposable {
            command.arg("--no-sync");
        }
        run(&mut command, "creating the Postgres cluster").await.map(drop)
    }

    /// In single-user mode, which needs neither a port nor a client program.
    async fn create_database(&self, draft: &Path) -> Result<(), InfrastructureError> {
        let failed = |outcome: String, output: String| InfrastructureError::ToolFailed {
            program: "postgres --single".to_owned(),
            purpose: "creating the database",
            outcome,
            output,
        };
        let mut command = self.command("postgres");
        command.arg("--single").arg("-D").arg(draft).args(["-c", "exit_on_error=on", "postgres"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(format!("could not be started ({error})"), String::new()))?;
        if let Some(mut input) = child.stdin.take() {
            let written = input.write_all(b"CREATE DATABASE coheron;\n").await;
            written.map_err(|error| failed(format!("does not read ({error})"), String::new()))?;
        }
        let output = child.wait_with_output().await.map_err(|error| failed(error.to_string(), String::new()))?;
        if !output.status.success() {
            let text = last_lines(&String::from_utf8_lossy(&output.stderr));
            return Err(failed(format!("ended with {}", output.status), text));
        }
        Ok(())
    }
}

/// Under root, Postgres runs as the system's `postgres` user; otherwise as ourselves.
pub fn system_user() -> Result<Option<User>, InfrastructureError> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    match User::from_name("postgres") {
        Ok(Some(user)) => Ok(Some(user)),
        Ok(None) | Err(_) => Err(InfrastructureError::PostgresUserMissing),
    }
}

/// 32 random letters and digits, kept where only we can read them.
pub fn read_or_create_password(file: &Path) -> Result<String, InfrastructureError> {
    if let Ok(password) = fs::read_to_string(file) {
        return Ok(password);
    }
    let password = uuid::Uuid::from_bytes(rand::random()).simple().to_string();
    write_private_file(file, &password, None)?;
    Ok(password)
}

fn read_version(cluster: &Path) -> Option<u32> {
    fs::read_to_string(cluster.join("PG_VERSION")).ok()?.trim().parse().ok()
}

fn socket_folder(home: &Path) -> PathBuf {
    let beside_the_cluster = home.join("socket");
    if beside_the_cluster.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return beside_the_cluster;
    }
    std::env::temp_dir().join(format!("coheron-{:016x}", stable_hash(home.as_os_str().as_encoded_bytes())))
}
