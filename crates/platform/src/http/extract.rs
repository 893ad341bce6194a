//! Extractors whose rejections are problems.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::Problem;

/// A JSON body. Text that is not JSON is 400, JSON of another shape is 422 with the path of the field.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

/// Path parameters.
#[derive(Debug)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await.map_err(problem_of_body)?;
        read_json(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(rejection) if rejection.status().is_client_error() => {
                Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_path", "a part of the path is not valid"))
            }
            Err(rejection) => {
                tracing::error!(error = %rejection, "path parameters do not fit their route");
                Err(Problem::internal())
            }
        }
    }
}

pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    if is_json(headers) {
        return Ok(());
    }
    let detail = "the body must be JSON, with content-type application/json";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail))
}

/// A body as `ApiJson` reads it, for endpoints that take other content types too.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = error.path().to_string();
        let problem = error.into_inner();
        match problem.classify() {
            Category::Data => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", format!("{field}: {problem}"))
                    .with_field(field, "invalid", problem.to_string())
            }
            Category::Syntax | Category::Eof | Category::Io => invalid_json(&problem),
        }
    })?;
    deserializer.end().map_err(|problem| invalid_json(&problem))?;
    Ok(value)
}

fn invalid_json(problem: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_json", format!("the body is not JSON: {problem}"))
}

/// Why a body could not be read.
pub fn problem_of_body(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "the body is larger than accepted here");
    }
    Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "the body ended early")
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Order {
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    struct Line {
        quantity: u32,
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path() {
        let order: Order = read_json(br#"{"lines": [{"quantity": 3}]}"#).expect("an order");
        assert_eq!(order.lines[0].quantity, 3);
        let problem = read_json::<Order>(br#"{"lines": [{"quantity": 1}, {"quantity": "x"}]}"#).expect_err("a problem");
        assert_eq!(problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem.errors()[0].field, "lines[1].quantity");
        for text in ["{\"lines\": [", "nonsense", "{\"lines\": []} x"] {
            let problem = read_json::<Order>(text.as_bytes()).expect_err("a problem");
            assert_eq!((problem.status(), problem.code()), (StatusCode::BAD_REQUEST, "invalid_json"), "{text}");
        }
    }
}
