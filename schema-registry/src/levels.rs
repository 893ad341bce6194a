//! The compatibility level in force.

use coheron_schemas::compatibility::Compatibility;
use coheron_store::{PipelineTransaction, schema_registry};

use crate::error::RegistryError;

/// Every earlier record must stay readable, and every reader of before must read what is new.
pub(crate) const DEFAULT_LEVEL: Compatibility = Compatibility::FullTransitive;

/// Under this name the store keeps the level of all subjects without their own.
pub(crate) const GLOBAL: &str = "";

/// The level of the subject, or else the global one.
pub(crate) async fn level_in_force(
    transaction: &mut PipelineTransaction,
    subject: &str,
) -> Result<Compatibility, RegistryError> {
    match level_set(transaction, subject).await? {
        Some(level) => Ok(level),
        None => Ok(level_set(transaction, GLOBAL).await?.unwrap_or(DEFAULT_LEVEL)),
    }
}

/// The level that was set under this name, if any. Only valid names are ever stored.
pub(crate) async fn level_set(
    transaction: &mut PipelineTransaction,
    subject: &str,
) -> Result<Option<Compatibility>, RegistryError> {
    let stored = schema_registry::level(transaction, subject).await?;
    Ok(stored.and_then(|name| name.parse().ok()))
}
