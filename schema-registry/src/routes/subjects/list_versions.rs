//! `GET /subjects/{subject}/versions`

use axum::extract::State;
use coheron_store::schema_registry;
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{RegistryJson, Subject};

pub async fn list_versions(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    if versions.is_empty() {
        return Err(RegistryError::UnknownSubject(subject));
    }
    let numbers: Vec<i32> = versions.iter().map(|version| version.version).collect();
    Ok(RegistryJson(json!(numbers)))
}
