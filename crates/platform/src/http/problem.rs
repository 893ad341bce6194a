//! Errors as RFC 9457 problems.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_core::product_query::ParameterError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::request_context;

pub const PROBLEM_JSON: &str = "application/problem+json";

pub type ApiResult<T> = Result<T, Problem>;

/// An answer that is an error. Everything in it may be shown to the caller: causes are logged, never sent.
#[derive(Debug)]
pub struct Problem {
    // Boxed, so that results stay small.
    content: Box<Content>,
}

#[derive(Debug)]
struct Content {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    headers: HeaderMap,
}

/// The body of every error answer (RFC 9457), sent as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem: `urn:coheron:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:coheron:problem:invalid_parameters")]
    pub kind: String,
    /// The meaning of the status.
    #[schema(example = "Bad Request")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What went wrong, for a person.
    #[schema(example = "1 parameter is not valid: limit")]
    pub detail: String,
    /// Path and request id of this occurrence, to be quoted to the operator.
    #[schema(example = "/api/v1/products#01990a3c-7f0e-7c3a-b0e4-0d6b1f1c2a55")]
    pub instance: String,
    /// Stable name of the problem, for programs.
    #[schema(example = "invalid_parameters")]
    pub code: String,
    /// The fields at fault; empty where the problem is not about a field.
    pub errors: Vec<FieldError>,
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Name of the parameter, or path into the body.
    #[schema(example = "limit")]
    pub field: String,
    /// Stable name of the fault.
    #[schema(example = "out_of_range")]
    pub code: String,
    /// What is accepted, for a person.
    #[schema(example = "must be 1 to 100")]
    pub message: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let content = Content { status, code, detail: detail.into(), errors: Vec::new(), headers: HeaderMap::new() };
        Self { content: Box::new(content) }
    }

    pub fn with_field(mut self, field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        self.content.errors.push(FieldError { field: field.into(), code: code.to_owned(), message: message.into() });
        self
    }

    /// For a fault in a part of a body that is read by itself: its fields get the path of the part before them.
    pub fn within(mut self, part: &str) -> Self {
        for error in &mut self.content.errors {
            error.field = format!("{part}.{}", error.field);
        }
        self
    }

    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.content.headers.insert(name, value);
        self
    }

    /// 400 that names every parameter at fault.
    pub fn invalid_parameters(errors: Vec<ParameterError>) -> Self {
        let names: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let (noun, verb) = if errors.len() == 1 { ("parameter", "is") } else { ("parameters", "are") };
        let detail = format!("{} {noun} {verb} not valid: {}", errors.len(), names.join(", "));
        errors.iter().fold(Self::new(StatusCode::BAD_REQUEST, "invalid_parameters", detail), |problem, error| {
            problem.with_field(error.field.clone(), error.code, error.message.clone())
        })
    }

    /// 404. Also for what exists on another site.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// 401 that tells how to authenticate.
    pub fn unauthorized(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"coheron\""))
    }

    /// 403 that names the scope the key lacks.
    pub fn missing_scope(scope: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "missing_scope", format!("the key does not have the scope {scope}"))
            .with_field("scope", "missing_scope", scope)
    }

    /// 503 that tells when to try again.
    pub fn unavailable(code: &'static str, detail: impl Into<String>, retry_after_seconds: u32) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
            .with_header(RETRY_AFTER, HeaderValue::from(retry_after_seconds))
    }

    /// 500 without any detail; the cause belongs in the log.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "the request could not be answered; the cause is in the log under its request id",
        )
    }

    pub fn status(&self) -> StatusCode {
        self.content.status
    }

    pub fn code(&self) -> &'static str {
        self.content.code
    }

    pub fn errors(&self) -> &[FieldError] {
        &self.content.errors
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Content { status, code, detail, errors, mut headers } = *self.content;
        let body = ProblemBody {
            kind: format!("urn:coheron:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail,
            instance: request_context::current_instance(),
            code: code.to_owned(),
            errors,
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        let body = serde_json::to_vec(&body).unwrap_or_default();
        (status, headers, body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_answer_is_problem_json_with_all_members() {
        let problem = Problem::invalid_parameters(vec![
            ParameterError::new("limit", "out_of_range", "must be 1 to 100"),
            ParameterError::new("colour", "unknown_parameter", "is not a parameter of this request"),
        ]);
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()[CONTENT_TYPE], PROBLEM_JSON);
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let body: serde_json::Value = serde_json::from_slice(&bytes).expect("json");
        assert_eq!(body["code"], "invalid_parameters");
        assert_eq!(body["type"], "urn:coheron:problem:invalid_parameters");
        assert_eq!(body["title"], "Bad Request");
        assert_eq!(body["status"], 400);
        assert_eq!(body["errors"][1]["field"], "colour");
        assert_eq!(body["detail"], "2 parameters are not valid: limit, colour");
        assert!(body["instance"].is_string());
    }

    #[test]
    fn problems_stay_small_in_results() {
        assert_eq!(std::mem::size_of::<Problem>(), std::mem::size_of::<usize>());
    }
}
