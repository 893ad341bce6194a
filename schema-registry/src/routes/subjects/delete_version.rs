//! `DELETE /subjects/{subject}/versions/{version}`

use axum::extract::State;
use coheron_store::{StoreError, schema_registry};
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{RegistryJson, SubjectAndVersion, Switches};
use crate::registration::choose;

/// Hides one version of the subject; its schema stays readable by id.
pub async fn delete_version(
    State(state): State<RegistryState>,
    SubjectAndVersion(subject, choice): SubjectAndVersion,
    switches: Switches,
) -> Result<RegistryJson, RegistryError> {
    if switches.wants_permanent_deletion() {
        return Err(RegistryError::DeletionRefused);
    }
    let mut transaction = state.database.begin_pipeline().await?;
    schema_registry::lock(&mut transaction).await?;
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    let number = choose(&subject, choice, &versions)?.version;
    schema_registry::delete_version(&mut transaction, &subject, number).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(RegistryJson(json!(number)))
}
