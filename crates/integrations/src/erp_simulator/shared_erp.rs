//! One ERP at which several work: one reads what comes in, one answers, one changes prices and stock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::Utc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::ErpSimulator;
use super::patience::ENDLESS_PATIENCE;
use super::publishing::{BATCH_RECORDS, RecordPublisher, SimulationError, publish_patiently};

/// An answer may become due without news; nobody waits longer than this to see.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

pub struct SharedErp {
    simulator: Mutex<ErpSimulator>,
    news: Notify,
}

impl SharedErp {
    pub fn new(simulator: ErpSimulator) -> Self {
        Self { simulator: Mutex::new(simulator), news: Notify::new() }
    }

    pub fn lock(&self) -> MutexGuard<'_, ErpSimulator> {
        self.simulator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells `answer_orders` that something came in.
    pub fn has_news(&self) {
        self.news.notify_one();
    }
}

/// Says what orders make due until it is cancelled. A broker that is away is waited for. What was under way when the
/// end came is said by the next life of the ERP, where it did not arrive.
pub async fn answer_orders(
    erp: &SharedErp,
    publisher: &dyn RecordPublisher,
    cancel: &CancellationToken,
) -> Result<(), SimulationError> {
    loop {
        let (records, wait) = {
            let mut simulator = erp.lock();
            let records = simulator.due_records()?;
            let wait = simulator.next_due().map(|due| (due - Utc::now()).to_std().unwrap_or_default());
            (records, wait.unwrap_or(LONGEST_WAIT).clamp(Duration::from_millis(1), LONGEST_WAIT))
        };
        for batch in records.chunks(BATCH_RECORDS) {
            match cancel.run_until_cancelled(publish_patiently(publisher, batch, ENDLESS_PATIENCE)).await {
                Some(stored) => stored?,
                None => return Ok(()),
            }
        }
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            () = erp.news.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
