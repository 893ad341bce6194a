//! The role `transforms`.

use std::sync::Arc;

use coheron_ingest::erp_decoder::ErpDecoder;
use coheron_stream::Assignment;
use coheron_transforms::ProjectCatalogue;

use super::{Surroundings, Tasks, run_stage_or_stand_by};
use crate::schema_source::schema_source;

pub fn start(surroundings: &Surroundings, tasks: &mut Tasks) -> anyhow::Result<()> {
    let kafka = surroundings.configuration.kafka()?.clone();
    let schemas = schema_source(&surroundings.configuration, &surroundings.database)?;
    let stage = Arc::new(ProjectCatalogue::new(surroundings.database.clone(), ErpDecoder::new(schemas)));
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move { run_stage_or_stand_by(&kafka, Assignment::Group, stage, cancel).await });
    Ok(())
}
