//! The role `indexer`.

use std::sync::Arc;
use std::time::Duration;

use coheron_indexer::IndexDocuments;
use coheron_stream::Assignment;
use tokio::time::{Instant, MissedTickBehavior};

use super::{Surroundings, Tasks, run_stage_or_stand_by};

/// Between two looks for what is due to be stored.
const STORING_PERIOD: Duration = Duration::from_secs(1);
/// Between two questions whether everything has been read. The topic keeps deletions for days.
const CONFIRMING_PERIOD: Duration = Duration::from_secs(60 * 60);

pub fn start(surroundings: &Surroundings, stage: Arc<IndexDocuments>, tasks: &mut Tasks) -> anyhow::Result<()> {
    let kafka = surroundings.configuration.kafka()?.clone();
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move {
        let ended = tokio::select! {
            ended = run_stage_or_stand_by(&kafka, Assignment::All, stage.clone(), cancel) => ended,
            () = store_regularly(&stage) => Ok(()),
            () = confirm_regularly(&stage) => Ok(()),
        };
        ended?;
        stage.close().await?;
        Ok(())
    });
    Ok(())
}

/// Never ends by itself. When it is dropped, a store that was begun goes on, and `close` waits for it.
async fn store_regularly(stage: &IndexDocuments) {
    let mut ticks = tokio::time::interval(STORING_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = stage.store_due().await {
            let error = anyhow::Error::from(error);
            tracing::warn!(error = format!("{error:#}"), "what an index holds back could not be stored");
        }
    }
}

/// Never ends by itself.
async fn confirm_regularly(stage: &IndexDocuments) {
    // A session that begins looks by itself.
    let mut ticks = tokio::time::interval_at(Instant::now() + CONFIRMING_PERIOD, CONFIRMING_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = stage.confirm_reading().await {
            let error = anyhow::Error::from(error);
            tracing::warn!(error = format!("{error:#}"), "it is not known whether everything has been read");
        }
    }
}
