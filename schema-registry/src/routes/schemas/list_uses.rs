//! `GET /schemas/ids/{id}/versions`

use axum::extract::State;
use coheron_store::schema_registry;
use serde_json::{Value, json};

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{RegistryJson, SchemaId};

/// The subjects and versions that are this schema.
pub async fn list_uses(
    State(state): State<RegistryState>,
    SchemaId(id): SchemaId,
) -> Result<RegistryJson, RegistryError> {
    if schema_registry::schema_by_id(&state.database, id).await?.is_none() {
        return Err(RegistryError::UnknownSchema);
    }
    let uses = schema_registry::uses_of_schema(&state.database, id).await?;
    let listed: Vec<Value> =
        uses.into_iter().map(|use_of| json!({"subject": use_of.subject, "version": use_of.version})).collect();
    Ok(RegistryJson(json!(listed)))
}
