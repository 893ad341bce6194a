//! The optional password in front of writing. Reading is open: consumers of records need schemas and keep no secrets.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::RegistryState;
use crate::error::RegistryError;

pub(crate) async fn require_password(State(state): State<RegistryState>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match &state.password {
        Some(password) if !carries(request.headers(), password.expose()) => RegistryError::Unauthorized.into_response(),
        _ => next.run(request).await,
    }
}

fn carries(headers: &HeaderMap, password: &str) -> bool {
    // Hashes are compared, so that the time taken tells nothing about the password.
    presented_password(headers).is_some_and(|presented| Sha256::digest(presented) == Sha256::digest(password))
}

fn presented_password(headers: &HeaderMap) -> Option<String> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}
