//! `POST /subjects/{subject}/versions`

use axum::extract::State;
use coheron_store::schema_registry;
use serde_json::json;

use crate::RegistryState;
use crate::error::RegistryError;
use crate::extract::{PostedSchema, RegistryJson, Subject};
use crate::levels::level_in_force;
use crate::registration::{Decision, decide, find_same};

/// Gives the id of the schema, which becomes the subject's newest version unless the subject has it already.
pub async fn register_schema(
    State(state): State<RegistryState>,
    Subject(subject): Subject,
    posted: PostedSchema,
) -> Result<RegistryJson, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    // Every producer registers when it starts, nearly always what is known: that needs no lock.
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    if let Some(known) = find_same(&posted.canonical, &versions) {
        return Ok(answer(known.schema_id));
    }
    // From here on one registration at a time: a check is only worth something while no other version can slip in.
    schema_registry::lock(&mut transaction).await?;
    let versions = schema_registry::versions(&mut transaction, &subject).await?;
    let level = level_in_force(&mut transaction, &subject).await?;
    match decide(level, &posted.canonical, &versions) {
        Decision::Known(known) => Ok(answer(known.schema_id)),
        Decision::Refused(problems) => Err(RegistryError::Incompatible(problems)),
        Decision::Join => {
            let mut fingerprint = [0_u8; 32];
            hex::decode_to_slice(&posted.canonical.fingerprint, &mut fingerprint)
                .map_err(|error| RegistryError::InvalidSchema(error.to_string()))?;
            let (schema_id, version) =
                schema_registry::register(&mut transaction, &subject, &fingerprint, &posted.text).await?;
            transaction.commit().await.map_err(coheron_store::StoreError::from)?;
            tracing::info!(subject, version, schema_id, "a schema was registered");
            Ok(answer(schema_id))
        }
    }
}

fn answer(schema_id: i32) -> RegistryJson {
    RegistryJson(json!({"id": schema_id}))
}
