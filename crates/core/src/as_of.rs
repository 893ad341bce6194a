//! Where a fact came from, carried to everyone who reads it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The record that last changed something: its position in the stream and the ERP's own time and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    /// When the change happened in the ERP, by the ERP's clock.
    pub erp_time: DateTime<Utc>,
    /// The ERP's monotonic version of the entity.
    pub entity_version: i64,
}
