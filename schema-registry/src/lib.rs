//! The part of the Confluent Schema Registry HTTP interface that Avro producers and consumers use, kept in Postgres.
//!
//! Schemas are never changed and never forgotten: an id stays readable after its subject was deleted, since records
//! that name it may still lie in a topic.

mod authorization;
mod error;
mod extract;
mod levels;
mod registration;
mod routes;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use coheron_platform::config::Redacted;
use coheron_platform::http::request_context::observe;
use coheron_store::Database;

pub use error::RegistryError;
pub use registration::register;
use routes::{compatibility, config, schemas, subjects};

/// The largest request body, in bytes.
const BODY_LIMIT_BYTES: usize = 1024 * 1024;

#[derive(Clone)]
pub struct RegistryState {
    pub database: Database,
    /// Where set, everything but reading must carry it by basic authentication, with any user name.
    pub password: Option<Redacted<String>>,
}

impl RegistryState {
    pub fn new(database: Database, password: Option<Redacted<String>>) -> Self {
        Self { database, password }
    }
}

/// The whole interface; served on a listener of its own.
pub fn router(state: RegistryState) -> Router {
    let one_version = "/subjects/{subject}/versions/{version}";
    Router::new()
        .route("/", get(routes::get_root))
        .route("/mode", get(routes::get_mode))
        .route("/mode/{subject}", get(routes::get_mode))
        .route("/subjects", get(subjects::list_subjects::list_subjects))
        .route(
            "/subjects/{subject}",
            post(subjects::look_up_schema::look_up_schema).delete(subjects::delete_subject::delete_subject),
        )
        .route(
            "/subjects/{subject}/versions",
            get(subjects::list_versions::list_versions).post(subjects::register_schema::register_schema),
        )
        .route(one_version, get(subjects::get_version::get_version).delete(subjects::delete_version::delete_version))
        .route("/subjects/{subject}/versions/{version}/schema", get(subjects::get_version::get_version_schema))
        .route("/schemas/types", get(schemas::list_types))
        .route("/schemas/ids/{id}", get(schemas::get_schema::get_schema))
        .route("/schemas/ids/{id}/versions", get(schemas::list_uses::list_uses))
        .route("/compatibility/subjects/{subject}/versions", post(compatibility::check_all::check_all))
        .route(
            "/compatibility/subjects/{subject}/versions/{version}",
            post(compatibility::check_version::check_version),
        )
        .route("/config", get(config::global::get_level).put(config::global::set_level))
        .route(
            "/config/{subject}",
            get(config::subject::get_level).put(config::subject::set_level).delete(config::subject::clear_level),
        )
        .fallback(async || RegistryError::UnknownPath)
        .method_not_allowed_fallback(async || RegistryError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(from_fn_with_state(state.clone(), authorization::require_password))
        .layer(from_fn(observe))
        .with_state(state)
}
