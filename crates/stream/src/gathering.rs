//! The batch that gathers while the stage works on the one before.

use tokio::time::{Instant, timeout};

use crate::batching::Batching;
use crate::error::StreamError;
use crate::event_queue::{EventReceiver, SourceEvent, record_bytes};
use crate::record::{Record, TopicPartition};

/// Records in consumption order, up to the next barrier.
#[derive(Default)]
pub(crate) struct Gathering {
    records: Vec<Record>,
    bytes: usize,
    first_at: Option<Instant>,
    barrier: Option<Barrier>,
}

/// What must not be overtaken: everything gathered before it is processed first, nothing is gathered after it.
pub(crate) enum Barrier {
    Assigned(Vec<(TopicPartition, i64)>),
    Revoked {
        partitions: Vec<TopicPartition>,
        finished: tokio::sync::oneshot::Sender<()>,
    },
    Failed(StreamError),
    /// The thread is gone.
    Ended,
}

impl Gathering {
    /// Returns when there is a batch or a barrier to work on. Cancel safe.
    pub(crate) async fn until_ready(&mut self, events: &mut EventReceiver, batching: &Batching) {
        loop {
            while !self.is_closed_off(batching) {
                let Some(event) = events.next_ready() else { break };
                self.take(event);
            }
            if self.is_closed_off(batching) {
                return;
            }
            let Some(first_at) = self.first_at else {
                let event = events.next().await;
                self.take_or_end(event);
                continue;
            };
            let waited = first_at.elapsed();
            if waited >= batching.max_wait() {
                return;
            }
            let patience = batching.idle().min(batching.max_wait().saturating_sub(waited));
            match timeout(patience, events.next()).await {
                Ok(event) => self.take_or_end(event),
                Err(_idle) => return,
            }
        }
    }

    /// Gathers in the background and returns when nothing more fits. Cancel safe.
    pub(crate) async fn until_closed_off(&mut self, events: &mut EventReceiver, batching: &Batching) {
        while !self.is_closed_off(batching) {
            let event = events.next().await;
            self.take_or_end(event);
        }
    }

    pub(crate) fn take_records(&mut self) -> Vec<Record> {
        self.bytes = 0;
        self.first_at = None;
        std::mem::take(&mut self.records)
    }

    /// The barrier, once everything before it was taken.
    pub(crate) fn take_barrier(&mut self) -> Option<Barrier> {
        if self.records.is_empty() { self.barrier.take() } else { None }
    }

    fn is_closed_off(&self, batching: &Batching) -> bool {
        self.barrier.is_some() || self.records.len() >= batching.max_records || self.bytes >= batching.max_bytes
    }

    fn take_or_end(&mut self, event: Option<SourceEvent>) {
        match event {
            Some(event) => self.take(event),
            None => self.barrier = Some(Barrier::Ended),
        }
    }

    fn take(&mut self, event: SourceEvent) {
        match event {
            SourceEvent::Record(record) => {
                self.first_at.get_or_insert_with(Instant::now);
                self.bytes += record_bytes(&record);
                self.records.push(record);
            }
            SourceEvent::Assigned(positions) => self.barrier = Some(Barrier::Assigned(positions)),
            SourceEvent::Revoked { partitions, finished } => {
                self.barrier = Some(Barrier::Revoked { partitions, finished });
            }
            SourceEvent::Failed(error) => self.barrier = Some(Barrier::Failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use chrono::DateTime;
    use tokio::runtime::Handle;

    use super::*;
    use crate::event_queue::event_queue;

    fn record(offset: i64, bytes: usize) -> Record {
        Record {
            topic: "erp.price.change.v1",
            partition: 0,
            offset,
            key: None,
            payload: Some(Bytes::from(vec![b'x'; bytes])),
            headers: Vec::new(),
            timestamp: DateTime::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn a_batch_closes_at_its_record_and_byte_limits_and_when_idle() {
        let (sender, mut events) = event_queue(Handle::current());
        for offset in 0..5 {
            assert!(sender.send_record(record(offset, 10), Duration::ZERO).is_ok());
        }
        let mut gathering = Gathering::default();
        let by_count = Batching { max_records: 2, ..Batching::default() };
        gathering.until_ready(&mut events, &by_count).await;
        assert_eq!(gathering.take_records().len(), 2);

        let by_bytes = Batching { max_bytes: 15, ..Batching::default() };
        gathering.until_ready(&mut events, &by_bytes).await;
        assert_eq!(gathering.take_records().len(), 2);

        gathering.until_ready(&mut events, &Batching::default()).await;
        assert_eq!(gathering.take_records().len(), 1, "the last one is handed over when nothing follows");
    }

    #[tokio::test]
    async fn a_barrier_is_not_overtaken() {
        let (sender, mut events) = event_queue(Handle::current());
        let partition = TopicPartition { topic: "erp.price.change.v1", partition: 0 };
        assert!(sender.send_record(record(0, 1), Duration::ZERO).is_ok());
        assert!(sender.send_control(SourceEvent::Assigned(vec![(partition, 7)])));
        assert!(sender.send_record(record(7, 1), Duration::ZERO).is_ok());

        let mut gathering = Gathering::default();
        gathering.until_closed_off(&mut events, &Batching::default()).await;
        assert!(gathering.take_barrier().is_none(), "the record before it comes first");
        assert_eq!(gathering.take_records().len(), 1);
        assert!(matches!(gathering.take_barrier(), Some(Barrier::Assigned(_))));
        gathering.until_ready(&mut events, &Batching::default()).await;
        assert_eq!(gathering.take_records().first().map(|record| record.offset), Some(7));

        drop(sender);
        gathering.until_ready(&mut events, &Batching::default()).await;
        assert!(matches!(gathering.take_barrier(), Some(Barrier::Ended)));
    }
}
