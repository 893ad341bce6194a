//! `GET`, `PUT` and `DELETE /config/{subject}`

use axum::extract::State;
use coheron_store::{StoreError, schema_registry};

use super::{LevelBody, level_answer, store_level};
use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{RegistryBody, RegistryJson, Subject, Switches};
use crate::levels::{level_in_force, level_set};

/// The subject's own level; with `defaultToGlobal=true` the one in force.
pub async fn get_level(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
    switches: Switches,
) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    if switches.falls_back_to_global() {
        return level_in_force(&mut transaction, &subject).await.map(level_answer);
    }
    let level = level_set(&mut transaction, &subject).await?;
    level.map(level_answer).ok_or(RegistryError::LevelNotSet(subject))
}

pub async fn set_level(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
    RegistryBody(body): RegistryBody<LevelBody>,
) -> Result<RegistryJson, RegistryError> {
    store_level(&state, &subject, &body).await
}

/// Lets the global level apply again; answers with the level that was set.
pub async fn clear_level(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    schema_registry::lock(&mut transaction).await?;
    let level = level_set(&mut transaction, &subject).await?;
    let Some(level) = level else { return Err(RegistryError::LevelNotSet(subject)) };
    schema_registry::clear_level(&mut transaction, &subject).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(level_answer(level))
}
