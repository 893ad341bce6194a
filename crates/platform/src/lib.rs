//! The mechanics that every HTTP crate shares: configuration, logs and metrics, shutdown, errors, authentication, rate
//! limits, caches, health and the OpenAPI frame. Nothing here knows what a product or a cart means.

pub mod auth;
pub mod cache;
pub mod config;
pub mod health;
pub mod http;
pub mod listener;
pub mod openapi;
pub mod rate_limit;
pub mod shapes;
pub mod shutdown;
pub mod telemetry;
pub mod trace;
