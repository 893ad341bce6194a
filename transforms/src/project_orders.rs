//! The stage `project_orders`: the ERP's answers in, the state of orders out, in one transaction with the checkpoint.

use std::collections::HashMap;

use async_trait::async_trait;
use coheron_core::change::OrderAnswer;
use coheron_core::topics::{self, Topic};
use coheron_ingest::erp_decoder::ErpDecoder;
use coheron_store::Database;
use coheron_store::orders::{ErpOrderOutcome, apply_erp_change};
use coheron_stream::record::{Record, TopicPartition};
use coheron_stream::stage::{Applied, Batch, DeadLetter, Stage, StageError};

use crate::erp_feed::ErpFeed;
use crate::stage_store::{self, stage_error};

const NAME: &str = "project_orders";
const TOPICS: &[Topic] = &[topics::ERP_ORDER_CHANGE];
/// An order is committed before anything of it leaves, so an answer to one that is not there answers to nothing.
const UNKNOWN_ORDER: &str = "unknown_order";

/// Takes the ERP's answers over, by the one function of the store that moves orders.
pub struct ProjectOrders {
    database: Database,
    feed: ErpFeed,
}

impl ProjectOrders {
    pub fn new(database: Database, decoder: ErpDecoder) -> Self {
        Self { feed: ErpFeed::new(database.clone(), decoder), database }
    }
}

#[async_trait]
impl Stage for ProjectOrders {
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
        let (records, answers): (Vec<&Record>, Vec<OrderAnswer>) = decoded.facts.into_iter().unzip();
        let mut letters = decoded.letters;

        let mut transaction = self.database.begin_pipeline().await.map_err(stage_error)?;
        if !answers.is_empty() {
            let outcomes = apply_erp_change(&mut transaction, &answers).await.map_err(stage_error)?;
            for ((record, answer), outcome) in records.into_iter().zip(&answers).zip(outcomes) {
                count(outcome);
                match outcome {
                    ErpOrderOutcome::Applied | ErpOrderOutcome::Stale => {}
                    ErpOrderOutcome::StatusKept(refused) => {
                        let number = answer.facts.order_number;
                        tracing::warn!(site_id = %answer.site_id, number, %refused, "the ERP and the shop disagree");
                    }
                    ErpOrderOutcome::UnknownOrder => letters.push(unknown_order(record, answer)),
                }
            }
        }
        let set_aside = letters.iter().map(|letter| letter.reason_code).collect();
        letters.extend(batch.dead_letters.iter().cloned());
        stage_store::finish(transaction, NAME, TOPICS, &letters, &batch.advances).await?;
        Ok(Applied { set_aside })
    }
}

fn unknown_order(record: &Record, answer: &OrderAnswer) -> DeadLetter {
    let number = answer.facts.order_number;
    DeadLetter {
        record: record.clone(),
        reason_code: UNKNOWN_ORDER,
        reason: format!("order_number: the shop has no order {number}"),
        schema_id: None,
    }
}

fn count(outcome: ErpOrderOutcome) {
    let outcome = match outcome {
        ErpOrderOutcome::Applied => "applied",
        ErpOrderOutcome::Stale => "stale",
        ErpOrderOutcome::StatusKept(_) => "status_kept",
        ErpOrderOutcome::UnknownOrder => UNKNOWN_ORDER,
    };
    metrics::counter!("coheron_transform_order_answers_total", "outcome" => outcome).increment(1);
}
