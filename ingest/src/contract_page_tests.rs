//! The page for integrators must tell what the code does.

use coheron_core::change::{MAX_ATTRIBUTES, MAX_CATEGORIES, MAX_GTINS, MAX_IMAGES, MAX_VARIANTS};
use coheron_core::topics::MAX_RECORD_BYTES;
use coheron_schemas::record_kind::RecordKind;

use crate::ingest_error::IngestReason;

const PAGE: &str = include_str!("../../docs/erp-contract.md");

#[test]
fn the_page_lists_every_reason_topic_record_and_field() {
    for reason in IngestReason::ALL {
        assert!(PAGE.contains(&format!("| `{}` |", reason.code())), "{}", reason.code());
    }
    for kind in RecordKind::ALL {
        let row = format!("| `{}` | `{}` | `{}`", kind.topic().name, kind.full_name(), kind.topic().key);
        assert!(PAGE.contains(&row), "{row}");
        let schema: serde_json::Value = serde_json::from_str(kind.avsc()).expect("JSON");
        for field in schema["fields"].as_array().expect("fields") {
            let name = format!("`{}`", field["name"].as_str().expect("a name"));
            assert!(PAGE.contains(&name), "{name} of {}", kind.name());
        }
    }
}

#[test]
fn the_page_names_the_limits_of_the_code() {
    for (field, limit) in [
        ("category_ids", MAX_CATEGORIES),
        ("attributes", MAX_ATTRIBUTES),
        ("gtins", MAX_GTINS),
        ("images", MAX_IMAGES),
        ("variants", MAX_VARIANTS),
    ] {
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{field}`"))).expect("a row");
        assert!(row.contains(&limit.to_string()), "{row} does not say {limit}");
    }
    assert!(PAGE.contains(&format!("more than {} MiB", MAX_RECORD_BYTES / 1024 / 1024)));
}
