//! The simulated ERP at work, with its ways to the shop.

use std::sync::Arc;

use coheron_integrations::erp_catalogue::ErpCatalogue;
use coheron_integrations::erp_simulator::{
    self, ErpSimulator, OrderTiming, Pace, STARTING_PATIENCE, SharedErp, answer_orders, keep_changing, patiently,
    register_schemas,
};
use coheron_integrations::schema_registry_client::{SchemaRegistryClient, SchemaRegistryError};
use coheron_store::sites::Site;
use coheron_stream::{Assignment, Batching, KafkaSettings, RecordProducer, StreamError, run_stage};
use tokio_util::sync::CancellationToken;

use crate::configuration::Configuration;
use crate::erp_desk::ErpDesk;
use crate::erp_publisher::KafkaPublisher;

pub struct ErpOffice {
    pub erp: Arc<SharedErp>,
    publisher: KafkaPublisher,
    kafka: KafkaSettings,
    /// Where orders come in; none where they are left lying.
    desk: Option<Arc<ErpDesk>>,
}

/// What to do with the shop's orders.
#[derive(Debug, Clone, Copy)]
pub enum Orders {
    Answer(OrderTiming),
    LeaveLying,
}

impl ErpOffice {
    /// A registry that is away is waited for, but not for longer than a minute.
    pub async fn open(
        configuration: &Configuration,
        site: &Site,
        catalogue: ErpCatalogue,
        seed: u64,
        orders: Orders,
    ) -> anyhow::Result<Self> {
        let kafka = configuration.kafka()?.clone();
        let registry = SchemaRegistryClient::new(&configuration.schema_registry_url())?;
        let register = || register_schemas(&registry, &kafka.topic_prefix);
        let ids = patiently(STARTING_PATIENCE, SchemaRegistryError::retry_class, register).await?;
        let publisher = KafkaPublisher { producer: RecordProducer::new(&kafka)? };
        let simulator = ErpSimulator::new(&site.code, catalogue, ids, seed, chrono::Utc::now);
        let (erp, desk) = match orders {
            Orders::LeaveLying => (Arc::new(SharedErp::new(simulator)), None),
            Orders::Answer(timing) => {
                let erp = Arc::new(SharedErp::new(simulator.with_orders(timing)));
                let desk = ErpDesk::new(erp.clone(), site.id, &site.code, Arc::new(registry));
                (erp, Some(Arc::new(desk)))
            }
        };
        Ok(Self { erp, publisher, kafka, desk })
    }

    /// Publishes everything the ERP holds.
    pub async fn export(&self, on_progress: impl FnMut(usize)) -> anyhow::Result<()> {
        Ok(erp_simulator::publish_catalogue(&self.erp, &self.publisher, on_progress).await?)
    }

    /// Answers orders and makes changes until it is cancelled or the changes are made, whose number it gives.
    /// `once_informed` runs when the ERP knows what happened in its absence, before it says anything else.
    pub async fn work(
        &self,
        pace: Option<Pace>,
        cancel: &CancellationToken,
        once_informed: impl AsyncFnOnce(&Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<u64> {
        let stop = cancel.child_token();
        let Some(desk) = self.desk.clone() else {
            once_informed(self).await?;
            return self.change(pace, &stop).await;
        };
        let reading = run_stage(&self.kafka, Assignment::All, desk.clone(), Batching::default(), stop.clone());
        let working = async {
            // Whoever does not know what happened must not say anything.
            let catch_up = patiently(STARTING_PATIENCE, StreamError::retry_class, || desk.caught_up(&self.kafka));
            let Some(caught_up) = stop.run_until_cancelled(catch_up).await else { return Ok(0) };
            caught_up?;
            once_informed(self).await?;
            let changing = async {
                let changed = self.change(pace, &stop).await;
                stop.cancel();
                changed
            };
            let (changed, answered) = tokio::join!(changing, answer_orders(&self.erp, &self.publisher, &stop));
            answered?;
            changed
        };
        // Whichever cannot go on ends the other.
        let reading = async {
            let read = reading.await;
            stop.cancel();
            read
        };
        let working = async {
            let worked = working.await;
            stop.cancel();
            worked
        };
        let (read, worked) = tokio::join!(reading, working);
        read?;
        worked
    }

    async fn change(&self, pace: Option<Pace>, stop: &CancellationToken) -> anyhow::Result<u64> {
        match pace {
            Some(pace) => Ok(keep_changing(&self.erp, &self.publisher, pace, stop).await?),
            None => {
                stop.cancelled().await;
                Ok(0)
            }
        }
    }
}
