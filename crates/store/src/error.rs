//! The one error of this crate and what a caller may do about it.

use coheron_core::retry::RetryClass;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database does not answer as expected")]
    Database(#[from] sqlx::Error),
    #[error("the database schema could not be migrated")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the database address is not valid")]
    Address(#[source] sqlx::Error),
    #[error("a stored value does not have the shape this version expects")]
    Stored(#[from] serde_json::Error),
    #[error("{column} holds {value}, which this version does not know")]
    UnknownValue { column: &'static str, value: String },
}

impl StoreError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Database(error) => retry_class_of(error),
            Self::Migration(_) | Self::Address(_) | Self::Stored(_) | Self::UnknownValue { .. } => RetryClass::Fatal,
        }
    }

    pub(crate) fn unknown_value(column: &'static str, value: &str) -> Self {
        Self::UnknownValue { column, value: value.to_owned() }
    }
}

/// By SQLSTATE class (Postgres manual, appendix A): what the data caused is poison, what the moment caused is transient.
fn retry_class_of(error: &sqlx::Error) -> RetryClass {
    match error {
        sqlx::Error::Database(database) => match database.code().as_deref() {
            // Data exceptions and integrity violations repeat with the same input.
            Some(code) if code.starts_with("22") || code.starts_with("23") => RetryClass::Poison,
            // Program limits: a row or an index entry that is too large.
            Some(code) if code.starts_with("54") => RetryClass::Poison,
            // Rollbacks (serialisation, deadlock), resources, operator intervention, connection, system errors, and
            // a database that is starting or stopping.
            Some(code) if ["40", "53", "57", "08", "58", "55"].iter().any(|class| code.starts_with(class)) => {
                RetryClass::Transient
            }
            _ => RetryClass::Fatal,
        },
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_)
        | sqlx::Error::Tls(_) => RetryClass::Transient,
        _ => RetryClass::Fatal,
    }
}
