//! A record as it goes to the broker.

use coheron_schemas::record_kind::RecordKind;

/// The simulated ERP's memory, on its stock records: the figure without the shop's orders.
pub const BEFORE_ORDERS_HEADER: &str = "erp_sim_before_orders";

/// One record of the ERP contract, encoded and framed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingErpRecord {
    pub kind: RecordKind,
    /// The topic's name by the contract, without an installation's prefix.
    pub topic: &'static str,
    /// `<site>:<entity id>`.
    pub key: String,
    /// A SKU, a category id or an order number.
    pub entity_id: String,
    pub entity_version: i64,
    pub payload: Vec<u8>,
    pub headers: Vec<(&'static str, String)>,
}
