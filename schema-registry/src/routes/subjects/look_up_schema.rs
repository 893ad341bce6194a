//! `POST /subjects/{subject}`

use axum::extract::State;
use coheron_store::schema_registry;
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{PostedSchema, RegistryJson, Subject};
use crate::registration::find_same;

/// Under which version the subject has the posted schema.
pub async fn look_up_schema(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
    posted: PostedSchema,
) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    if versions.is_empty() {
        return Err(RegistryError::UnknownSubject(subject));
    }
    let version = find_same(&posted.canonical, &versions).ok_or(RegistryError::UnknownSchema)?;
    Ok(RegistryJson(json!({
        "subject": version.subject,
        "version": version.version,
        "id": version.schema_id,
        "schema": version.schema,
    })))
}
