//! The kinds of records and what belongs to each: schema, topic, subject.

use std::sync::LazyLock;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use coheron_core::topics::{self, Topic};

/// A record of the ERP contract, in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    Product,
    Category,
    Price,
    Stock,
    OrderStatus,
    OrderEvent,
}

impl RecordKind {
    pub const ALL: [Self; 6] =
        [Self::Product, Self::Category, Self::Price, Self::Stock, Self::OrderStatus, Self::OrderEvent];

    /// The text of the current schema.
    pub fn avsc(self) -> &'static str {
        match self {
            Self::Product => include_str!("../avro/ProductChange.avsc"),
            Self::Category => include_str!("../avro/CategoryChange.avsc"),
            Self::Price => include_str!("../avro/PriceChange.avsc"),
            Self::Stock => include_str!("../avro/StockChange.avsc"),
            Self::OrderStatus => include_str!("../avro/OrderStatusChange.avsc"),
            Self::OrderEvent => include_str!("../avro/OrderEvent.avsc"),
        }
    }

    /// Record name without namespace; also the name of its `.avsc` file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "ProductChange",
            Self::Category => "CategoryChange",
            Self::Price => "PriceChange",
            Self::Stock => "StockChange",
            Self::OrderStatus => "OrderStatusChange",
            Self::OrderEvent => "OrderEvent",
        }
    }

    pub fn full_name(self) -> &'static str {
        match self {
            Self::Product => "coheron.erp.v1.ProductChange",
            Self::Category => "coheron.erp.v1.CategoryChange",
            Self::Price => "coheron.erp.v1.PriceChange",
            Self::Stock => "coheron.erp.v1.StockChange",
            Self::OrderStatus => "coheron.erp.v1.OrderStatusChange",
            Self::OrderEvent => "coheron.commerce.v1.OrderEvent",
        }
    }

    pub fn topic(self) -> &'static Topic {
        match self {
            Self::Product => &topics::ERP_PRODUCT_CHANGE,
            Self::Category => &topics::ERP_CATEGORY_CHANGE,
            Self::Price => &topics::ERP_PRICE_CHANGE,
            Self::Stock => &topics::ERP_STOCK_CHANGE,
            Self::OrderStatus => &topics::ERP_ORDER_CHANGE,
            Self::OrderEvent => &topics::COMMERCE_ORDER_EVENT,
        }
    }

    /// The kind that a topic carries, by the topic's name without any prefix.
    pub fn of_topic(topic_name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.topic().name == topic_name)
    }

    /// The registry subject by the TopicRecordName strategy: `<topic>-<full record name>`. The topic's name is passed
    /// in, since an installation may put a prefix before it.
    pub fn subject(self, topic_name: &str) -> String {
        format!("{topic_name}-{}", self.full_name())
    }

    /// The current schema, parsed once per process.
    pub(crate) fn parsed(self) -> &'static ParsedSchema {
        static PARSED: LazyLock<Vec<ParsedSchema>> =
            LazyLock::new(|| RecordKind::ALL.into_iter().map(ParsedSchema::of).collect());
        &PARSED[self as usize]
    }

    /// Reads bodies that were written by the current schema.
    pub(crate) fn reader(self) -> Option<&'static GenericDatumReader<'static>> {
        static READERS: LazyLock<Vec<Option<GenericDatumReader<'static>>>> = LazyLock::new(|| {
            RecordKind::ALL
                .into_iter()
                .map(|kind| GenericDatumReader::builder(&kind.parsed().schema).build().ok())
                .collect()
        });
        READERS[self as usize].as_ref()
    }

    /// Writes bodies by the current schema.
    pub(crate) fn writer(self) -> Option<&'static GenericDatumWriter<'static>> {
        static WRITERS: LazyLock<Vec<Option<GenericDatumWriter<'static>>>> = LazyLock::new(|| {
            RecordKind::ALL
                .into_iter()
                .map(|kind| GenericDatumWriter::builder(&kind.parsed().schema).build().ok())
                .collect()
        });
        WRITERS[self as usize].as_ref()
    }
}

/// A schema of this crate, ready for use.
pub(crate) struct ParsedSchema {
    pub schema: Schema,
    /// Equal for schemas whose records have the same bytes.
    pub canonical_form: String,
}

impl ParsedSchema {
    fn of(kind: RecordKind) -> Self {
        // The files are part of this program and parsed by its tests. A null schema in place of a panic would make
        // every record of the kind fail with an error that says so.
        let schema = Schema::parse_str(kind.avsc()).unwrap_or(Schema::Null);
        let canonical_form = schema.canonical_form();
        Self { schema, canonical_form }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_parses_and_agrees_with_the_topic_table() {
        for kind in RecordKind::ALL {
            let schema = Schema::parse_str(kind.avsc()).expect("a valid schema");
            let name = schema.name().expect("a record");
            assert_eq!(name.fullname(None), kind.full_name());
            assert_eq!(name.name(), kind.name());
            assert_eq!(kind.topic().record, Some(kind.full_name()));
            assert_eq!(RecordKind::of_topic(kind.topic().name), Some(kind));
            assert_eq!(kind.parsed().schema.name(), Some(name), "the parsed list is in the order of the enum");
        }
        assert_eq!(RecordKind::of_topic("catalog.document.state.v1"), None);
    }

    #[test]
    fn subjects_follow_topic_record_name() {
        assert_eq!(RecordKind::Price.subject("erp.price.change.v1"), "erp.price.change.v1-coheron.erp.v1.PriceChange");
    }

    #[test]
    fn every_field_of_every_record_is_documented() {
        fn check(value: &serde_json::Value) {
            if let Some(fields) = value.get("fields").and_then(|fields| fields.as_array()) {
                for field in fields {
                    let doc = field.get("doc").and_then(|doc| doc.as_str()).unwrap_or_default();
                    assert!(doc.len() > 10, "{field} has no documentation");
                }
            }
            match value {
                serde_json::Value::Array(items) => items.iter().for_each(check),
                serde_json::Value::Object(entries) => entries.values().for_each(check),
                _ => {}
            }
        }
        for kind in RecordKind::ALL {
            check(&serde_json::from_str(kind.avsc()).expect("JSON"));
        }
    }
}
