//! The role `transforms`.

use std::sync::Arc;

use coheron_ingest::erp_decoder::ErpDecoder;
use coheron_stream::{Assignment, Stage};
use coheron_transforms::{ProjectCatalogue, ProjectOrders};

use super::{Surroundings, Tasks, run_stage_or_stand_by};
use crate::schema_source::schema_source;

pub fn start(surroundings: &Surroundings, tasks: &mut Tasks) -> anyhow::Result<()> {
    let schemas = schema_source(&surroundings.configuration, &surroundings.database)?;
    let database = &surroundings.database;
    let stages: [Arc<dyn Stage>; 2] = [
        Arc::new(ProjectCatalogue::new(database.clone(), ErpDecoder::new(schemas.clone()))),
        Arc::new(ProjectOrders::new(database.clone(), ErpDecoder::new(schemas))),
    ];
    for stage in stages {
        let kafka = surroundings.configuration.kafka()?.clone();
        let cancel = surroundings.cancel.clone();
        tasks.spawn(async move { run_stage_or_stand_by(&kafka, Assignment::Group, stage, cancel).await });
    }
    Ok(())
}
