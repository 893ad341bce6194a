//! Where each owned partition stands, and what a batch does to it.

use std::collections::HashMap;

use crate::record::{Record, TopicPartition};
use crate::stage::{Advance, Batch};

/// The next offset to process of every partition that this consumer owns.
#[derive(Debug, Default)]
pub(crate) struct PositionTracker {
    positions: HashMap<TopicPartition, i64>,
}

impl PositionTracker {
    pub(crate) fn assign(&mut self, positions: &[(TopicPartition, i64)]) {
        self.positions.extend(positions.iter().copied());
    }

    pub(crate) fn revoke(&mut self, partitions: &[TopicPartition]) {
        for partition in partitions {
            self.positions.remove(partition);
        }
    }

    /// Drops what was processed before (redelivery) and what belongs to partitions no longer owned.
    pub(crate) fn retain_due(&self, records: &mut Vec<Record>) {
        records.retain(|record| {
            self.positions.get(&record.topic_partition()).is_some_and(|position| record.offset >= *position)
        });
    }

    /// A batch of these records. Offsets have gaps (compaction, transaction markers), therefore an advance starts at
    /// the tracked position and not at the first record.
    pub(crate) fn batch_of(&self, records: Vec<Record>) -> Batch {
        let advances = self.advances(&records);
        Batch { records, advances, dead_letters: Vec::new() }
    }

    pub(crate) fn advances(&self, records: &[Record]) -> Vec<Advance> {
        let mut advances: Vec<Advance> = Vec::new();
        for record in records {
            let partition = record.topic_partition();
            let to = record.offset + 1;
            // A batch touches few partitions: a scan is faster than a map.
            if let Some(advance) = advances.iter_mut().find(|advance| advance.partition == partition) {
                advance.to = advance.to.max(to);
                continue;
            }
            let from = self.positions.get(&partition).copied().unwrap_or(record.offset);
            advances.push(Advance { partition, from, to });
        }
        advances
    }

    /// The stage has stored these advances.
    pub(crate) fn advance(&mut self, advances: &[Advance]) {
        for advance in advances {
            self.positions.insert(advance.partition, advance.to);
        }
    }
}

/// Splits in the middle and keeps the order; the first half is never empty when there are two records or more.
pub(crate) fn halve(mut records: Vec<Record>) -> (Vec<Record>, Vec<Record>) {
    let second = records.split_off(records.len() / 2);
    (records, second)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const TOPIC: &str = "erp.product.change.v1";

    fn record(partition: i32, offset: i64) -> Record {
        Record {
            topic: TOPIC,
            partition,
            offset,
            key: None,
            payload: None,
            headers: Vec::new(),
            timestamp: DateTime::UNIX_EPOCH,
        }
    }

    fn partition(partition: i32) -> TopicPartition {
        TopicPartition { topic: TOPIC, partition }
    }

    #[test]
    fn advances_span_gaps_from_the_tracked_position() {
        let mut tracker = PositionTracker::default();
        tracker.assign(&[(partition(0), 5), (partition(1), 0)]);
        let advances = tracker.advances(&[record(0, 9), record(1, 3), record(0, 12)]);
        assert_eq!(
            advances,
            [Advance { partition: partition(0), from: 5, to: 13 }, Advance { partition: partition(1), from: 0, to: 4 }]
        );
    }

    #[test]
    fn redelivered_and_foreign_records_are_dropped() {
        let mut tracker = PositionTracker::default();
        tracker.assign(&[(partition(0), 5)]);
        let mut records = vec![record(0, 4), record(0, 5), record(7, 1)];
        tracker.retain_due(&mut records);
        assert_eq!(records.iter().map(|record| (record.partition, record.offset)).collect::<Vec<_>>(), [(0, 5)]);

        tracker.revoke(&[partition(0)]);
        tracker.retain_due(&mut records);
        assert!(records.is_empty());
    }

    #[test]
    fn halves_that_mix_partitions_advance_without_a_hole() {
        let mut tracker = PositionTracker::default();
        tracker.assign(&[(partition(0), 0), (partition(1), 10)]);
        let (first, second) = halve(vec![record(0, 0), record(1, 10), record(0, 4), record(1, 20), record(0, 6)]);
        assert_eq!((first.len(), second.len()), (2, 3));

        let first_batch = tracker.batch_of(first);
        tracker.advance(&first_batch.advances);
        let second_batch = tracker.batch_of(second);
        for advance in &second_batch.advances {
            let before = first_batch.advances.iter().find(|before| before.partition == advance.partition);
            assert_eq!(before.map(|before| before.to), Some(advance.from));
        }
        assert_eq!(second_batch.advances.iter().map(|advance| advance.to).max(), Some(21));
    }

    #[test]
    fn halving_ends_at_single_records_in_the_same_order() {
        let mut stack = vec![(0..7).map(|offset| record(0, offset)).collect::<Vec<_>>()];
        let mut offsets = Vec::new();
        while let Some(records) = stack.pop() {
            if let [single] = records.as_slice() {
                offsets.push(single.offset);
                continue;
            }
            let (first, second) = halve(records);
            stack.push(second);
            stack.push(first);
        }
        assert_eq!(offsets, (0..7).collect::<Vec<_>>());
    }
}
