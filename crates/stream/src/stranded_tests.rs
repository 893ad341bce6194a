//! A broker that leaves itself out of its own metadata now and then, as one does that its controller takes for dead. It
//! speaks just enough of the oldest protocol for librdkafka to lose its way; a librdkafka that does not any more fails
//! these tests, and needs no `BrokerWatch`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use coheron_core::retry::RetryClass;
use coheron_core::topics::ERP_PRICE_CHANGE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::applier::DeadLetterRate;
use crate::session::Session;
use crate::test_stage::TestStage;
use crate::{Assignment, Batching, KafkaSettings, RecordProducer, Stage, StreamError};

const PATIENCE: Duration = Duration::from_secs(120);
const METADATA: i16 = 3;
const LEADER_NOT_AVAILABLE: i16 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_producer_that_lost_sight_of_every_broker_is_replaced() {
    let broker = HalfDeadBroker::start().await;
    let producer = RecordProducer::new(&broker.settings()).expect("a producer");
    // The second time it is the new client that found the broker and lost it.
    for _ in 0..2 {
        let sending = producer.send(ERP_PRICE_CHANGE.name, b"site:1", Some(b"{}"), &[]);
        let error = tokio::time::timeout(PATIENCE, sending).await.expect("an answer").expect_err("nothing is stored");
        assert!(matches!(error, StreamError::ProducerReplaced(_)), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_consumer_lost_sight_of_every_broker_ends() {
    let broker = HalfDeadBroker::start().await;
    let (settings, batching, cancel) = (broker.settings(), Batching::default(), CancellationToken::new());
    let stage: Arc<dyn Stage> = Arc::new(TestStage::named("stranded"));
    let assignment = Assignment::Group;
    let session = Session { settings: &settings, assignment, stage: &stage, batching: &batching, cancel: &cancel };
    let mut dead_letters = DeadLetterRate::default();
    let stranded = async {
        loop {
            let error = session.run(&mut dead_letters).await.expect_err("nothing can be read");
            assert_eq!(error.retry_class(), RetryClass::Transient, "{error}");
            // Others begin while the broker seems to be gone.
            if matches!(error, StreamError::Stranded) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, stranded).await.expect("a session that says why it ended");
}

/// Three of four answers name the broker as the leader of every topic that is asked for, the fourth names no broker.
struct HalfDeadBroker {
    port: u16,
}

impl HalfDeadBroker {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answers = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, port, Arc::clone(&answers)));
            }
        });
        Self { port }
    }

    /// The oldest protocol, whose answers are short, and many questions.
    fn settings(&self) -> KafkaSettings {
        let properties = [
            ("api.version.request", "false"),
            ("broker.version.fallback", "0.9.0"),
            ("enable.idempotence", "false"),
            ("topic.metadata.refresh.interval.ms", "50"),
            // A record is not to give up before its client is stranded.
            ("message.timeout.ms", "600000"),
        ];
        let extra = properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        KafkaSettings { extra, ..KafkaSettings::for_brokers(format!("127.0.0.1:{}", self.port)) }
    }
}

/// Answers what is asked for metadata, and nothing else.
async fn answer(mut stream: TcpStream, port: u16, answers: Arc<AtomicUsize>) {
    while let Ok(bytes) = stream.read_i32().await {
        let mut request = vec![0; usize::try_from(bytes).expect("a length")];
        if stream.read_exact(&mut request).await.is_err() {
            return;
        }
        let mut fields = Fields(&request);
        let (kind, _version, correlation) = (fields.i16(), fields.i16(), fields.i32());
        let _client = fields.text();
        if kind != METADATA {
            continue;
        }
        let topics: Vec<Vec<u8>> = (0..fields.i32()).map(|_| fields.text()).collect();
        let is_alive = answers.fetch_add(1, Ordering::Relaxed) % 4 != 3;
        let body = metadata(is_alive.then_some(port), &topics);
        let size = i32::try_from(body.len() + 4).expect("a short answer");
        let answer = [&size.to_be_bytes()[..], &correlation.to_be_bytes(), &body].concat();
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// Brokers, then topics with one partition each: version 0 of the answer in the protocol guide of Apache Kafka.
fn metadata(broker_port: Option<u16>, topics: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(i32::from(broker_port.is_some()).to_be_bytes());
    if let Some(port) = broker_port {
        body.extend(1_i32.to_be_bytes());
        put_text(&mut body, b"127.0.0.1");
        body.extend(i32::from(port).to_be_bytes());
    }
    let (error, leader) = if broker_port.is_some() { (0, 1_i32) } else { (LEADER_NOT_AVAILABLE, -1) };
    body.extend(i32::try_from(topics.len()).expect("few topics").to_be_bytes());
    for topic in topics {
        body.extend(0_i16.to_be_bytes());
        put_text(&mut body, topic);
        body.extend(1_i32.to_be_bytes());
        body.extend(error.to_be_bytes());
        body.extend(0_i32.to_be_bytes());
        body.extend(leader.to_be_bytes());
        for _replicas_then_in_sync in 0..2 {
            body.extend(1_i32.to_be_bytes());
            body.extend(1_i32.to_be_bytes());
        }
    }
    body
}

fn put_text(body: &mut Vec<u8>, text: &[u8]) {
    body.extend(i16::try_from(text.len()).expect("a short text").to_be_bytes());
    body.extend(text);
}

/// What is left of a request.
struct Fields<'request>(&'request [u8]);

impl Fields<'_> {
    fn take(&mut self, bytes: usize) -> Vec<u8> {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken.to_vec()
    }

    fn i16(&mut self) -> i16 {
        i16::from_be_bytes(self.take(2).try_into().expect("two bytes"))
    }

    fn i32(&mut self) -> i32 {
        i32::from_be_bytes(self.take(4).try_into().expect("four bytes"))
    }

    fn text(&mut self) -> Vec<u8> {
        let length = self.i16();
        self.take(usize::try_from(length).unwrap_or(0))
    }
}
