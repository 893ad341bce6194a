//! Extractors whose rejections are problems.

use axum::body::Bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::Problem;

/// A JSON body. Text that is not JSON is 400, JSON of another shape is 422 with the path of the field, be it there or
/// missing.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

/// Path parameters. One that is not valid is 400 with its name.
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
            Err(rejection) if rejection.status().is_client_error() => Err(problem_of_path(rejection)),
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
        let path = error.path().to_string();
        let problem = error.into_inner();
        match problem.classify() {
            Category::Data => problem_of_shape(path, &problem),
            Category::Syntax | Category::Eof | Category::Io => invalid_json(&problem),
        }
    })?;
    deserializer.end().map_err(|problem| invalid_json(&problem))?;
    Ok(value)
}

/// What is missing or stands there twice is a fault of the object around it: the path leads to that object, and the
/// name stands in the message alone.
fn problem_of_shape(path: String, problem: &serde_json::Error) -> Problem {
    let message = problem.to_string();
    if let Some(name) = quoted_name(&message, "missing field") {
        return invalid_body(member_of(&path, name), "required", "is required");
    }
    if let Some(name) = quoted_name(&message, "duplicate field") {
        return invalid_body(member_of(&path, name), "repeated", "is given more than once");
    }
    invalid_body(path, "invalid", &message)
}

fn invalid_body(field: String, code: &str, message: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", format!("{field}: {message}"))
        .with_field(field, code, message)
}

/// The name in a message such as "missing field `sku` at line 1 column 2".
fn quoted_name<'a>(message: &'a str, opening: &str) -> Option<&'a str> {
    let (name, _place) = message.strip_prefix(opening)?.strip_prefix(" `")?.split_once('`')?;
    Some(name)
}

fn member_of(path: &str, name: &str) -> String {
    // The path of the body itself.
    if path == "." {
        return name.to_owned();
    }
    format!("{path}.{name}")
}

fn invalid_json(problem: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_json", format!("the body is not JSON: {problem}"))
}

fn problem_of_path(rejection: PathRejection) -> Problem {
    let problem = Problem::new(StatusCode::BAD_REQUEST, "invalid_path", "a part of the path is not valid");
    let PathRejection::FailedToDeserializePathParams(failure) = rejection else { return problem };
    match failure.into_kind() {
        ErrorKind::DeserializeError { key, message, .. } => problem.with_field(key, "invalid", message),
        ErrorKind::InvalidUtf8InPathParam { key } => problem.with_field(key, "invalid", "is not UTF-8"),
        ErrorKind::ParseErrorAtKey { key, .. } => problem.with_field(key, "invalid", "is not valid"),
        // The others do not know the name.
        _ => problem,
    }
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
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use serde::Deserialize;
    use serde_json::Value;
    use tower::ServiceExt;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        lines: Vec<Line>,
        address: Option<Address>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        quantity: u32,
    }

    #[derive(Debug, Deserialize)]
    struct Address {
        city: String,
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path() {
        let order: Order = read_json(br#"{"lines": [{"quantity": 3}], "address": {"city": "Ulm"}}"#).expect("an order");
        assert_eq!(order.lines[0].quantity, 3);
        assert_eq!(order.address.map(|address| address.city).as_deref(), Some("Ulm"));
        let problem = read_json::<Order>(br#"{"lines": [{"quantity": 1}, {"quantity": "x"}]}"#).expect_err("a problem");
        assert_eq!(problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem.errors()[0].field, "lines[1].quantity");
        for text in ["{\"lines\": [", "nonsense", "{\"lines\": []} x"] {
            let problem = read_json::<Order>(text.as_bytes()).expect_err("a problem");
            assert_eq!((problem.status(), problem.code()), (StatusCode::BAD_REQUEST, "invalid_json"), "{text}");
        }
    }

    #[test]
    fn what_is_missing_unknown_or_given_twice_is_named_by_its_path() {
        for (text, field, code) in [
            ("{}", "lines", "required"),
            (r#"{"lines": [{"quantity": 1}, {}]}"#, "lines[1].quantity", "required"),
            (r#"{"lines": [], "address": {}}"#, "address.city", "required"),
            (r#"{"lines": [], "lines": []}"#, "lines", "repeated"),
            (r#"{"lines": [{"quantity": 1, "quantity": 2}]}"#, "lines[0].quantity", "repeated"),
            (r#"{"lines": [], "colour": "red"}"#, "colour", "invalid"),
            (r#"{"lines": [{"colour": "red"}]}"#, "lines[0].colour", "invalid"),
        ] {
            let problem = read_json::<Order>(text.as_bytes()).expect_err("a problem");
            assert_eq!(
                (problem.status(), problem.code()),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_body"),
                "{text}"
            );
            let error = &problem.errors()[0];
            assert_eq!((error.field.as_str(), error.code.as_str()), (field, code), "{text}");
        }
    }

    #[tokio::test]
    async fn a_parameter_of_the_path_that_is_not_valid_is_named() {
        let app = Router::new()
            .route("/cart/{cart_id}", get(async |ApiPath(id): ApiPath<Uuid>| id.to_string()))
            .route(
                "/cart/{cart_id}/items/{item_id}",
                get(async |ApiPath(ids): ApiPath<(Uuid, Uuid)>| ids.1.to_string()),
            )
            .route("/products/{sku}", get(async |ApiPath(sku): ApiPath<String>| sku));
        let second_of_two = format!("/cart/{}/items/7", Uuid::nil());
        for (path, field) in [("/cart/abc", "cart_id"), (second_of_two.as_str(), "item_id"), ("/products/%ff", "sku")] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let response = app.clone().oneshot(request).await.expect("a response");
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            let problem: Value = serde_json::from_slice(&bytes).expect("json");
            assert_eq!(problem["code"], "invalid_path", "{path}");
            assert_eq!(problem["errors"][0]["field"], field, "{path}: {problem}");
        }
    }
}
