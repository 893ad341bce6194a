//! `GET /subjects/{subject}/versions/{version}` and the bare schema below it

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use coheron_store::schema_registry::{self, SubjectVersion};
use serde_json::json;

use crate::RegistryState;
use crate::error::{CONTENT_TYPE_OF_REGISTRIES, RegistryError};
use crate::extract::{RegistryJson, SubjectAndVersion, VersionChoice};
use crate::registration::choose;

pub async fn get_version(
    State(state): State<RegistryState>,
    SubjectAndVersion(subject, choice): SubjectAndVersion,
) -> Result<RegistryJson, RegistryError> {
    let version = find(&state, &subject, choice).await?;
    Ok(RegistryJson(json!({
        "subject": version.subject,
        "version": version.version,
        "id": version.schema_id,
        "schema": version.schema,
    })))
}

pub async fn get_version_schema(
    State(state): State<RegistryState>,
    SubjectAndVersion(subject, choice): SubjectAndVersion,
) -> Result<Response, RegistryError> {
    let version = find(&state, &subject, choice).await?;
    Ok(([(CONTENT_TYPE, CONTENT_TYPE_OF_REGISTRIES)], version.schema).into_response())
}

async fn find(state: &RegistryState, subject: &str, choice: VersionChoice) -> Result<SubjectVersion, RegistryError> {
    let mut transaction = state.database.begin_pipeline().await?;
    let versions = schema_registry::versions(&mut transaction, subject).await?;
    choose(subject, choice, &versions).cloned()
}
