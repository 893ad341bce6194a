//! `GET` and `PUT /config`

use axum::extract::State;

use super::{LevelBody, level_answer, store_level};
use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{RegistryBody, RegistryJson};
use crate::levels::{GLOBAL, level_in_force};

/// The level of all subjects without their own.
pub async fn get_level(State(state): State<RegistryState>) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    level_in_force(&mut transaction, GLOBAL).await.map(level_answer)
}

pub async fn set_level(
    State(state): State<RegistryState>,
    RegistryBody(body): RegistryBody<LevelBody>,
) -> Result<RegistryJson, RegistryError> {
    store_level(&state, GLOBAL, &body).await
}
