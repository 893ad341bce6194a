//! Trying a schema before it is registered.

pub mod check_all;
pub mod check_version;

use coheron_schemas::compatibility::{Compatibility, check};
use coheron_store::schema_registry::SubjectVersion;
use serde_json::json;

use crate::extract::{PostedSchema, RegistryJson, Switches};

fn answer(
    level: Compatibility,
    posted: &PostedSchema,
    earlier: &[SubjectVersion],
    switches: &Switches,
) -> RegistryJson {
    let texts: Vec<String> = earlier.iter().map(|version| version.schema.clone()).collect();
    let problems = check(level, &posted.text, &texts).err().unwrap_or_default();
    let mut body = json!({"is_compatible": problems.is_empty()});
    if switches.wants_messages() {
        body["messages"] = json!(problems);
    }
    RegistryJson(body)
}
