//! Compatibility levels.

pub mod global;
pub mod subject;

use coheron_schemas::compatibility::Compatibility;
use coheron_store::{StoreError, schema_registry};
use serde::Deserialize;
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::RegistryJson;

#[derive(Deserialize)]
pub struct LevelBody {
    compatibility: String,
}

async fn store_level(state: &RegistryState, name: &str, body: &LevelBody) -> Result<RegistryJson, RegistryError> {
    let level: Compatibility = body.compatibility.parse().map_err(|_| RegistryError::InvalidLevel)?;
    let mut transaction = state.database.begin_pipeline().await?;
    // A level must not change between another request's check and its insert.
    schema_registry::lock(&mut transaction).await?;
    schema_registry::set_level(&mut transaction, name, level.name()).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(RegistryJson(json!({"compatibility": level.name()})))
}

fn level_answer(level: Compatibility) -> RegistryJson {
    RegistryJson(json!({"compatibilityLevel": level.name()}))
}
