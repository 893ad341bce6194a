//! Positions as the loop has stored them, shared with the thread that talks to the broker.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::record::TopicPartition;

/// Feeds the group offsets and the lag gauge; nothing that decides about records reads it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    positions: HashMap<TopicPartition, i64>,
    uncommitted: HashMap<TopicPartition, i64>,
}

impl Progress {
    pub(crate) fn assign(&self, positions: &[(TopicPartition, i64)]) {
        self.lock().positions.extend(positions.iter().copied());
    }

    pub(crate) fn revoke(&self, partitions: &[TopicPartition]) {
        let mut shared = self.lock();
        for partition in partitions {
            shared.positions.remove(partition);
            shared.uncommitted.remove(partition);
        }
    }

    pub(crate) fn advance(&self, partition: TopicPartition, position: i64) {
        let mut shared = self.lock();
        shared.positions.insert(partition, position);
        shared.uncommitted.insert(partition, position);
    }

    /// What moved since the last call.
    pub(crate) fn take_uncommitted(&self) -> HashMap<TopicPartition, i64> {
        std::mem::take(&mut self.lock().uncommitted)
    }

    /// Offsets between the positions and these log ends, over the partitions that are owned.
    pub(crate) fn lag(&self, log_ends: impl IntoIterator<Item = (TopicPartition, i64)>) -> i64 {
        let shared = self.lock();
        log_ends
            .into_iter()
            .filter_map(|(partition, log_end)| {
                shared.positions.get(&partition).map(|position| (log_end - position).max(0))
            })
            .sum()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_counts_owned_partitions_and_commits_are_taken_once() {
        let progress = Progress::default();
        let [first, second] = [0, 1].map(|partition| TopicPartition { topic: "erp.price.change.v1", partition });
        progress.assign(&[(first, 10)]);
        assert_eq!(progress.lag([(first, 15), (second, 100)]), 5);

        progress.advance(first, 15);
        assert_eq!(progress.lag([(first, 15), (second, 100)]), 0);
        assert_eq!(progress.take_uncommitted(), HashMap::from([(first, 15)]));
        assert!(progress.take_uncommitted().is_empty());

        progress.revoke(&[first]);
        assert_eq!(progress.lag([(first, 99)]), 0);
    }
}
