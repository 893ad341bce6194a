//! `GET /schemas/ids/{id}`

use axum::extract::State;
use coheron_store::schema_registry;
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{RegistryJson, SchemaId};

pub async fn get_schema(
    State(state): State<RegistryState>,
    SchemaId(id): SchemaId,
) -> Result<RegistryJson, RegistryError> {
    let schema = schema_registry::schema_by_id(&state.database, id).await?.ok_or(RegistryError::UnknownSchema)?;
    Ok(RegistryJson(json!({"schema": schema})))
}
