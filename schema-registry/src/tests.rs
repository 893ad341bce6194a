//! What is answered before the database is asked.

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coheron_platform::config::Redacted;
use coheron_store::{Database, DatabaseSettings};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{RegistryState, router};

/// Nothing listens there: whoever asks the database sees it unavailable.
fn app(password: Option<&str>) -> Router {
    let settings = DatabaseSettings { acquire_timeout_ms: 100, ..DatabaseSettings::default() };
    let database = Database::connect("postgres://127.0.0.1:9/none", &settings).expect("pools");
    router(RegistryState::new(database, password.map(|text| Redacted::new(text.to_owned()))))
}

async fn send(app: Router, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
    let response = app.oneshot(request).await.expect("a response");
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

fn post(path: &str, body: &Value) -> Request<Body> {
    Request::post(path).body(Body::from(body.to_string())).expect("a request")
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

#[tokio::test]
async fn refusals_carry_the_codes_that_clients_know() {
    let long = "\"long\"";
    let level = Request::put("/config").body(Body::from("{\"compatibility\": \"SIDEWAYS\"}")).expect("a request");
    let permanent = Request::delete("/subjects/s?permanent=true").body(Body::empty()).expect("a request");
    for (request, status, error_code) in [
        (post("/subjects/s/versions", &json!({"schema": "{"})), 422, 42201),
        (post("/subjects/s/versions", &json!({"schema": long, "schemaType": "PROTOBUF"})), 422, 42201),
        (post("/subjects/s/versions", &json!({"schema": long, "references": [{"name": "x"}]})), 422, 42201),
        (post("/subjects/s/versions", &json!({"text": long})), 422, 422),
        (post("/subjects/a%00b/versions", &json!({"schema": long})), 422, 42208),
        (post("/compatibility/subjects/s/versions/first", &json!({"schema": long})), 422, 42202),
        (post("/subjects/s/versions", &json!({"schema": "x".repeat(2_000_000)})), 413, 413),
        (get("/subjects/s/versions/0"), 422, 42202),
        (get("/schemas/ids/99999999999"), 404, 40403),
        (get("/contexts"), 404, 404),
        (post("/schemas/types", &json!({})), 405, 405),
        (level, 422, 42203),
        (permanent, 422, 42205),
        (get("/subjects"), 503, 50301),
    ] {
        let path = request.uri().to_string();
        let (answered, headers, body) = send(app(None), request).await;
        assert_eq!((answered.as_u16(), &body["error_code"]), (status, &json!(error_code)), "{path} {body}");
        assert_eq!(headers[CONTENT_TYPE], "application/vnd.schemaregistry.v1+json", "{path}");
        assert!(body["message"].is_string(), "{path}");
    }
}

#[tokio::test]
async fn the_fixed_answers_are_those_of_a_registry() {
    for (path, expected) in
        [("/", json!({})), ("/mode", json!({"mode": "READWRITE"})), ("/schemas/types", json!(["AVRO"]))]
    {
        let (status, _, body) = send(app(None), get(path)).await;
        assert_eq!((status, body), (StatusCode::OK, expected), "{path}");
    }
}

#[tokio::test]
async fn a_password_guards_writing() {
    let register = |credentials: Option<&str>| {
        let mut request = Request::post("/subjects/s/versions");
        if let Some(credentials) = credentials {
            request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(credentials)));
        }
        request.body(Body::from("{\"schema\": \"{\"}")).expect("a request")
    };
    let (status, headers, body) = send(app(Some("secret")), register(None)).await;
    assert_eq!((status, &body["error_code"]), (StatusCode::UNAUTHORIZED, &json!(40101)));
    assert!(headers.contains_key(WWW_AUTHENTICATE));
    assert_eq!(send(app(Some("secret")), register(Some("erp:wrong"))).await.0, StatusCode::UNAUTHORIZED);
    let (_, _, body) = send(app(Some("secret")), register(Some("erp:secret"))).await;
    assert_eq!(body["error_code"], 42201, "let through to the check of the schema");
    assert_eq!(send(app(Some("secret")), get("/schemas/types")).await.0, StatusCode::OK);
}
