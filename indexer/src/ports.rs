//! What the index needs from outside, beside records.

use std::collections::BTreeMap;

use async_trait::async_trait;
use coheron_stream::stage::StageError;

/// The document topic as the broker has it.
#[async_trait]
pub trait DocumentTopic: Send + Sync {
    /// Of every partition. Asked for before the topic is read to build an index: that index serves from the ends on.
    async fn offsets(&self) -> Result<BTreeMap<i32, PartitionOffsets>, StageError>;
}

/// What a partition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionOffsets {
    /// Of the oldest record that may still be there.
    pub earliest: i64,
    /// After the last record, 0 where there never was one.
    pub end: i64,
}

impl PartitionOffsets {
    /// Whoever reads from the start has everything from here on. In a partition that was emptied, as by a retention time,
    /// no record ever comes that would lead to its end.
    pub(crate) fn end_of_reading(self) -> i64 {
        if self.earliest == self.end { 0 } else { self.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_without_records_is_read_already() {
        for (earliest, end, expected) in [(0, 0, 0), (0, 9, 9), (5, 9, 9), (9, 9, 0)] {
            assert_eq!(PartitionOffsets { earliest, end }.end_of_reading(), expected, "{earliest}..{end}");
        }
    }
}
