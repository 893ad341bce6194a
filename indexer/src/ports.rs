//! What the index needs from outside, beside records.

use std::collections::BTreeMap;

use async_trait::async_trait;
use coheron_stream::stage::StageError;

/// The document topic as the broker has it.
#[async_trait]
pub trait DocumentTopic: Send + Sync {
    /// The offset after the last record of each partition, 0 where there never was one. Asked for before the topic is read
    /// to build an index: that index serves from there on.
    async fn end_offsets(&self) -> Result<BTreeMap<i32, i64>, StageError>;
}
