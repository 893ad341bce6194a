//! Errors with the codes that registry clients know.

use std::error::Error;

use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_core::retry::RetryClass;
use coheron_store::StoreError;
use serde_json::json;

pub(crate) const CONTENT_TYPE_OF_REGISTRIES: &str = "application/vnd.schemaregistry.v1+json";

#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("the password is missing or wrong")]
    Unauthorized,
    #[error("there is nothing at this path")]
    UnknownPath,
    #[error("the path does not know this method")]
    MethodNotAllowed,
    #[error("the subject {0} does not exist")]
    UnknownSubject(String),
    #[error("the subject has no version {0}")]
    UnknownVersion(String),
    #[error("there is no such schema")]
    UnknownSchema,
    #[error("no compatibility level is set for the subject {0}")]
    LevelNotSet(String),
    #[error("the schema is not compatible with earlier versions: {}", .0.join("; "))]
    Incompatible(Vec<String>),
    #[error("the schema is refused: {0}")]
    InvalidSchema(String),
    #[error("{0} is not a version: give a number from 1, or latest")]
    InvalidVersion(String),
    #[error("the level must be NONE, BACKWARD, FORWARD or FULL, or one of the last three with _TRANSITIVE")]
    InvalidLevel,
    #[error("schemas are kept for the records that name them: permanent deletion is not supported")]
    DeletionRefused,
    #[error("a subject has 1 to 255 bytes and no control characters")]
    InvalidSubject,
    #[error("the request cannot be read: {0}")]
    InvalidRequest(String),
    #[error("the request is larger than accepted")]
    RequestTooLarge,
    #[error("the store of the registry failed")]
    Store(#[from] StoreError),
}

impl RegistryError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Store(error) => error.retry_class(),
            _ => RetryClass::Poison,
        }
    }

    /// HTTP status and `error_code`.
    fn codes(&self) -> (StatusCode, u32) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, 40101),
            Self::UnknownPath => (StatusCode::NOT_FOUND, 404),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, 405),
            Self::UnknownSubject(_) => (StatusCode::NOT_FOUND, 40401),
            Self::UnknownVersion(_) => (StatusCode::NOT_FOUND, 40402),
            Self::UnknownSchema => (StatusCode::NOT_FOUND, 40403),
            Self::LevelNotSet(_) => (StatusCode::NOT_FOUND, 40408),
            Self::Incompatible(_) => (StatusCode::CONFLICT, 409),
            Self::InvalidSchema(_) => (StatusCode::UNPROCESSABLE_ENTITY, 42201),
            Self::InvalidVersion(_) => (StatusCode::UNPROCESSABLE_ENTITY, 42202),
            Self::InvalidLevel => (StatusCode::UNPROCESSABLE_ENTITY, 42203),
            Self::DeletionRefused => (StatusCode::UNPROCESSABLE_ENTITY, 42205),
            Self::InvalidSubject => (StatusCode::UNPROCESSABLE_ENTITY, 42208),
            Self::InvalidRequest(_) => (StatusCode::UNPROCESSABLE_ENTITY, 422),
            Self::RequestTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 413),
            Self::Store(error) if error.retry_class() == RetryClass::Transient => {
                (StatusCode::SERVICE_UNAVAILABLE, 50301)
            }
            Self::Store(_) => (StatusCode::INTERNAL_SERVER_ERROR, 50001),
        }
    }
}

impl IntoResponse for RegistryError {
    fn into_response(self) -> Response {
        if let Self::Store(error) = &self {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            tracing::error!(%error, cause, "the schema registry could not answer");
        }
        let (status, error_code) = self.codes();
        let body = json!({"error_code": error_code, "message": self.to_string()}).to_string();
        let mut response = (status, [(CONTENT_TYPE, CONTENT_TYPE_OF_REGISTRIES)], body).into_response();
        if matches!(self, Self::Unauthorized) {
            let challenge = HeaderValue::from_static("Basic realm=\"schema registry\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
