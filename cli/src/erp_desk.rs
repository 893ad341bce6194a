//! What comes in at the simulated ERP: orders, and what it said of orders and stock in an earlier life.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use coheron_core::change::{CatalogueChange, ChangeBody, OrderAnswer};
use coheron_core::ids::SiteId;
use coheron_core::ports::SchemaSource;
use coheron_core::topics::{COMMERCE_ORDER_EVENT, ERP_ORDER_CHANGE, ERP_STOCK_CHANGE, Topic};
use coheron_ingest::erp_decoder::{ErpDecoder, ErpFact};
use coheron_ingest::incoming_record::IncomingRecord;
use coheron_ingest::ingest_error::DecodeFailure;
use coheron_ingest::site_directory::SiteDirectory;
use coheron_integrations::erp_simulator::{BEFORE_ORDERS_HEADER, ReadStock, SharedErp};
use coheron_schemas::codec;
use coheron_schemas::framing::unframe;
use coheron_schemas::records::OrderEvent;
use coheron_schemas::writer_schema::WriterSchema;
use coheron_stream::record::{Record, TopicPartition};
use coheron_stream::{Applied, Batch, KafkaSettings, Stage, StageError, StreamError, describe_topics};
use tokio::sync::watch;

const NAME: &str = "erp_sim_orders";
const TOPICS: &[Topic] = &[COMMERCE_ORDER_EVENT, ERP_ORDER_CHANGE, ERP_STOCK_CHANGE];

/// Reads the three topics from their beginning in every life: the ERP keeps nothing elsewhere. Records that it cannot
/// read are not its business.
pub struct ErpDesk {
    erp: Arc<SharedErp>,
    site_id: SiteId,
    sites: SiteDirectory,
    decoder: ErpDecoder,
    schemas: Arc<dyn SchemaSource>,
    order_schemas: Mutex<HashMap<i32, Arc<WriterSchema>>>,
    positions: watch::Sender<HashMap<TopicPartition, i64>>,
}

/// Something that the ERP has to know.
enum News {
    Order(Box<OrderEvent>),
    Answer(Box<OrderAnswer>),
    Stock(ReadStock),
}

impl ErpDesk {
    pub fn new(erp: Arc<SharedErp>, site_id: SiteId, site_code: &str, schemas: Arc<dyn SchemaSource>) -> Self {
        Self {
            erp,
            site_id,
            sites: SiteDirectory::new([(site_id, site_code)]),
            decoder: ErpDecoder::new(schemas.clone()),
            schemas,
            order_schemas: Mutex::default(),
            positions: watch::Sender::default(),
        }
    }

    /// Waits until everything was read that lay on the topics when this was called.
    pub async fn caught_up(&self, kafka: &KafkaSettings) -> Result<(), StreamError> {
        let mut ends = Vec::new();
        for (topic, description) in TOPICS.iter().zip(describe_topics(kafka, TOPICS).await?) {
            let filled = description.partitions.into_iter().filter(|part| part.latest_offset > part.earliest_offset);
            ends.extend(
                filled
                    .map(|part| (TopicPartition { topic: topic.name, partition: part.partition }, part.latest_offset)),
            );
        }
        let mut positions = self.positions.subscribe();
        let reached = positions.wait_for(|positions| {
            ends.iter().all(|(partition, end)| positions.get(partition).is_some_and(|position| position >= end))
        });
        // Fails only without a sender, which this holds.
        let _reached = reached.await;
        Ok(())
    }

    async fn read(&self, record: &Record) -> Result<Option<News>, StageError> {
        match record.topic {
            topic if topic == COMMERCE_ORDER_EVENT.name => self.read_order(record).await,
            topic if topic == ERP_ORDER_CHANGE.name => {
                let answer: Option<OrderAnswer> = self.read_own(record).await?;
                Ok(answer.map(|answer| News::Answer(Box::new(answer))))
            }
            _ => Ok(self.read_own(record).await?.and_then(|change| self.stock_of(record, change))),
        }
    }

    async fn read_order(&self, record: &Record) -> Result<Option<News>, StageError> {
        let Some(framed) = record.payload.as_deref().and_then(|payload| unframe(payload).ok()) else { return Ok(None) };
        let Some(writer) = self.order_schema(framed.schema_id).await? else { return Ok(None) };
        match codec::decode::<OrderEvent>(&writer, framed.body) {
            Ok(event) => Ok(Some(News::Order(Box::new(event)))),
            Err(error) => {
                tracing::warn!(offset = record.offset, partition = record.partition, %error, "an order is not legible");
                Ok(None)
            }
        }
    }

    async fn order_schema(&self, schema_id: i32) -> Result<Option<Arc<WriterSchema>>, StageError> {
        if let Some(known) = self.order_schemas().get(&schema_id) {
            return Ok(Some(known.clone()));
        }
        let text = self.schemas.schema_by_id(schema_id).await.map_err(unreachable_registry)?;
        let Some(writer) = text.and_then(|text| WriterSchema::parse(&text).ok()).map(Arc::new) else {
            tracing::warn!(schema_id, "an order is not legible: the registry has no such schema");
            return Ok(None);
        };
        self.order_schemas().insert(schema_id, writer.clone());
        Ok(Some(writer))
    }

    async fn read_own<Fact: ErpFact>(&self, record: &Record) -> Result<Option<Fact>, StageError> {
        let incoming = IncomingRecord {
            topic: record.topic,
            partition: record.partition,
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.as_deref(),
            payload: record.payload.as_deref(),
            headers: &record.headers,
        };
        match self.decoder.decode(&incoming, &self.sites).await {
            Ok(fact) => Ok(Some(fact)),
            Err(DecodeFailure::Refused(_)) => Ok(None),
            Err(DecodeFailure::RegistryUnavailable(error)) => Err(unreachable_registry(error)),
        }
    }

    fn stock_of(&self, record: &Record, change: CatalogueChange) -> Option<News> {
        let CatalogueChange::Stock(change) = change else { return None };
        let ChangeBody::Upsert(figure) = change.body else { return None };
        let before_orders = record.header(BEFORE_ORDERS_HEADER).and_then(|value| value.parse().ok());
        let entity_version = change.as_of.entity_version;
        Some(News::Stock(ReadStock { sku: change.entity_id, entity_version, figure, before_orders }))
    }

    fn order_schemas(&self) -> MutexGuard<'_, HashMap<i32, Arc<WriterSchema>>> {
        self.order_schemas.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Stage for ErpDesk {
    fn name(&self) -> &'static str {
        NAME
    }

    fn topics(&self) -> &'static [Topic] {
        TOPICS
    }

    async fn positions(&self, _partitions: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError> {
        Ok(self.positions.borrow().clone())
    }

    async fn process(&self, batch: &Batch) -> Result<Applied, StageError> {
        let mut news = Vec::with_capacity(batch.records.len());
        for record in &batch.records {
            news.extend(self.read(record).await?);
        }
        {
            let mut simulator = self.erp.lock();
            for item in news {
                match item {
                    News::Order(event) => simulator.read_order(&event),
                    News::Answer(answer) if answer.site_id == self.site_id => simulator.read_answer(&answer),
                    News::Answer(_) => {}
                    News::Stock(read) => simulator.read_stock(read),
                }
            }
        }
        self.positions.send_modify(|positions| {
            positions.extend(batch.advances.iter().map(|advance| (advance.partition, advance.to)));
        });
        self.erp.has_news();
        Ok(Applied::default())
    }
}

fn unreachable_registry(error: coheron_core::ports::SchemaSourceError) -> StageError {
    StageError::Transient { context: "the schema of a record could not be fetched", source: Box::new(error) }
}
