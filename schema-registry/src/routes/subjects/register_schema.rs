//! `POST /subjects/{subject}/versions`

use axum::extract::State;
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{PostedSchema, RegistryJson, Subject};
use crate::registration::register_posted;

/// Gives the id of the schema, which becomes the subject's newest version unless the subject has it already.
pub async fn register_schema(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
    posted: PostedSchema,
) -> Result<RegistryJson, RegistryError> {
    let schema_id = register_posted(&state.database, &subject, &posted).await?;
    Ok(RegistryJson(json!({"id": schema_id})))
}
