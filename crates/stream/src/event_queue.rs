//! The bounded way from the polling thread to the loop.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::error::StreamError;
use crate::record::{Record, TopicPartition};

/// One permit stands for one record of up to this many bytes; larger records take several.
const PERMIT_BYTES: usize = 16 * 1024;
/// Records under way at most, and with `PERMIT_BYTES` at most 32 MiB of them.
const PERMITS: usize = 2048;

/// What the thread tells the loop, in the order in which it happened.
pub(crate) enum SourceEvent {
    Record(Record),
    /// These partitions are ours from now on and stand at these positions.
    Assigned(Vec<(TopicPartition, i64)>),
    /// These partitions go to somebody else once `finished` is answered: all records before this event are stored.
    Revoked {
        partitions: Vec<TopicPartition>,
        finished: oneshot::Sender<()>,
    },
    Failed(StreamError),
}

pub(crate) struct EventSender {
    events: mpsc::UnboundedSender<Queued>,
    permits: Arc<Semaphore>,
    runtime: Handle,
}

pub(crate) struct EventReceiver {
    events: mpsc::UnboundedReceiver<Queued>,
    permits: Arc<Semaphore>,
}

/// Why a record was not taken.
pub(crate) enum NotSent {
    Full(Box<Record>),
    Closed,
}

/// The permit is given back when the loop takes the event; control events need none, so that a rebalance callback
/// never waits for room.
struct Queued {
    event: SourceEvent,
    _permit: Option<OwnedSemaphorePermit>,
}

pub(crate) fn event_queue(runtime: Handle) -> (EventSender, EventReceiver) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let permits = Arc::new(Semaphore::new(PERMITS));
    let event_sender = EventSender { events: sender, permits: Arc::clone(&permits), runtime };
    (event_sender, EventReceiver { events: receiver, permits })
}

impl EventSender {
    /// Queues the record, waiting for room at most this long. Called from the polling thread only.
    pub(crate) fn send_record(&self, record: Record, patience: Duration) -> Result<(), NotSent> {
        let wanted = permits_for(&record);
        let permits = Arc::clone(&self.permits);
        let permit = match Arc::clone(&permits).try_acquire_many_owned(wanted) {
            Ok(permit) => permit,
            Err(_) => {
                let waiting = permits.acquire_many_owned(wanted);
                match self.runtime.block_on(async { tokio::time::timeout(patience, waiting).await }) {
                    Ok(Ok(permit)) => permit,
                    Ok(Err(_closed)) => return Err(NotSent::Closed),
                    Err(_elapsed) => return Err(NotSent::Full(Box::new(record))),
                }
            }
        };
        let queued = Queued { event: SourceEvent::Record(record), _permit: Some(permit) };
        self.events.send(queued).map_err(|_| NotSent::Closed)
    }

    /// Queues a control event; false when the loop has ended.
    #[must_use]
    pub(crate) fn send_control(&self, event: SourceEvent) -> bool {
        self.events.send(Queued { event, _permit: None }).is_ok()
    }

    /// Whether enough was taken out to fetch again after a pause.
    pub(crate) fn is_half_empty(&self) -> bool {
        self.permits.available_permits() >= PERMITS / 2
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.events.is_closed()
    }
}

impl EventReceiver {
    /// The next event, none when the thread has ended. Cancel safe.
    pub(crate) async fn next(&mut self) -> Option<SourceEvent> {
        self.events.recv().await.map(|queued| queued.event)
    }

    /// The next event that is there already.
    pub(crate) fn next_ready(&mut self) -> Option<SourceEvent> {
        self.events.try_recv().ok().map(|queued| queued.event)
    }
}

impl Drop for EventReceiver {
    fn drop(&mut self) {
        // Wakes a thread that waits for room.
        self.permits.close();
    }
}

fn permits_for(record: &Record) -> u32 {
    let permits = record_bytes(record).div_ceil(PERMIT_BYTES).clamp(1, PERMITS);
    u32::try_from(permits).unwrap_or(u32::MAX)
}

/// Key, payload and header bytes.
pub(crate) fn record_bytes(record: &Record) -> usize {
    let headers: usize = record.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    record.key.as_ref().map_or(0, |key| key.len())
        + record.payload.as_ref().map_or(0, |payload| payload.len())
        + headers
}
