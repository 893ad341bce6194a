//! The role `worker`.

use std::sync::Arc;

use coheron_stream::RecordProducer;
use coheron_worker::{
    Job, RelayOutbox, RunJobs, SendOrderConfirmation, WireFormat, settle_checkouts, sweep_expired, watch_job_queue,
};

use super::adapters::Adapters;
use super::{Surroundings, Tasks, storefront};
use crate::schema_source::schema_registrar;

pub fn start(surroundings: &Surroundings, tasks: &mut Tasks) -> anyhow::Result<()> {
    let producer = Arc::new(RecordProducer::new(surroundings.configuration.kafka()?)?);
    let registrar = schema_registrar(&surroundings.configuration, &surroundings.database)?;
    let wire_format = WireFormat::new(registrar, &surroundings.configuration.kafka()?.topic_prefix);
    let relay = RelayOutbox::new(surroundings.database.clone(), producer, wire_format);
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move { Ok(relay.run(cancel).await?) });
    let (database, cancel) = (surroundings.database.clone(), surroundings.cancel.clone());
    tasks.spawn(async move { Ok(sweep_expired(&database, &cancel).await?) });
    let adapters = Adapters::open(&surroundings.configuration)?;
    let (storefront, cancel) = (storefront::open(surroundings, &adapters), surroundings.cancel.clone());
    tasks.spawn(async move { Ok(settle_checkouts(&storefront, &cancel).await?) });
    let run_jobs = RunJobs::new(surroundings.database.clone(), jobs(surroundings, &adapters));
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move { Ok(run_jobs.run(cancel).await?) });
    let (database, cancel) = (surroundings.database.clone(), surroundings.cancel.clone());
    tasks.spawn(async move { Ok(watch_job_queue(&database, &cancel).await?) });
    Ok(())
}

/// What this worker can do; the rest stays in the queue.
fn jobs(surroundings: &Surroundings, adapters: &Adapters) -> Vec<Arc<dyn Job>> {
    let Some(mailer) = adapters.mailer.clone() else {
        tracing::warn!("neither mail.smtp nor mail.folder is configured: mails wait in the job queue");
        return vec![];
    };
    let public_url = surroundings.configuration.website.public_url.clone();
    vec![Arc::new(SendOrderConfirmation::new(surroundings.database.clone(), mailer, public_url))]
}
