//! The role `indexer`.

use std::sync::Arc;

use coheron_indexer::IndexDocuments;
use coheron_stream::{Assignment, Batching, run_stage};

use super::{Surroundings, Tasks};

pub fn start(surroundings: &Surroundings, stage: Arc<IndexDocuments>, tasks: &mut Tasks) -> anyhow::Result<()> {
    let kafka = surroundings.configuration.kafka()?.clone();
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move {
        run_stage(&kafka, Assignment::All, stage.clone(), Batching::default(), cancel).await?;
        stage.close().await?;
        Ok(())
    });
    Ok(())
}
