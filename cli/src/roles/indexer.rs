//! The role `indexer`.

use std::sync::Arc;

use coheron_indexer::IndexDocuments;
use coheron_stream::Assignment;

use super::{Surroundings, Tasks, run_stage_or_stand_by};

pub fn start(surroundings: &Surroundings, stage: Arc<IndexDocuments>, tasks: &mut Tasks) -> anyhow::Result<()> {
    let kafka = surroundings.configuration.kafka()?.clone();
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move {
        run_stage_or_stand_by(&kafka, Assignment::All, stage.clone(), cancel).await?;
        stage.close().await?;
        Ok(())
    });
    Ok(())
}
