//! What a caller asks for.

use std::{fmt, path::PathBuf};

/// Everything that decides which servers are started, and where their data lies.
#[derive(Debug, Clone)]
pub struct InfrastructureRequest {
    /// Data, logs and chosen ports. One running system per folder; a second run finds the same data.
    pub data_dir: PathBuf,
    /// Downloads that all data folders of a user share, such as `~/.cache/coheron`.
    pub cache_dir: PathBuf,
    pub durability: Durability,
    pub provider: ProviderChoice,
    /// `None` chooses a free port and remembers it; a given port that is taken is an error.
    pub postgres_port: Option<u16>,
    /// As `postgres_port`, for the port that Kafka clients use.
    pub kafka_port: Option<u16>,
}

/// Where downloads are kept for all data folders of a user: `$XDG_CACHE_HOME/coheron` or `$HOME/.cache/coheron`; none
/// where neither variable is set.
pub fn default_cache_dir() -> Option<PathBuf> {
    let of_user = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or(of_user)?;
    Some(caches.join("coheron"))
}

/// What a crash of the machine may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Committed data survives a power cut.
    Durable,
    /// Data may be lost with the machine (not with a killed process): for tests.
    Disposable,
}

/// Who provides the servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderChoice {
    /// Docker when an engine answers, else local.
    Automatic,
    /// Servers that run already; they are only checked.
    External {
        database_url: String,
        kafka_brokers: String,
    },
    Docker,
    Local,
}

/// Who provides the servers, after `Automatic` was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    External,
    Docker,
    Local,
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::External => "external",
            Self::Docker => "docker",
            Self::Local => "local",
        })
    }
}

/// Receives one line for each long step while servers start.
pub type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);
