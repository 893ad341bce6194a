//! Schemas by id.

pub mod get_schema;
pub mod list_uses;

use serde_json::json;

use crate::extract::RegistryJson;

/// `GET /schemas/types`
pub async fn list_types() -> RegistryJson {
    RegistryJson(json!(["AVRO"]))
}
