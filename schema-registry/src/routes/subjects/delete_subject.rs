//! `DELETE /subjects/{subject}`

use axum::extract::State;
use coheron_store::{StoreError, schema_registry};
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{RegistryJson, Subject, Switches};

/// Hides all versions of the subject; their schemas stay readable by id.
pub async fn delete_subject(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
    switches: Switches,
) -> Result<RegistryJson, RegistryError> {
    if switches.wants_permanent_deletion() {
        return Err(RegistryError::DeletionRefused);
    }
    let mut transaction = state.database.begin_pipeline().await?;
    schema_registry::lock(&mut transaction).await?;
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    if versions.is_empty() {
        return Err(RegistryError::UnknownSubject(subject));
    }
    let mut deleted = Vec::with_capacity(versions.len());
    for version in versions {
        schema_registry::delete_version(&mut transaction, &subject, version.version).await?;
        deleted.push(version.version);
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(RegistryJson(json!(deleted)))
}
