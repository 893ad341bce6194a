//! The errors of this crate. Each message says what to install or do.

use std::{io, path::Path, path::PathBuf, time::Duration};

use coheron_core::retry::RetryClass;
use testcontainers::compose::ComposeError;

use crate::request::ProviderKind;

#[derive(Debug, thiserror::Error)]
pub enum InfrastructureError {
    #[error("another process already uses the data folder {}: stop it first (`coheron dev down`)", data_dir.display())]
    DataFolderInUse { data_dir: PathBuf },

    #[error(
        "{missing} is missing: only {given} is set; set both to use servers that run already, or neither to have \
         private ones started"
    )]
    AddressMissing { missing: &'static str, given: &'static str },

    #[error("port {port}, asked for {service}, is taken by another program: stop that program or choose another port")]
    PortTaken { service: &'static str, port: u16 },

    #[error("no free port was found on 127.0.0.1 for {service}")]
    NoFreePort { service: &'static str },

    #[error(
        "PostgreSQL 15 or newer was not found ({found}): install it (Debian and Ubuntu: `apt-get install postgresql`, \
         macOS: `brew install postgresql@17`), or set DATABASE_URL and KAFKA_BROKERS to servers that run"
    )]
    PostgresMissing { found: String },

    #[error(
        "the data in {} belongs to PostgreSQL {version}, which is not installed: install that version or start over \
         with `--fresh`", cluster.display()
    )]
    PostgresVersionMissing { cluster: PathBuf, version: u32 },

    #[error(
        "PostgreSQL refuses to run as root and the system has no user `postgres`: install the distribution's \
         PostgreSQL package, or run as an ordinary user"
    )]
    PostgresUserMissing,

    #[error(
        "Java 17 or newer was not found ({found}): install it (Debian and Ubuntu: `apt-get install \
         default-jre-headless`, macOS: `brew install openjdk`)"
    )]
    JavaMissing { found: String },

    #[error(
        "Apache Maven (`mvn`), which fetches Apache Kafka once, was not found: install it (Debian and Ubuntu: \
         `apt-get install maven`, macOS: `brew install maven`)"
    )]
    MavenMissing,

    #[error("{purpose} failed: `{program}` {outcome}\n{output}")]
    ToolFailed { program: String, purpose: &'static str, outcome: String, output: String },

    #[error("{service} ended while it started ({outcome}); the end of its log {}:\n{log_end}", log.display())]
    EndedAtStart { service: &'static str, outcome: String, log: PathBuf, log_end: String },

    #[error("{service} did not answer within {} s; the end of its log {}:\n{log_end}", waited.as_secs(), log.display())]
    NotReady { service: &'static str, waited: Duration, log: PathBuf, log_end: String },

    #[error("{service} at {address} does not answer: {reason}; check that it runs and that {setting} is right")]
    ExternalUnreachable { service: &'static str, address: String, reason: String, setting: &'static str },

    #[error("the Docker provider failed: see that `docker compose version` and `docker info` work")]
    Docker(#[source] ComposeError),

    #[error("the Docker provider lacks the service `{service}`")]
    DockerServiceMissing { service: &'static str },

    #[error("{action} is not possible with the {provider} provider")]
    Unsupported { action: &'static str, provider: ProviderKind },

    #[error("could not {action} {}", path.display())]
    Files {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl InfrastructureError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::NotReady { .. } | Self::ExternalUnreachable { .. } | Self::DataFolderInUse { .. } => {
                RetryClass::Transient
            }
            Self::AddressMissing { .. }
            | Self::PortTaken { .. }
            | Self::NoFreePort { .. }
            | Self::PostgresMissing { .. }
            | Self::PostgresVersionMissing { .. }
            | Self::PostgresUserMissing
            | Self::JavaMissing { .. }
            | Self::MavenMissing
            | Self::ToolFailed { .. }
            | Self::EndedAtStart { .. }
            | Self::Docker(_)
            | Self::DockerServiceMissing { .. }
            | Self::Unsupported { .. }
            | Self::Files { .. } => RetryClass::Fatal,
        }
    }

    /// For `map_err` on file operations.
    pub(crate) fn files(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Files { action, path, source }
    }
}
