//! Where everything of one data folder lies.
//!
//! ```text
//! <data folder>/
//!   lock  ports.json  servers.json  postgres-password
//!   logs/        output of both servers
//!   run/         pids of running servers
//!   docker/      the compose file and the password of its volumes
//!   kafka/       settings and records of the broker
//!   postgres/    cluster and socket; elsewhere when we are root, see `postgres_home`
//! ```

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use nix::{
    sys::signal::Signal,
    unistd::{User, geteuid},
};

use crate::{error::InfrastructureError, process::ServerIdentity};

/// Clusters of root's data folders. Not in a temporary folder, which some systems sweep.
pub const ROOT_CLUSTERS: &str = "/var/lib/coheron";

/// In a cluster's folder under `ROOT_CLUSTERS`: the data folder that it belongs to.
pub const OWNER_FILE: &str = "data-folder";

/// The paths of one data folder.
#[derive(Debug, Clone)]
pub struct Layout {
    data_dir: PathBuf,
}

impl Layout {
    /// Creates the folders that are missing. The data folder is made absolute: it identifies the servers.
    pub fn create(data_dir: &Path) -> Result<Self, InfrastructureError> {
        fs::create_dir_all(data_dir).map_err(InfrastructureError::files("create", data_dir))?;
        let layout = Self::of_existing(data_dir)?;
        for folder in [layout.logs(), layout.run(), layout.kafka()] {
            fs::create_dir_all(&folder).map_err(InfrastructureError::files("create", &folder))?;
        }
        Ok(layout)
    }

    pub fn of_existing(data_dir: &Path) -> Result<Self, InfrastructureError> {
        let data_dir = fs::canonicalize(data_dir).map_err(InfrastructureError::files("open", data_dir))?;
        Ok(Self { data_dir })
    }

    /// One running set of servers per data folder. The system releases the lock when its holder ends.
    pub fn lock(&self) -> Result<File, InfrastructureError> {
        let path = self.data_dir.join("lock");
        let file = File::create(&path).map_err(InfrastructureError::files("create", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                Err(InfrastructureError::DataFolderInUse { data_dir: self.data_dir.clone() })
            }
            Err(TryLockError::Error(error)) => Err(InfrastructureError::files("lock", &path)(error)),
        }
    }

    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    pub fn ports_file(&self) -> PathBuf {
        self.data_dir.join("ports.json")
    }

    pub fn servers_file(&self) -> PathBuf {
        self.data_dir.join("servers.json")
    }

    pub fn password_file(&self) -> PathBuf {
        self.data_dir.join("postgres-password")
    }

    pub fn logs(&self) -> PathBuf {
        self.data_dir.join("logs")
    }

    pub fn docker(&self) -> PathBuf {
        self.data_dir.join("docker")
    }

    pub fn kafka(&self) -> PathBuf {
        self.data_dir.join("kafka")
    }

    /// Where the cluster lives. Under root it is owned by the system's `postgres` user, who cannot enter root's
    /// folders: it lies under `ROOT_CLUSTERS` then, named after the data folder.
    pub fn postgres_home(&self) -> PathBuf {
        if !geteuid().is_root() {
            return self.data_dir.join("postgres");
        }
        let name = format!("{:016x}", stable_hash(self.data_dir.as_os_str().as_encoded_bytes()));
        Path::new(ROOT_CLUSTERS).join(name)
    }

    pub fn postgres_identity(&self) -> ServerIdentity {
        ServerIdentity {
            service: "Postgres",
            record: self.run().join("postgres.json"),
            marker: self.postgres_home().join("cluster").display().to_string(),
            // A fast shutdown: open transactions are rolled back, data is written, clients are not waited for.
            stop_signal: Signal::SIGINT,
            log: self.logs().join("postgres.log"),
        }
    }

    pub fn kafka_identity(&self) -> ServerIdentity {
        ServerIdentity {
            service: "Kafka",
            record: self.run().join("kafka.json"),
            marker: self.kafka().join("server.properties").display().to_string(),
            stop_signal: Signal::SIGTERM,
            log: self.logs().join("kafka.log"),
        }
    }

    fn run(&self) -> PathBuf {
        self.data_dir.join("run")
    }
}

/// Creates a folder that only its owner can enter, or checks that an existing one is such. A link or a folder of
/// somebody else is refused.
pub fn create_private_folder(path: &Path, owner: Option<&User>) -> Result<(), InfrastructureError> {
    let owner_id = owner.map_or_else(|| geteuid().as_raw(), |user| user.uid.as_raw());
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() && metadata.uid() == owner_id => return Ok(()),
        Ok(_) => {
            let foreign = std::io::Error::other("it exists and belongs to somebody else");
            return Err(InfrastructureError::files("use the folder", path)(foreign));
        }
        Err(_) => {}
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(InfrastructureError::files("create", parent))?;
    }
    DirBuilder::new().mode(0o700).create(path).map_err(InfrastructureError::files("create", path))?;
    give_to(path, owner)
}

/// A file that only its owner can read, from the moment it exists.
pub fn write_private_file(path: &Path, text: &str, owner: Option<&User>) -> Result<(), InfrastructureError> {
    let draft = path.with_extension("draft");
    fs::write(&draft, "").map_err(InfrastructureError::files("write", &draft))?;
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o600))
        .map_err(InfrastructureError::files("protect", &draft))?;
    fs::write(&draft, text).map_err(InfrastructureError::files("write", &draft))?;
    give_to(&draft, owner)?;
    fs::rename(&draft, path).map_err(InfrastructureError::files("write", path))
}

/// FNV-1a: names must be the same in every build, which the standard library's hasher does not promise.
pub fn stable_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn give_to(path: &Path, owner: Option<&User>) -> Result<(), InfrastructureError> {
    let Some(user) = owner else { return Ok(()) };
    std::os::unix::fs::chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
        .map_err(InfrastructureError::files("give away", path))
}
