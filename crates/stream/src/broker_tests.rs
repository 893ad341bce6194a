//! The loop against a real broker. One test, because the broker takes seconds to start; its scenarios run side by side,
//! each under a topic prefix of its own.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use coheron_core::retry::RetryClass;
use coheron_core::topics::{ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, Topic};
use coheron_infrastructure::{Infrastructure, InfrastructureRequest, ProviderChoice};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::test_stage::TestStage;
use crate::{
    Assignment, Batching, DeadLetterLimit, KafkaSettings, OutgoingRecord, RecordProducer, Stage, StreamError,
    describe_topics, end_offsets, ensure_topics, run_stage,
};

const PRODUCT: &str = ERP_PRODUCT_CHANGE.name;
const PRICE: &str = ERP_PRICE_CHANGE.name;
const TOPICS: &[Topic] = &[ERP_PRODUCT_CHANGE, ERP_PRICE_CHANGE];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stages_are_fed_from_a_real_broker() {
    let folder = tempfile::tempdir().expect("a folder");
    let infrastructure = start_infrastructure(&folder).await;
    let brokers = infrastructure.kafka_brokers.clone();

    tokio::join!(
        topics_are_created_once_checked_and_described(&brokers),
        records_arrive_whole_and_a_new_run_goes_on_where_the_last_ended(&brokers),
        a_backlog_comes_in_full_batches_in_order(&brokers),
        poison_goes_to_the_dead_letters_and_the_rest_flows_on(&brokers),
        a_fenced_session_starts_again_from_the_stored_position(&brokers),
        failures_are_retried_and_then_the_session_restarts(&brokers),
        cancelling_finishes_the_batch_in_hand(&brokers),
        every_reader_of_all_partitions_reads_everything(&brokers),
        members_of_a_group_hand_partitions_over_without_loss_or_repetition(&brokers),
        a_checkpoint_beyond_the_log_stops_the_stage(&brokers),
    );
    a_killed_broker_is_waited_out(&infrastructure).await;

    infrastructure.stop().await.expect("stopped");
}

async fn start_infrastructure(folder: &tempfile::TempDir) -> Infrastructure {
    let cache_dir = std::env::home_dir().expect("a home folder").join(".cache/coheron");
    let request = InfrastructureRequest::disposable(folder.path().join("data"), cache_dir, ProviderChoice::Automatic);
    Infrastructure::start(request, &|_: &str| ()).await.expect("servers")
}

/// A run of a stage in the background.
struct Run {
    cancel: CancellationToken,
    task: JoinHandle<Result<(), StreamError>>,
}

impl Run {
    fn start(settings: &KafkaSettings, assignment: Assignment, stage: &Arc<TestStage>, batching: Batching) -> Self {
        let cancel = CancellationToken::new();
        let (settings, stage, token) = (settings.clone(), Arc::clone(stage) as Arc<dyn Stage>, cancel.clone());
        let task = tokio::spawn(async move { run_stage(&settings, assignment, stage, batching, token).await });
        Self { cancel, task }
    }

    fn group(settings: &KafkaSettings, stage: &Arc<TestStage>) -> Self {
        Self::start(settings, Assignment::Group, stage, Batching::default())
    }

    async fn end(self) -> Result<(), StreamError> {
        let ending = tokio::time::timeout(Duration::from_secs(60), self.task).await;
        ending.expect("ends in time").expect("does not panic")
    }

    async fn cancel(self) {
        self.cancel.cancel();
        self.end().await.expect("a clean end");
    }
}

async fn prepared(brokers: &str, prefix: &str) -> (KafkaSettings, RecordProducer) {
    let settings = KafkaSettings { topic_prefix: format!("{prefix}."), ..KafkaSettings::for_brokers(brokers) };
    ensure_topics(&settings, TOPICS).await.expect("topics");
    let producer = RecordProducer::new(&settings).expect("a producer");
    (settings, producer)
}

fn numbered(topic: &'static str, numbers: std::ops::Range<usize>) -> Vec<OutgoingRecord> {
    numbers
        .map(|number| OutgoingRecord {
            topic,
            key: Bytes::from(format!("site:{}", number % 50)),
            payload: Some(Bytes::from(number.to_string())),
            headers: Vec::new(),
        })
        .collect()
}

fn applied_payloads(stage: &TestStage) -> Vec<String> {
    let text = |payload: &Bytes| String::from_utf8_lossy(payload).into_owned();
    stage.applied().iter().filter_map(|record| record.payload.as_ref().map(text)).collect()
}

fn assert_each_once(stage: &TestStage, count: usize) {
    let payloads = applied_payloads(stage);
    assert_eq!(payloads.len(), count);
    assert_eq!(payloads.iter().collect::<HashSet<_>>().len(), count);
}

async fn topics_are_created_once_checked_and_described(brokers: &str) {
    let (settings, producer) = prepared(brokers, "topics").await;
    ensure_topics(&settings, TOPICS).await.expect("again without harm");
    let delivered = producer.send(PRICE, b"site:1", Some(b"{}"), &[]).await.expect("delivered");
    assert_eq!(delivered.offset, 0);

    let descriptions = describe_topics(&settings, TOPICS).await.expect("described");
    let price = descriptions.iter().find(|topic| topic.name == "topics.erp.price.change.v1").expect("the topic");
    assert_eq!(price.settings.get("cleanup.policy").map(String::as_str), Some("compact"));
    let records: i64 = price.partitions.iter().map(|found| found.latest_offset - found.earliest_offset).sum();
    assert_eq!((price.partitions.len(), records), (4, 1));
    let ends = end_offsets(&settings, PRICE).await.expect("offsets");
    assert_eq!(ends.get(&delivered.partition), Some(&1));

    let wider = Topic { partitions: 9, ..ERP_PRICE_CHANGE };
    let error = ensure_topics(&settings, &[wider]).await.expect_err("another number of partitions");
    assert!(matches!(error, StreamError::PartitionDrift { expected: 9, actual: 4, .. }), "{error}");
    let elsewhere = KafkaSettings { topic_prefix: "nowhere.".to_owned(), ..settings };
    let error = end_offsets(&elsewhere, PRICE).await.expect_err("no such topic");
    assert!(matches!(error, StreamError::TopicMissing { .. }), "{error}");
}

async fn records_arrive_whole_and_a_new_run_goes_on_where_the_last_ended(brokers: &str) {
    let (settings, producer) = prepared(brokers, "whole").await;
    let header: (&str, &[u8]) = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let first = producer.send(PRODUCT, b"site:1", Some(b"first"), &[header]).await.expect("delivered");
    let deleted = producer.send(PRODUCT, b"site:1", None, &[]).await.expect("delivered");
    assert_eq!((deleted.partition, deleted.offset), (first.partition, first.offset + 1), "one key, one partition");

    let stage = Arc::new(TestStage::named("whole_records"));
    let run = Run::group(&settings, &stage);
    stage.until("two records", |stage| stage.count() == 2).await;
    let applied = stage.applied();
    assert_eq!((applied[0].topic, applied[0].partition, applied[0].offset), (PRODUCT, first.partition, first.offset));
    assert_eq!(applied[0].key.as_deref(), Some(b"site:1".as_slice()));
    assert_eq!(applied[0].payload.as_deref(), Some(b"first".as_slice()));
    assert!(applied[0].header("traceparent").is_some_and(|value| value.ends_with("-01")));
    assert!(applied[0].timestamp > chrono::DateTime::UNIX_EPOCH);
    assert_eq!(applied[1].payload, None, "a tombstone");
    run.cancel().await;

    producer.send_all(numbered(PRICE, 0..10)).await.expect("delivered");
    let run = Run::group(&settings, &stage);
    stage.until("ten more", |stage| stage.count() >= 12).await;
    run.cancel().await;
    assert_eq!(stage.applied().len(), 12, "nothing came twice");
}

async fn a_backlog_comes_in_full_batches_in_order(brokers: &str) {
    const RECORDS: usize = 6000;
    let (settings, producer) = prepared(brokers, "backlog").await;
    let delivered = producer.send_all(numbered(PRODUCT, 0..RECORDS)).await.expect("delivered");
    assert_eq!(delivered.len(), RECORDS);
    producer.flush(Duration::from_secs(10)).await.expect("flushed");
    // So patient that a batch is handed over only when it is full.
    let batching = Batching { max_wait_ms: 60_000, idle_ms: 60_000, ..Batching::default() };
    let stage = Arc::new(TestStage::named("full_batches"));
    let run = Run::start(&settings, Assignment::Group, &stage, batching);
    stage.until("the backlog", |stage| stage.count() >= RECORDS).await;
    run.cancel().await;

    assert_each_once(&stage, RECORDS);
    assert_eq!(stage.batch_sizes(), [1000; RECORDS / 1000]);
    let mut last: BTreeMap<i32, i64> = BTreeMap::new();
    for record in stage.applied() {
        let before = last.insert(record.partition, record.offset).unwrap_or(-1);
        assert!(before < record.offset, "partition {} went back to {}", record.partition, record.offset);
    }
}

async fn poison_goes_to_the_dead_letters_and_the_rest_flows_on(brokers: &str) {
    let (settings, producer) = prepared(brokers, "poison").await;
    let mut records = numbered(PRODUCT, 0..200);
    for index in [3, 77, 199] {
        records[index].payload = Some(Bytes::from(format!("{index} poison")));
    }
    producer.send_all(records).await.expect("delivered");
    let stage = Arc::new(TestStage::named("isolated_poison"));
    let run = Run::group(&settings, &stage);
    let complete = |stage: &TestStage| stage.count() + stage.dead_letters().len() >= 200;
    stage.until("all records", complete).await;
    run.cancel().await;
    assert_each_once(&stage, 197);
    assert_eq!(stage.dead_letters().len(), 3);
    assert!(stage.dead_letters().iter().all(|letter| letter.reason_code == "test_poison"));

    let batching = Batching { dead_letters: DeadLetterLimit { per_minute: 1 }, ..Batching::default() };
    let strict = Arc::new(TestStage::named("too_much_poison"));
    let error = Run::start(&settings, Assignment::Group, &strict, batching).end().await.expect_err("over the limit");
    assert!(matches!(error, StreamError::TooManyDeadLetters { limit: 1, .. }), "{error}");
}

async fn a_fenced_session_starts_again_from_the_stored_position(brokers: &str) {
    let (settings, producer) = prepared(brokers, "fenced").await;
    let stage = Arc::new(TestStage::named("fenced_session"));
    let run = Run::group(&settings, &stage);
    let first = producer.send(PRICE, b"site:1", Some(b"0"), &[]).await.expect("delivered");
    stage.until("the first record", |stage| stage.count() == 1).await;

    // Another owner has processed offset 1 already and holds its effect.
    stage.move_position(PRICE, first.partition, 2);
    for payload in [b"1", b"2", b"3"] {
        producer.send(PRICE, b"site:1", Some(payload), &[]).await.expect("delivered");
    }
    stage.until("the records after it", |stage| stage.count() >= 3).await;
    run.cancel().await;
    assert_eq!(applied_payloads(&stage), ["0", "2", "3"]);
    assert!(stage.position_reads() >= 2, "the positions were read again");
}

async fn failures_are_retried_and_then_the_session_restarts(brokers: &str) {
    let (settings, producer) = prepared(brokers, "failures").await;
    producer.send_all(numbered(PRODUCT, 0..20)).await.expect("delivered");
    let stage = Arc::new(TestStage::named("passing_failures"));
    stage.fail_transiently(5);
    let batching = Batching { attempts: 3, ..Batching::default() };
    let run = Run::start(&settings, Assignment::Group, &stage, batching);
    stage.until("all records", |stage| stage.count() >= 20).await;
    run.cancel().await;
    assert_each_once(&stage, 20);
    assert!(stage.position_reads() >= 2, "a restart after three attempts");
}

async fn cancelling_finishes_the_batch_in_hand(brokers: &str) {
    let (settings, producer) = prepared(brokers, "cancel").await;
    let stage = Arc::new(TestStage::named("cancelled_run"));
    stage.hold();
    let run = Run::group(&settings, &stage);
    let delivered = producer.send(PRICE, b"site:1", Some(b"0"), &[]).await.expect("delivered");
    stage.until("a batch in hand", |stage| stage.calls() == 1).await;
    run.cancel.cancel();
    stage.release();
    run.end().await.expect("a clean end");
    assert_eq!(stage.stored_position(PRICE, delivered.partition), 1);
    assert_eq!(applied_payloads(&stage), ["0"]);
}

async fn every_reader_of_all_partitions_reads_everything(brokers: &str) {
    let (settings, producer) = prepared(brokers, "readers").await;
    producer.send_all(numbered(PRODUCT, 0..100)).await.expect("delivered");
    let readers = ["first_reader", "second_reader"].map(|name| Arc::new(TestStage::named(name)));
    let runs = readers.each_ref().map(|stage| Run::start(&settings, Assignment::All, stage, Batching::default()));
    producer.send_all(numbered(PRICE, 100..200)).await.expect("delivered");
    for (stage, run) in readers.iter().zip(runs) {
        stage.until("all records", |stage| stage.count() >= 200).await;
        run.cancel().await;
        assert_each_once(stage, 200);
    }
}

async fn members_of_a_group_hand_partitions_over_without_loss_or_repetition(brokers: &str) {
    let (settings, producer) = prepared(brokers, "members").await;
    // Both members share one store, as processes share a database.
    let stage = Arc::new(TestStage::named("shared_work"));
    let second_settings = KafkaSettings { instance: "second".to_owned(), ..settings.clone() };
    let first = Run::group(&settings, &stage);
    producer.send_all(numbered(PRODUCT, 0..500)).await.expect("delivered");
    stage.until("the first records", |stage| stage.count() >= 100).await;
    let reads = stage.position_reads();
    let second = Run::group(&second_settings, &stage);
    stage.until("a second owner", |stage| stage.position_reads() > reads).await;
    producer.send_all(numbered(PRODUCT, 500..1000)).await.expect("delivered");
    stage.until("all records", |stage| stage.count() >= 1000).await;
    assert_each_once(&stage, 1000);

    // A static member leaves without telling: its partitions are taken over when its session times out.
    first.cancel().await;
    producer.send_all(numbered(PRODUCT, 1000..1100)).await.expect("delivered");
    stage.until("the records of the one that left", |stage| stage.count() >= 1100).await;
    second.cancel().await;
    assert_each_once(&stage, 1100);
}

async fn a_checkpoint_beyond_the_log_stops_the_stage(brokers: &str) {
    let (settings, _producer) = prepared(brokers, "beyond").await;
    let stage = Arc::new(TestStage::named("lost_log"));
    stage.move_position(PRICE, 2, 1_000);
    let error = Run::group(&settings, &stage).end().await.expect_err("the log is shorter");
    assert!(
        matches!(error, StreamError::PositionBeyondLog { position: 1_000, log_end: 0, partition } if partition.partition == 2),
        "{error}"
    );
    assert_eq!(error.retry_class(), RetryClass::Transient, "until it has lasted for some restarts");
}

async fn a_killed_broker_is_waited_out(infrastructure: &Infrastructure) {
    let (settings, producer) = prepared(&infrastructure.kafka_brokers, "killed").await;
    let stage = Arc::new(TestStage::named("killed_broker"));
    let run = Run::group(&settings, &stage);
    producer.send_all(numbered(PRODUCT, 0..50)).await.expect("delivered");
    stage.until("the first records", |stage| stage.count() >= 50).await;

    infrastructure.kill_kafka().await.expect("killed");
    let sending = producer.send_all(numbered(PRODUCT, 50..100));
    let (sent, restarted) = tokio::join!(sending, infrastructure.restart_kafka());
    restarted.expect("restarted");
    sent.expect("delivered by the client's own retries");
    stage.until("all records", |stage| stage.count() >= 100).await;
    run.cancel().await;
    assert_each_once(&stage, 100);
}
