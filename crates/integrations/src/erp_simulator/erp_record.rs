//! A record as it goes to the broker.

use coheron_schemas::record_kind::RecordKind;

/// One record of the ERP contract, encoded and framed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingErpRecord {
    pub kind: RecordKind,
    /// The topic's name by the contract, without an installation's prefix.
    pub topic: &'static str,
    /// `<site>:<entity id>`.
    pub key: String,
    /// A SKU or a category id.
    pub entity_id: String,
    pub entity_version: i64,
    pub payload: Vec<u8>,
}
