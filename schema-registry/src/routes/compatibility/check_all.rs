//! `POST /compatibility/subjects/{subject}/versions`

use axum::extract::State;
use coheron_store::schema_registry;

use super::answer;
use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{PostedSchema, RegistryJson, Subject, Switches};
use crate::levels::level_in_force;

/// Whether the schema could be registered now.
pub async fn check_all(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
    switches: Switches,
    posted: PostedSchema,
) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    let level = level_in_force(&mut transaction, &subject).await?;
    Ok(answer(level, &posted, &versions, &switches))
}
