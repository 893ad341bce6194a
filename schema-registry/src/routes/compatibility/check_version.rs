//! `POST /compatibility/subjects/{subject}/versions/{version}`

use axum::extract::State;
use coheron_store::schema_registry;

use super::answer;
use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{PostedSchema, RegistryJson, SubjectAndVersion, Switches, VersionChoice};
use crate::levels::level_in_force;
use crate::registration::choose;

/// Whether the schema goes with one version, by the level in force.
pub async fn check_version(
    State(state): State<RegistryState>,
    SubjectAndVersion(subject, choice): SubjectAndVersion,
    switches: Switches,
    posted: PostedSchema,
) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    let level = level_in_force(&mut transaction, &subject).await?;
    // A first schema goes with the latest of nothing; clients ask that before their first registration.
    if versions.is_empty() && choice == VersionChoice::Latest {
        return Ok(answer(level, &posted, &[], &switches));
    }
    let version = choose(&subject, choice, &versions)?;
    Ok(answer(level, &posted, std::slice::from_ref(version), &switches))
}
