//! `GET /subjects`

use axum::extract::State;
use coheron_store::schema_registry;
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::RegistryJson;

pub async fn list_subjects(State(state): State<RegistryState>) -> Result<RegistryJson, RegistryError> {
    Ok(RegistryJson(json!(schema_registry::subjects(&state.database).await?)))
}
