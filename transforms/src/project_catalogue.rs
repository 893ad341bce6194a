//! The stage `project_catalogue`: ERP changes in, rows, documents and announcements out, in one transaction with the
//! checkpoint.

use std::collections::HashMap;

use async_trait::async_trait;
use coheron_core::topics::{self, Topic};
use coheron_ingest::erp_decoder::ErpDecoder;
use coheron_store::Database;
use coheron_stream::record::TopicPartition;
use coheron_stream::stage::{Applied, Batch, Stage, StageError};

use crate::catalogue_batch::CatalogueBatch;
use crate::documents::recompute_documents;
use crate::erp_feed::ErpFeed;
use crate::stage_store::{self, stage_error};

const NAME: &str = "project_catalogue";
const TOPICS: &[Topic] =
    &[topics::ERP_CATEGORY_CHANGE, topics::ERP_PRODUCT_CHANGE, topics::ERP_PRICE_CHANGE, topics::ERP_STOCK_CHANGE];

/// Projects the four catalogue feeds. One writer for `website_products`, `website_product_*`, `website_categories`,
/// `website_prices` and `website_stock`.
pub struct ProjectCatalogue {
    database: Database,
    feed: ErpFeed,
}

impl ProjectCatalogue {
    pub fn new(database: Database, decoder: ErpDecoder) -> Self {
        Self { feed: ErpFeed::new(database.clone(), decoder), database }
    }
}

#[async_trait]
impl Stage for ProjectCatalogue {
    fn name(&self) -> &'static str {
        NAME
    }

    fn topics(&self) -> &'static [Topic] {
        TOPICS
    }

    async fn positions(&self, partitions: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError> {
        stage_store::positions(&self.database, NAME, partitions).await
    }

    async fn process(&self, batch: &Batch) -> Result<Applied, StageError> {
        let decoded = self.feed.decode(&batch.records).await?;
        let set_aside = decoded.letters.iter().map(|letter| letter.reason_code).collect();
        let mut letters = decoded.letters;
        letters.extend(batch.dead_letters.iter().cloned());
        let mut changes = CatalogueBatch::default();
        for (record, change) in decoded.facts {
            changes.add(record.header(topics::TRACEPARENT), change);
        }

        let mut transaction = self.database.begin_pipeline().await.map_err(stage_error)?;
        if !changes.is_empty() {
            let (applied, traceparents) = changes.apply(&mut transaction).await.map_err(stage_error)?;
            let documents =
                recompute_documents(&mut transaction, &applied, &traceparents).await.map_err(stage_error)?;
            metrics::counter!("coheron_transform_changes_total").increment(applied.len() as u64);
            metrics::counter!("coheron_transform_documents_total").increment(documents as u64);
        }
        stage_store::finish(transaction, NAME, TOPICS, &letters, &batch.advances).await?;
        Ok(Applied { set_aside })
    }
}
