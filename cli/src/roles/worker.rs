//! The role `worker`.

use std::sync::Arc;

use coheron_stream::RecordProducer;
use coheron_worker::{RelayOutbox, sweep_expired};

use super::{Surroundings, Tasks};

pub fn start(surroundings: &Surroundings, tasks: &mut Tasks) -> anyhow::Result<()> {
    let producer = Arc::new(RecordProducer::new(surroundings.configuration.kafka()?)?);
    let relay = RelayOutbox::new(surroundings.database.clone(), producer);
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move { Ok(relay.run(cancel).await?) });
    let (database, cancel) = (surroundings.database.clone(), surroundings.cancel.clone());
    tasks.spawn(async move { Ok(sweep_expired(&database, &cancel).await?) });
    Ok(())
}
