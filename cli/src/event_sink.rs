//! The port of the collector over the broker.

use async_trait::async_trait;
use coheron_core::analytics_ports::{EventMessage, EventSink, EventSinkError};
use coheron_core::topics::{TRACEPARENT, WEB_EVENT};
use coheron_stream::{KafkaSettings, OutgoingRecord, RecordProducer, StreamError};

/// Sends events with a producer of its own: they come one by one from many requests, and gathering them for some
/// milliseconds saves the broker and this process most of the work.
pub struct KafkaEventSink {
    producer: RecordProducer,
}

/// Unlike the outbox, a browser does not wait: it is told soon that the broker is away. A restart of the broker of some
/// seconds is bridged.
const PROPERTIES: [(&str, &str); 2] = [("linger.ms", "5"), ("message.timeout.ms", "5000")];

impl KafkaEventSink {
    pub fn new(settings: &KafkaSettings) -> Result<Self, StreamError> {
        let mut settings = settings.clone();
        for (property, value) in PROPERTIES {
            // What the installation asks for wins.
            settings.extra.entry(property.to_owned()).or_insert_with(|| value.to_owned());
        }
        Ok(Self { producer: RecordProducer::new(&settings)? })
    }
}

#[async_trait]
impl EventSink for KafkaEventSink {
    async fn store(&self, events: Vec<EventMessage>) -> Result<(), EventSinkError> {
        let stored = if let [event] = events.as_slice() {
            let trace = event.traceparent.iter().map(|trace| (TRACEPARENT, trace.as_bytes()));
            let headers: Vec<(&str, &[u8])> = trace.collect();
            self.producer.send(WEB_EVENT.name, &event.key, Some(&event.payload), &headers).await.map(drop)
        } else {
            self.producer.send_all(events.into_iter().map(record).collect()).await.map(drop)
        };
        stored.map_err(|error| EventSinkError(Box::new(error)))
    }
}

fn record(event: EventMessage) -> OutgoingRecord {
    OutgoingRecord {
        topic: WEB_EVENT.name,
        key: event.key.into(),
        payload: Some(event.payload.into()),
        headers: event.traceparent.map(|trace| (TRACEPARENT.to_owned(), trace.into())).into_iter().collect(),
    }
}
