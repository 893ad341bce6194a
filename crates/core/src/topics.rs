//! The topics of the system: the one table from which they are created, described and documented.

use std::time::Duration;

/// Partitions of every catalogue topic. Equal everywhere, so that the parts of one product meet in one partition.
pub const CATALOGUE_PARTITIONS: i32 = 4;

/// The largest record the broker accepts. Larger than any valid record, so that an oversized description reaches the
/// dead letters with its reason instead of vanishing at the producer.
pub const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;

/// The largest batch of records the broker accepts: one record of the largest size with the protocol around it.
pub const MAX_BATCH_BYTES: usize = MAX_RECORD_BYTES + 64 * 1024;

/// Header of records, as of HTTP requests: the W3C trace context of what led to them.
pub const TRACEPARENT: &str = "traceparent";

/// What the records of a topic are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopicClass {
    /// A fact from outside.
    Change,
    /// The current image of a thing, compacted; a tombstone deletes it.
    State,
    /// Something that happened.
    Event,
    /// Records that could not be processed, with their reason in the headers.
    DeadLetters,
}

/// What the broker does with old records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleanup {
    /// Keeps the newest record of each key; tombstones stay readable for the given time.
    Compact { tombstones_kept: Duration },
    /// Keeps all records for the given time.
    Delete { retention: Duration },
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// `<domain>.<entity>.<class>.v<major>`.
    pub name: &'static str,
    pub class: TopicClass,
    pub partitions: i32,
    pub cleanup: Cleanup,
    /// What the key is made of.
    pub key: &'static str,
    /// The full name of the Avro record, where the values are Avro.
    pub record: Option<&'static str>,
    /// Who writes it.
    pub owner: &'static str,
    pub purpose: &'static str,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const COMPACTED: Cleanup = Cleanup::Compact { tombstones_kept: Duration::from_secs(7 * 24 * 60 * 60) };

pub const ERP_PRODUCT_CHANGE: Topic = Topic {
    name: "erp.product.change.v1",
    class: TopicClass::Change,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: COMPACTED,
    key: "site:sku",
    record: Some("coheron.erp.v1.ProductChange"),
    owner: "the ERP",
    purpose: "Master data of a product with its variants; a tombstone deletes the product.",
};

pub const ERP_PRICE_CHANGE: Topic = Topic {
    name: "erp.price.change.v1",
    class: TopicClass::Change,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: COMPACTED,
    key: "site:sku",
    record: Some("coheron.erp.v1.PriceChange"),
    owner: "the ERP",
    purpose: "The sales price of a product or variant; a tombstone withdraws it.",
};

pub const ERP_STOCK_CHANGE: Topic = Topic {
    name: "erp.stock.change.v1",
    class: TopicClass::Change,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: COMPACTED,
    key: "site:sku",
    record: Some("coheron.erp.v1.StockChange"),
    owner: "the ERP",
    purpose: "The quantity on hand of a product or variant; a tombstone makes it unknown.",
};

pub const ERP_CATEGORY_CHANGE: Topic = Topic {
    name: "erp.category.change.v1",
    class: TopicClass::Change,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: COMPACTED,
    key: "site:category_id",
    record: Some("coheron.erp.v1.CategoryChange"),
    owner: "the ERP",
    purpose: "A category of the tree; a tombstone removes it.",
};

pub const ERP_ORDER_CHANGE: Topic = Topic {
    name: "erp.order.change.v1",
    class: TopicClass::Change,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: Cleanup::Delete { retention: Duration::from_secs(90 * 24 * 60 * 60) },
    key: "site:order_number",
    record: Some("coheron.erp.v1.OrderStatusChange"),
    owner: "the ERP",
    purpose: "The ERP's answer to an order: document number and status.",
};

pub const CATALOG_DOCUMENT_STATE: Topic = Topic {
    name: "catalog.document.state.v1",
    class: TopicClass::State,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: COMPACTED,
    key: "site_id:sku",
    record: None,
    owner: "worker (relay_outbox)",
    purpose: "The product document as JSON, from which every search index is built; a tombstone removes it.",
};

pub const COMMERCE_ORDER_EVENT: Topic = Topic {
    name: "commerce.order.event.v1",
    class: TopicClass::Event,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: Cleanup::Delete { retention: Duration::from_secs(90 * 24 * 60 * 60) },
    key: "site_id:order_id",
    record: Some("coheron.commerce.v1.OrderEvent"),
    owner: "worker (relay_outbox)",
    purpose: "Orders placed and cancelled, each with everything an ERP needs to book it.",
};

pub const WEB_EVENT: Topic = Topic {
    name: "web.event.v1",
    class: TopicClass::Event,
    partitions: CATALOGUE_PARTITIONS,
    cleanup: Cleanup::Delete { retention: Duration::from_secs(30 * 24 * 60 * 60) },
    key: "site_id:visitor_id",
    record: None,
    owner: "web (collect)",
    purpose: "What visitors did, as JSON: page views, searches, carts, purchases.",
};

pub const WEB_DEAD_LETTERS: Topic = Topic {
    name: "web.event.dlq",
    class: TopicClass::DeadLetters,
    partitions: 1,
    cleanup: Cleanup::Delete { retention: Duration::from_secs(30 * 24 * 60 * 60) },
    key: "as received",
    record: None,
    owner: "worker (relay_outbox)",
    purpose: "Web events that could not be written to a file.",
};

pub const ERP_DEAD_LETTERS: Topic = Topic {
    name: "erp.change.dlq",
    class: TopicClass::DeadLetters,
    partitions: 1,
    cleanup: Cleanup::Delete { retention: Duration::from_secs(30 * 24 * 60 * 60) },
    key: "as received",
    record: None,
    owner: "worker (relay_outbox)",
    purpose: "ERP records that could not be applied, byte for byte, with the reason in the headers.",
};

pub const CATALOG_DEAD_LETTERS: Topic = Topic {
    name: "catalog.document.dlq",
    class: TopicClass::DeadLetters,
    partitions: 1,
    cleanup: Cleanup::Delete { retention: Duration::from_secs(30 * 24 * 60 * 60) },
    key: "as received",
    record: None,
    owner: "worker (relay_outbox)",
    purpose: "Product documents that the index refused.",
};

/// Every topic of the system.
pub const ALL: &[Topic] = &[
    ERP_PRODUCT_CHANGE,
    ERP_PRICE_CHANGE,
    ERP_STOCK_CHANGE,
    ERP_CATEGORY_CHANGE,
    ERP_ORDER_CHANGE,
    CATALOG_DOCUMENT_STATE,
    COMMERCE_ORDER_EVENT,
    WEB_EVENT,
    ERP_DEAD_LETTERS,
    CATALOG_DEAD_LETTERS,
    WEB_DEAD_LETTERS,
];

/// The topic of this name, without any prefix of the installation.
pub fn find(name: &str) -> Option<&'static Topic> {
    ALL.iter().find(|topic| topic.name == name)
}

impl Topic {
    /// Where records of this topic go when they cannot be processed.
    pub fn dead_letters(&self) -> &'static Topic {
        match self.name.split('.').next() {
            Some("erp") => &ERP_DEAD_LETTERS,
            Some("web") => &WEB_DEAD_LETTERS,
            _ => &CATALOG_DEAD_LETTERS,
        }
    }

    /// The topic's settings in the broker's own terms.
    pub fn broker_settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![("max.message.bytes", MAX_BATCH_BYTES.to_string())];
        match self.cleanup {
            Cleanup::Compact { tombstones_kept } => {
                settings.push(("cleanup.policy", "compact".to_owned()));
                settings.push(("delete.retention.ms", tombstones_kept.as_millis().to_string()));
                settings.push(("segment.ms", DAY.as_millis().to_string()));
            }
            Cleanup::Delete { retention } => {
                settings.push(("cleanup.policy", "delete".to_owned()));
                settings.push(("retention.ms", retention.as_millis().to_string()));
            }
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_pattern_and_catalogue_topics_are_co_partitioned() {
        for topic in ALL {
            let last = topic.name.rsplit('.').next().expect("a last part");
            assert!(
                last == "dlq" || last.strip_prefix('v').is_some_and(|major| major.parse::<u8>().is_ok()),
                "{}",
                topic.name
            );
            if matches!(topic.class, TopicClass::Change | TopicClass::State) {
                assert_eq!(topic.partitions, CATALOGUE_PARTITIONS, "{}", topic.name);
            }
        }
    }
}
