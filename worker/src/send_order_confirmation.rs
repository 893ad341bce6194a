//! The job `send_order_confirmation`: writes to the shopper what was ordered.
//!
//! A mail server cannot be asked whether it took a mail, so a crash after handing it over sends it again, under the same
//! message id: mailboxes may show it once.

use std::sync::Arc;

use async_trait::async_trait;
use coheron_core::commerce_ports::Mailer;
use coheron_core::ids::{OrderId, SiteId};
use coheron_store::job_queue::{ClaimedJob, JobKind};
use coheron_store::sites::{self, Site};
use coheron_store::{Database, StoreError, orders};
use serde::Deserialize;

use crate::order_confirmation_mail::{ConfirmedOrder, order_confirmation_mail};
use crate::run_jobs::{Job, JobError};
use crate::shop_address::shop_address;

pub struct SendOrderConfirmation {
    database: Database,
    mailer: Arc<dyn Mailer>,
    public_url: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    order_id: OrderId,
}

impl SendOrderConfirmation {
    /// `public_url` is where the website is reached, where that is configured.
    pub fn new(database: Database, mailer: Arc<dyn Mailer>, public_url: Option<String>) -> Self {
        Self { database, mailer, public_url }
    }

    async fn link(&self, site_id: SiteId, order_id: OrderId, shop: Option<&str>) -> Result<Option<String>, JobError> {
        let Some(shop) = shop else { return Ok(None) };
        let key = sites::signing_key(&self.database, site_id).await?;
        let signature = key.sign("order", &order_id.to_string());
        Ok(Some(format!("{shop}/orders/{order_id}?key={signature}")))
    }
}

#[async_trait]
impl Job for SendOrderConfirmation {
    fn kind(&self) -> JobKind {
        JobKind::SendOrderConfirmation
    }

    async fn run(&self, job: &ClaimedJob) -> Result<(), JobError> {
        let Payload { order_id } = serde_json::from_value(job.payload.clone())?;
        let Some(site) = sites::find_by_id(&self.database, job.site_id).await? else { return Ok(()) };
        let mut transaction = self.database.begin_pipeline().await?;
        let order = orders::find(&mut transaction, site.id, order_id).await?;
        transaction.rollback().await.map_err(StoreError::from)?;
        // An order that is gone needs no confirmation any more.
        let Some(order) = order else { return Ok(()) };
        let domains = sites::domains(&self.database, site.id).await?;
        let shop = shop_address(self.public_url.as_deref(), &domains);
        let link = self.link(site.id, order_id, shop.as_deref()).await?;
        let mail = order_confirmation_mail(&ConfirmedOrder {
            shop_name: &site.name,
            language: &site.locale,
            number: order.number,
            purchase: &order.purchase,
            link: link.as_deref(),
            message_id: &message_id(&site, order_id),
        })?;
        self.mailer.send(&mail).await?;
        metrics::counter!("coheron_mail_sent_total", "mail" => "order_confirmation").increment(1);
        Ok(())
    }
}

/// The same for every attempt, and made of nothing that changes.
fn message_id(site: &Site, order_id: OrderId) -> String {
    format!("order-confirmation.{order_id}@{}.coheron", site.code)
}
