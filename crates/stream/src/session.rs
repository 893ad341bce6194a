//! One life of a consumer: from joining to the first error, or to the end.

use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::applier::{Applier, DeadLetterRate};
use crate::batching::Batching;
use crate::broker_watch::BrokerWatch;
use crate::error::StreamError;
use crate::event_queue::{EventReceiver, event_queue};
use crate::gathering::{Barrier, Gathering};
use crate::position_tracker::PositionTracker;
use crate::progress::Progress;
use crate::runner::Assignment;
use crate::settings::KafkaSettings;
use crate::source::poll_until_closed;
use crate::source_context::SourceContext;
use crate::stage::Stage;

/// For the consumer to close. It waits for answers of the broker, which may be away.
const CLOSING_PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Session<'runner> {
    pub(crate) settings: &'runner KafkaSettings,
    pub(crate) assignment: Assignment,
    pub(crate) stage: &'runner Arc<dyn Stage>,
    pub(crate) batching: &'runner Batching,
    pub(crate) cancel: &'runner CancellationToken,
}

impl Session<'_> {
    /// Ok means cancelled. After any end the consumer is closed, so that the next session may take its place.
    pub(crate) async fn run(&self, dead_letter_rate: &mut DeadLetterRate) -> Result<(), StreamError> {
        let progress = Arc::new(Progress::default());
        let (sender, mut events) = event_queue(Handle::current());
        let context = SourceContext {
            stage: Arc::clone(self.stage),
            settings: self.settings.clone(),
            events: Arc::new(sender),
            progress: Arc::clone(&progress),
            broker_watch: BrokerWatch::default(),
            runtime: Handle::current(),
            closing: AtomicBool::new(false),
            failure: Mutex::new(None),
        };
        let assignment = self.assignment;
        let thread = tokio::task::spawn_blocking(move || poll_until_closed(context, assignment));
        let applier = Applier {
            stage: Arc::clone(self.stage),
            tracker: PositionTracker::default(),
            progress,
            batching: self.batching,
            dead_letter_rate,
            cancel: self.cancel.clone(),
        };
        let result = self.drive(&mut events, applier).await;
        // Tells the thread to stop.
        drop(events);
        match tokio::time::timeout(CLOSING_PATIENCE, thread).await {
            Ok(Ok(())) => {}
            Ok(Err(panic)) => tracing::error!(stage = self.stage.name(), %panic, "the consumer thread failed"),
            Err(_elapsed) => tracing::warn!(stage = self.stage.name(), "the consumer did not close in time"),
        }
        result
    }

    async fn drive(&self, events: &mut EventReceiver, mut applier: Applier<'_>) -> Result<(), StreamError> {
        let mut gathering = Gathering::default();
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Ok(()),
                () = gathering.until_ready(events, self.batching) => {}
            }
            let records = gathering.take_records();
            if !records.is_empty() {
                // While the stage works the next batch gathers; what follows waits in the bounded queue.
                let mut applying = pin!(applier.apply(records));
                tokio::select! {
                    biased;
                    applied = &mut applying => applied?,
                    () = gathering.until_closed_off(events, self.batching) => applying.await?,
                }
            }
            match gathering.take_barrier() {
                None => {}
                Some(Barrier::Assigned(positions)) => applier.tracker.assign(&positions),
                Some(Barrier::Revoked { partitions, finished }) => {
                    applier.tracker.revoke(&partitions);
                    applier.progress.revoke(&partitions);
                    // The thread may have stopped waiting.
                    let _received = finished.send(());
                }
                Some(Barrier::Failed(error)) => return Err(error),
                Some(Barrier::Ended) => return Err(StreamError::ConsumerThreadEnded),
            }
        }
    }
}
