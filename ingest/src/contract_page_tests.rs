//! The page for integrators must tell what the code does.

use coheron_core::change::{ErpOrderStatus, MAX_ATTRIBUTES, MAX_CATEGORIES, MAX_GTINS, MAX_IMAGES, MAX_VARIANTS};
use coheron_core::order::OrderEvent;
use coheron_core::product_size::MAX_PRODUCT_BYTES;
use coheron_core::topics::MAX_RECORD_BYTES;
use coheron_schemas::record_kind::RecordKind;

use crate::ingest_error::IngestReason;

const PAGE: &str = include_str!("../../docs/erp-contract.md");

#[test]
fn the_page_lists_every_reason_topic_record_and_field() {
    for reason in IngestReason::ALL {
        assert!(PAGE.contains(&format!("| `{}` |", reason.code())), "{}", reason.code());
    }
    // Of the stages behind this door.
    for reason in ["unknown_order", "document_too_large", "refused_by_database"] {
        assert!(PAGE.contains(&format!("| `{reason}` |")), "{reason}");
    }
    for kind in RecordKind::ALL {
        let row_begins = format!("| `{}`", kind.topic().name);
        let row_goes_on = format!("| `{}` | `{}`", kind.full_name(), kind.topic().key);
        let has_row = PAGE.lines().any(|line| line.starts_with(&row_begins) && line.contains(&row_goes_on));
        assert!(has_row, "{row_begins} … {row_goes_on}");
        let schema: serde_json::Value = serde_json::from_str(kind.avsc()).expect("JSON");
        let mut names = Vec::new();
        field_names(&schema, &mut names);
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            assert!(PAGE.contains(&format!("`{name}`")), "{name} of {}", kind.name());
        }
    }
}

#[test]
fn the_page_tells_what_the_shop_makes_of_each_answer() {
    let table = PAGE.split_once("| `status` | What the shop does |").expect("the table").1;
    let row_of = |status: ErpOrderStatus| {
        let cell = format!("`{}`", status.name());
        table.lines().find(|line| line.split('|').nth(1).is_some_and(|first| first.contains(&cell)))
    };
    for status in ErpOrderStatus::ALL {
        let row = row_of(status).unwrap_or_else(|| panic!("{} is not on the page", status.name()));
        let word = match OrderEvent::of_answer(status) {
            OrderEvent::Acknowledge => "acknowledged",
            OrderEvent::Ship => "shipped",
            OrderEvent::Complete => "completed",
            OrderEvent::Cancel => "cancelled",
        };
        assert!(row.contains(&format!("the order is {word}")), "{row} does not say {word}");
    }
    for event_type in ["placed", "cancelled"] {
        assert!(PAGE.contains(&format!("`{event_type}`")), "{event_type}");
    }
}

/// Names of fields at any depth.
fn field_names(schema: &serde_json::Value, names: &mut Vec<String>) {
    match schema {
        serde_json::Value::Array(items) => items.iter().for_each(|item| field_names(item, names)),
        serde_json::Value::Object(entries) => {
            for field in entries.get("fields").and_then(|fields| fields.as_array()).into_iter().flatten() {
                names.extend(field["name"].as_str().map(str::to_owned));
            }
            entries.values().for_each(|entry| field_names(entry, names));
        }
        _ => {}
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
    assert!(PAGE.contains(&format!("at most {} KiB as JSON", MAX_PRODUCT_BYTES / 1024)));
}
