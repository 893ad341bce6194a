//! Sends records, in order and without duplicates.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use coheron_core::topics::MAX_RECORD_BYTES;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::future_producer::OwnedDeliveryResult;
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::broker_watch::BrokerWatch;
use crate::client_context::ProducerClientContext;
use crate::error::StreamError;
use crate::settings::KafkaSettings;

/// Kilobytes under way to the broker at most. One permit each, at least one per record, so that the client's own queue
/// (larger in bytes, and 100,000 records long) is never full and waiting needs no polling.
const BUFFER_KBYTES: usize = 32 * 1024;
/// Beyond the records themselves: keys, headers, bookkeeping.
const CLIENT_BUFFER_KBYTES: usize = 2 * BUFFER_KBYTES;

/// An idempotent producer: acknowledged by all in-sync replicas, kept in order, retried by the client without
/// duplicates for up to 30 seconds. Cheap to share behind an `Arc`.
pub struct RecordProducer {
    settings: KafkaSettings,
    client: RwLock<Client>,
    buffer: Arc<Semaphore>,
}

/// A record to send. A missing payload is a tombstone.
#[derive(Debug, Clone)]
pub struct OutgoingRecord {
    /// The contract's name of the topic; the configured prefix is put before it.
    pub topic: &'static str,
    pub key: Bytes,
    pub payload: Option<Bytes>,
    pub headers: Vec<(String, Bytes)>,
}

/// Where a record was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    pub partition: i32,
    pub offset: i64,
}

#[derive(Clone)]
struct Client {
    producer: FutureProducer<ProducerClientContext>,
    stranded: CancellationToken,
}

/// A record that is on its way.
struct UnderWay {
    topic: &'static str,
    bytes: usize,
    delivery: DeliveryFuture,
    _room: OwnedSemaphorePermit,
}

impl RecordProducer {
    /// Does not contact the broker yet.
    pub fn new(settings: &KafkaSettings) -> Result<Self, StreamError> {
        Ok(Self {
            settings: settings.clone(),
            client: RwLock::new(new_client(settings)?),
            buffer: Arc::new(Semaphore::new(BUFFER_KBYTES)),
        })
    }

    /// Sends one record and waits until it is stored.
    pub async fn send(
        &self,
        topic: &'static str,
        key: &[u8],
        payload: Option<&[u8]>,
        headers: &[(&str, &[u8])],
    ) -> Result<Delivered, StreamError> {
        let client = self.client()?;
        let bytes = size_of_record(key, payload);
        let room = Arc::clone(&self.buffer)
            .acquire_many_owned(permits_for(bytes))
            .await
            .map_err(|_closed| StreamError::TimedOut { operation: "take a record into its buffer" })?;
        let under_way = self.enqueue(&client, topic, key, payload, headers, room)?;
        self.delivered(&client, under_way).await
    }

    /// Sends the records in this order, many at a time, and waits for all of them. After an error any part of them may
    /// be stored: send them all again, consumers drop what they know.
    pub async fn send_all(&self, records: Vec<OutgoingRecord>) -> Result<Vec<Delivered>, StreamError> {
        let client = self.client()?;
        let mut delivered = Vec::with_capacity(records.len());
        let mut under_way: VecDeque<UnderWay> = VecDeque::with_capacity(records.len());
        for record in records {
            let permits = permits_for(size_of_record(&record.key, record.payload.as_deref()));
            // Room is made by our own oldest record first: waiting for others while holding room could wait for ever.
            let room = loop {
                if let Ok(room) = Arc::clone(&self.buffer).try_acquire_many_owned(permits) {
                    break room;
                }
                match under_way.pop_front() {
                    Some(oldest) => delivered.push(self.delivered(&client, oldest).await?),
                    None => {
                        break Arc::clone(&self.buffer)
                            .acquire_many_owned(permits)
                            .await
                            .map_err(|_closed| StreamError::TimedOut { operation: "take a record into its buffer" })?;
                    }
                }
            };
            let headers: Vec<(&str, &[u8])> =
                record.headers.iter().map(|(name, value)| (name.as_str(), value.as_ref())).collect();
            let queued = self.enqueue(&client, record.topic, &record.key, record.payload.as_deref(), &headers, room)?;
            under_way.push_back(queued);
        }
        for record in under_way {
            delivered.push(self.delivered(&client, record).await?);
        }
        Ok(delivered)
    }

    /// Waits until everything under way is stored or has failed.
    pub async fn flush(&self, timeout: Duration) -> Result<(), StreamError> {
        let client = self.client()?;
        let flushed = tokio::task::spawn_blocking(move || client.producer.flush(timeout)).await;
        match flushed {
            Ok(Ok(())) => Ok(()),
            Ok(Err(source)) => {
                Err(StreamError::Broker { operation: "store all records before the flush ended", source })
            }
            Err(_panicked_or_shut_down) => Err(StreamError::TimedOut { operation: "flush the producer" }),
        }
    }

    fn enqueue(
        &self,
        client: &Client,
        topic: &'static str,
        key: &[u8],
        payload: Option<&[u8]>,
        headers: &[(&str, &[u8])],
        room: OwnedSemaphorePermit,
    ) -> Result<UnderWay, StreamError> {
        let bytes = size_of_record(key, payload);
        if bytes > MAX_RECORD_BYTES {
            return Err(StreamError::RecordTooLarge { topic, bytes });
        }
        let name = self.settings.topic_name(topic);
        let record = FutureRecord { payload, headers: owned_headers(headers), ..FutureRecord::to(&name).key(key) };
        match client.producer.send_result(record) {
            Ok(delivery) => Ok(UnderWay { topic, bytes, delivery, _room: room }),
            Err((error, _record)) => Err(self.judge(client, topic, bytes, error)),
        }
    }

    async fn delivered(&self, client: &Client, under_way: UnderWay) -> Result<Delivered, StreamError> {
        let UnderWay { topic, bytes, delivery, _room } = under_way;
        let delivery = tokio::select! {
            delivery = delivery => delivery,
            () = client.stranded.cancelled() => {
                let error = KafkaError::MessageProduction(RDKafkaErrorCode::AllBrokersDown);
                return Err(self.replace(client).err().unwrap_or(StreamError::ProducerReplaced(error)));
            }
        };
        let result: OwnedDeliveryResult = match delivery {
            Ok(result) => result,
            Err(_canceled) => {
                return Err(StreamError::Broker { operation: "store a record", source: KafkaError::Canceled });
            }
        };
        match result {
            Ok(delivery) => Ok(Delivered { partition: delivery.partition, offset: delivery.offset }),
            Err((error, _record)) => Err(self.judge(client, topic, bytes, error)),
        }
    }

    fn judge(&self, client: &Client, topic: &'static str, bytes: usize, error: KafkaError) -> StreamError {
        if let Some((code, reason)) = client.producer.client().fatal_error() {
            tracing::error!(?code, reason, "the producer has failed for good and is replaced");
            return self.replace(client).err().unwrap_or(StreamError::ProducerReplaced(error));
        }
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::MessageSizeTooLarge) => StreamError::RecordTooLarge { topic, bytes },
            Some(RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::UnknownTopicOrPartition) => {
                StreamError::TopicMissing { topic: self.settings.topic_name(topic) }
            }
            _ => StreamError::Broker { operation: "store a record", source: error },
        }
    }

    /// The client to use, a new one where the last is stranded.
    fn client(&self) -> Result<Client, StreamError> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        if client.stranded.is_cancelled() { self.replace(&client) } else { Ok(client) }
    }

    /// Puts a new client in the place of the one that failed, once however many callers saw it fail, and gives the one
    /// that is in its place now.
    fn replace(&self, failed: &Client) -> Result<Client, StreamError> {
        let mut current = self.client.write().unwrap_or_else(PoisonError::into_inner);
        if current.producer.client().native_ptr() == failed.producer.client().native_ptr() {
            *current = new_client(&self.settings)?;
        }
        Ok(current.clone())
    }
}

fn new_client(settings: &KafkaSettings) -> Result<Client, StreamError> {
    let stranded = CancellationToken::new();
    let context = ProducerClientContext { broker_watch: BrokerWatch::default(), stranded: stranded.clone() };
    let producer = settings
        .producer_client(CLIENT_BUFFER_KBYTES)
        .create_with_context(context)
        .map_err(|source| StreamError::Settings { context: "a producer cannot be made", source })?;
    Ok(Client { producer, stranded })
}

fn owned_headers(headers: &[(&str, &[u8])]) -> Option<OwnedHeaders> {
    if headers.is_empty() {
        return None;
    }
    let empty = OwnedHeaders::new_with_capacity(headers.len());
    Some(headers.iter().fold(empty, |list, (key, value)| list.insert(Header { key, value: Some(*value) })))
}

fn size_of_record(key: &[u8], payload: Option<&[u8]>) -> usize {
    key.len() + payload.map_or(0, <[u8]>::len)
}

fn permits_for(bytes: usize) -> u32 {
    let permits = bytes.div_ceil(1024).clamp(1, BUFFER_KBYTES);
    u32::try_from(permits).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use coheron_core::retry::RetryClass;

    use super::*;

    #[tokio::test]
    async fn a_record_that_no_broker_would_take_is_refused_as_poison() {
        let producer = RecordProducer::new(&KafkaSettings::for_brokers("127.0.0.1:1")).expect("a producer");
        let payload = vec![0_u8; MAX_RECORD_BYTES + 1];
        let error = producer.send("erp.product.change.v1", b"", Some(&payload), &[]).await.expect_err("too large");
        assert!(matches!(error, StreamError::RecordTooLarge { bytes, .. } if bytes == MAX_RECORD_BYTES + 1), "{error}");
        assert_eq!(error.retry_class(), RetryClass::Poison);
    }

    #[test]
    fn an_unknown_property_is_a_settings_error() {
        let mut settings = KafkaSettings::for_brokers("127.0.0.1:1");
        settings.extra.insert("no.such.property".to_owned(), "1".to_owned());
        let Err(error) = RecordProducer::new(&settings) else { panic!("the property does not exist") };
        assert_eq!(error.retry_class(), RetryClass::Fatal);
    }
}
