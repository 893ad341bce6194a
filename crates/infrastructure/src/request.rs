//! What a caller asks for.

use std::{fmt, path::PathBuf};

use crate::error::InfrastructureError;

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

impl InfrastructureRequest {
    /// Servers for tests, on any ports.
    pub fn disposable(data_dir: PathBuf, cache_dir: PathBuf, provider: ProviderChoice) -> Self {
        let durability = Durability::Disposable;
        Self { data_dir, cache_dir, durability, provider, postgres_port: None, kafka_port: None }
    }
}

impl ProviderChoice {
    /// Servers that are named, or what this machine offers where none are. One name alone is a mistake: private servers
    /// would hide it.
    pub fn from_addresses(
        database_url: Option<String>,
        kafka_brokers: Option<String>,
    ) -> Result<Self, InfrastructureError> {
        match (database_url, kafka_brokers) {
            (Some(database_url), Some(kafka_brokers)) => Ok(Self::External { database_url, kafka_brokers }),
            (None, None) => Ok(Self::Automatic),
            (None, Some(_)) => {
                Err(InfrastructureError::AddressMissing { missing: "DATABASE_URL", given: "KAFKA_BROKERS" })
            }
            (Some(_), None) => {
                Err(InfrastructureError::AddressMissing { missing: "KAFKA_BROKERS", given: "DATABASE_URL" })
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_together_or_not_at_all() {
        let (database, brokers) = ("postgres://me@localhost/shop".to_owned(), "localhost:9092".to_owned());
        let both = ProviderChoice::from_addresses(Some(database.clone()), Some(brokers.clone())).expect("servers");
        assert!(matches!(both, ProviderChoice::External { .. }), "{both:?}");
        assert_eq!(ProviderChoice::from_addresses(None, None).expect("servers"), ProviderChoice::Automatic);

        let no_broker = ProviderChoice::from_addresses(Some(database), None).expect_err("a broker is missing");
        assert!(no_broker.to_string().starts_with("KAFKA_BROKERS is missing"), "{no_broker}");
        let no_database = ProviderChoice::from_addresses(None, Some(brokers)).expect_err("a database is missing");
        assert!(no_database.to_string().starts_with("DATABASE_URL is missing"), "{no_database}");
    }
}
