//! Reading requests and writing answers as registry clients expect them.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use coheron_schemas::canonical::{CanonicalSchema, canonical};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{CONTENT_TYPE_OF_REGISTRIES, RegistryError};

const MAX_SUBJECT_BYTES: usize = 255;

/// An answer in the registry's media type.
pub(crate) struct RegistryJson(pub Value);

/// A JSON body, under whatever content type: clients differ.
pub(crate) struct RegistryBody<T>(pub T);

/// The subject in the path.
pub(crate) struct Subject(pub String);

/// The subject and version in the path.
pub(crate) struct SubjectAndVersion(pub String, pub VersionChoice);

/// The schema id in the path.
pub(crate) struct SchemaId(pub i32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionChoice {
    Latest,
    Number(i32),
}

/// Parameters that change an answer; others that clients send are ignored.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Switches {
    #[serde(default)]
    verbose: Option<String>,
    #[serde(default)]
    permanent: Option<String>,
    #[serde(default, rename = "defaultToGlobal")]
    default_to_global: Option<String>,
}

/// A schema that was read and found valid.
pub(crate) struct PostedSchema {
    /// As the client wrote it.
    pub text: String,
    pub canonical: CanonicalSchema,
}

#[derive(Deserialize)]
struct SchemaBody {
    schema: String,
    #[serde(default, rename = "schemaType")]
    schema_type: Option<String>,
    #[serde(default)]
    references: Option<Vec<Value>>,
}

impl Switches {
    pub fn wants_messages(&self) -> bool {
        is_on(self.verbose.as_deref())
    }

    pub fn wants_permanent_deletion(&self) -> bool {
        is_on(self.permanent.as_deref())
    }

    pub fn falls_back_to_global(&self) -> bool {
        is_on(self.default_to_global.as_deref())
    }
}

/// Python clients write `True`.
fn is_on(value: Option<&str>) -> bool {
    value.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

impl IntoResponse for RegistryJson {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, CONTENT_TYPE_OF_REGISTRIES)], self.0.to_string()).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for RegistryBody<T> {
    type Rejection = RegistryError;

    async fn from_request(request: Request, state: &S) -> Result<Self, RegistryError> {
        let bytes = Bytes::from_request(request, state).await.map_err(error_of_body)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| RegistryError::InvalidRequest(error.to_string()))
    }
}

impl PostedSchema {
    pub fn read(text: String) -> Result<Self, RegistryError> {
        if text.contains('\0') {
            return Err(RegistryError::InvalidSchema("it contains a NUL character".to_owned()));
        }
        let canonical = canonical(&text).map_err(|error| RegistryError::InvalidSchema(error.to_string()))?;
        Ok(Self { text, canonical })
    }
}

impl<S: Send + Sync> FromRequest<S> for PostedSchema {
    type Rejection = RegistryError;

    async fn from_request(request: Request, state: &S) -> Result<Self, RegistryError> {
        let RegistryBody(body) = RegistryBody::<SchemaBody>::from_request(request, state).await?;
        if let Some(schema_type) = body.schema_type
            && schema_type != "AVRO"
        {
            return Err(RegistryError::InvalidSchema(format!("the type {schema_type} is not supported, only AVRO")));
        }
        if body.references.is_some_and(|references| !references.is_empty()) {
            let reason = "references to other subjects are not supported; write the referenced types into the schema";
            return Err(RegistryError::InvalidSchema(reason.to_owned()));
        }
        Self::read(body.schema)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Subject {
    type Rejection = RegistryError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RegistryError> {
        let Path(subject) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| RegistryError::InvalidSubject)?;
        check_subject(subject).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SubjectAndVersion {
    type Rejection = RegistryError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RegistryError> {
        let Path((subject, version)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| RegistryError::InvalidSubject)?;
        Ok(Self(check_subject(subject)?, VersionChoice::parse(&version)?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SchemaId {
    type Rejection = RegistryError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RegistryError> {
        // A number that is too large, or no number, names no schema.
        Path::<i32>::from_request_parts(parts, state)
            .await
            .map(|Path(id)| Self(id))
            .map_err(|_| RegistryError::UnknownSchema)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Switches {
    type Rejection = RegistryError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RegistryError> {
        let read = Query::<Self>::from_request_parts(parts, state).await;
        read.map(|Query(switches)| switches).map_err(|error| RegistryError::InvalidRequest(error.body_text()))
    }
}

impl VersionChoice {
    fn parse(text: &str) -> Result<Self, RegistryError> {
        // Some clients write -1 for the latest.
        match (text, text.parse::<i32>()) {
            ("latest" | "-1", _) => Ok(Self::Latest),
            (_, Ok(number)) if number >= 1 => Ok(Self::Number(number)),
            _ => Err(RegistryError::InvalidVersion(text.chars().take(40).collect())),
        }
    }
}

fn check_subject(subject: String) -> Result<String, RegistryError> {
    let fits = (1..=MAX_SUBJECT_BYTES).contains(&subject.len()) && !subject.chars().any(char::is_control);
    if fits { Ok(subject) } else { Err(RegistryError::InvalidSubject) }
}

fn error_of_body(rejection: BytesRejection) -> RegistryError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return RegistryError::RequestTooLarge;
    }
    RegistryError::InvalidRequest("the body ended early".to_owned())
}
