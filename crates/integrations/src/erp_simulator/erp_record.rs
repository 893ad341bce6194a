//! A record as it goes to the broker.

use coheron_schemas::record_kind::RecordKind;

/// One record of the ERP contract, encoded and framed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErpRecord {
    pub kind: RecordKind,
    /// A SKU or a category id.
    pub entity_id: String,
    /// `<site>:<entity id>`.
    pub key: String,
    pub entity_version: i64,
    /// None is a tombstone.
    pub payload: Option<Vec<u8>>,
}

impl ErpRecord {
    /// The topic's name by the contract, without an installation's prefix.
    pub fn topic(&self) -> &'static str {
        self.kind.topic().name
    }
}
