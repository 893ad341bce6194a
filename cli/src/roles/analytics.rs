//! The role `analytics`: events into files, and the upkeep of the files. Questions are answered by the role `web`.

use std::sync::Arc;

use async_trait::async_trait;
use coheron_analytics::{DeadLetterWriter, EventFolder, WriteEvents, keep_up_event_files};
use coheron_store::{PipelineTransaction, StoreError};
use coheron_stream::{Assignment, DeadLetter};
use coheron_transforms::quarantine;

use super::{Surroundings, Tasks, run_batched_stage_or_stand_by};

pub fn start(surroundings: &Surroundings, tasks: &mut Tasks) -> anyhow::Result<()> {
    let kafka = surroundings.configuration.kafka()?.clone();
    let settings = surroundings.configuration.analytics.clone();
    let database = surroundings.database.clone();
    let folder = EventFolder::new(&settings.folder);
    let stage = Arc::new(WriteEvents::new(database.clone(), folder, Arc::new(DeadLetterTable)));
    let (batching, cancel) = (settings.batching(), surroundings.cancel.clone());
    tasks.spawn(async move { run_batched_stage_or_stand_by(&kafka, Assignment::Group, stage, batching, cancel).await });
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move { Ok(keep_up_event_files(&database, &settings, &cancel).await?) });
    Ok(())
}

struct DeadLetterTable;

#[async_trait]
impl DeadLetterWriter for DeadLetterTable {
    async fn bury(
        &self,
        transaction: &mut PipelineTransaction,
        stage: &'static str,
        letters: &[DeadLetter],
    ) -> Result<(), StoreError> {
        quarantine(transaction, stage, letters).await
    }
}
