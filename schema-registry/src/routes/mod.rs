//! One endpoint per file, in the folder of its first path segment.

pub mod compatibility;
pub mod config;
pub mod schemas;
pub mod subjects;

use serde_json::json;

use crate::extract::RegistryJson;

/// Clients ask the root to see whether anybody is there.
pub async fn get_root() -> RegistryJson {
    RegistryJson(json!({}))
}

/// The registry always takes writes.
pub async fn get_mode() -> RegistryJson {
    RegistryJson(json!({"mode": "READWRITE"}))
}
