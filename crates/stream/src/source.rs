//! The thread that polls the broker. librdkafka calls back on the thread that polls, and those callbacks must wait for
//! the stage's positions: that is why it is a thread of its own and not a task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::error::StreamError;
use crate::event_queue::{NotSent, SourceEvent};
use crate::record::Record;
use crate::runner::Assignment;
use crate::source_context::SourceContext;

const POLL: Duration = Duration::from_millis(100);
/// How long a full queue is simply waited for. Pausing throws away what librdkafka has fetched ahead, so it is kept for
/// stages that are really stuck.
const PATIENCE_BEFORE_PAUSE: Duration = Duration::from_millis(500);
const COMMIT_INTERVAL: Duration = Duration::from_millis(500);
const METADATA_PATIENCE: Duration = Duration::from_secs(5);

/// Polls until the loop is gone or something fails, which it tells the loop.
pub(crate) fn poll_until_closed(context: SourceContext, assignment: Assignment) {
    let stage = context.stage.name();
    let config = match assignment {
        Assignment::Group => context.settings.group_member_client(stage),
        Assignment::All => {
            let reader = format!("{}-{}-reader", context.settings.group_name(stage), context.settings.instance);
            context.settings.consumer_client(&reader)
        }
    };
    let events = Arc::clone(&context.events);
    let consumer: BaseConsumer<SourceContext> = match config.create_with_context(context) {
        Ok(consumer) => consumer,
        Err(source) => {
            let error = StreamError::Settings { context: "a consumer cannot be made", source };
            let _queued = events.send_control(SourceEvent::Failed(error));
            return;
        }
    };
    let result = poll(&consumer, assignment);
    if matches!(assignment, Assignment::Group) {
        commit_progress(&consumer);
    }
    consumer.context().closing.store(true, Ordering::Release);
    if let Err(error) = result {
        let _queued = events.send_control(SourceEvent::Failed(error));
    }
}

fn poll(consumer: &BaseConsumer<SourceContext>, assignment: Assignment) -> Result<(), StreamError> {
    let context = consumer.context();
    let partitions = existing_partitions(consumer)?;
    match assignment {
        Assignment::Group => {
            let names: Vec<String> =
                context.stage.topics().iter().map(|topic| context.settings.topic_name(topic.name)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            consumer
                .subscribe(&names)
                .map_err(|source| StreamError::Broker { operation: "take the subscription", source })?;
        }
        Assignment::All => {
            let mut list = partitions;
            context.start(consumer, &mut list)?;
            consumer
                .assign(&list)
                .map_err(|source| StreamError::Broker { operation: "take the assignment of partitions", source })?;
        }
    }
    let mut committed_at = Instant::now();
    while !context.events.is_closed() {
        let polled = consumer.poll(POLL);
        if let Some(error) = context.take_failure() {
            return Err(error);
        }
        match polled {
            Some(Ok(message)) => {
                if let Some(record) = record_of(context, &message) {
                    deliver(consumer, record)?;
                }
            }
            Some(Err(error)) => judge(error, context.stage.name())?,
            None => {}
        }
        if matches!(assignment, Assignment::Group) && committed_at.elapsed() >= COMMIT_INTERVAL {
            commit_progress(consumer);
            committed_at = Instant::now();
        }
    }
    Ok(())
}

/// Every partition of the stage's topics. A subscription to a topic that is missing would be retried by librdkafka only
/// now and then; asking first lets the session start again soon.
fn existing_partitions(consumer: &BaseConsumer<SourceContext>) -> Result<TopicPartitionList, StreamError> {
    let context = consumer.context();
    let mut list = TopicPartitionList::new();
    for topic in context.stage.topics() {
        let name = context.settings.topic_name(topic.name);
        let metadata = consumer
            .fetch_metadata(Some(&name), METADATA_PATIENCE)
            .map_err(|source| StreamError::Broker { operation: "answer a metadata request", source })?;
        let found = metadata.topics().iter().find(|found| found.name() == name);
        let Some(found) = found.filter(|found| found.error().is_none() && !found.partitions().is_empty()) else {
            return Err(StreamError::TopicMissing { topic: name });
        };
        for partition in found.partitions() {
            list.add_partition(&name, partition.id());
        }
    }
    Ok(list)
}

/// Most errors are news: librdkafka goes on by itself.
fn judge(error: KafkaError, stage: &'static str) -> Result<(), StreamError> {
    match error {
        KafkaError::MessageConsumptionFatal(RDKafkaErrorCode::FencedInstanceId) => {
            Err(StreamError::MembershipTaken(error))
        }
        KafkaError::MessageConsumptionFatal(_) => Err(StreamError::ConsumerBroken(error)),
        error => {
            tracing::warn!(stage, %error, "the consumer reports a problem and goes on");
            Ok(())
        }
    }
}

/// Queues the record. While the queue stays full the partitions are paused and polling goes on, because a consumer that
/// does not poll loses its membership and answers no rebalance.
fn deliver(consumer: &BaseConsumer<SourceContext>, record: Record) -> Result<(), StreamError> {
    let context = consumer.context();
    let record = match context.events.send_record(record, PATIENCE_BEFORE_PAUSE) {
        Ok(()) | Err(NotSent::Closed) => return Ok(()),
        Err(NotSent::Full(record)) => *record,
    };
    let stage = context.stage.name();
    tracing::debug!(stage, "the stage is slow, fetching pauses");
    pause(consumer)?;
    let mut held = vec![record];
    while !context.events.is_half_empty() {
        if context.events.is_closed() {
            return Ok(());
        }
        let polled = consumer.poll(POLL);
        if let Some(error) = context.take_failure() {
            return Err(error);
        }
        match polled {
            // Partitions that were assigned during the pause are not paused yet.
            Some(Ok(message)) => {
                held.extend(record_of(context, &message));
                pause(consumer)?;
            }
            Some(Err(error)) => judge(error, stage)?,
            None => {}
        }
    }
    for record in held {
        let mut waiting = Some(record);
        while let Some(record) = waiting.take() {
            if let Err(NotSent::Full(record)) = context.events.send_record(record, PATIENCE_BEFORE_PAUSE) {
                waiting = Some(*record);
            }
        }
    }
    tracing::debug!(stage, "the stage has caught up, fetching resumes");
    let list = assignment_of(consumer)?;
    consumer.resume(&list).map_err(|source| StreamError::Broker { operation: "resume fetching", source })
}

fn pause(consumer: &BaseConsumer<SourceContext>) -> Result<(), StreamError> {
    let list = assignment_of(consumer)?;
    consumer.pause(&list).map_err(|source| StreamError::Broker { operation: "pause fetching", source })
}

fn assignment_of(consumer: &BaseConsumer<SourceContext>) -> Result<TopicPartitionList, StreamError> {
    consumer.assignment().map_err(|source| StreamError::Broker { operation: "tell the assignment", source })
}

/// Group offsets for those who look at the group from outside. A failure is of no consequence.
fn commit_progress(consumer: &BaseConsumer<SourceContext>) {
    let context = consumer.context();
    let moved = context.progress.take_uncommitted();
    if moved.is_empty() {
        return;
    }
    let mut list = TopicPartitionList::with_capacity(moved.len());
    for (partition, position) in moved {
        let topic = context.settings.topic_name(partition.topic);
        if let Err(error) = list.add_partition_offset(&topic, partition.partition, Offset::Offset(position)) {
            tracing::debug!(stage = context.stage.name(), %error, "a group offset cannot be listed");
        }
    }
    if let Err(error) = consumer.commit(&list, CommitMode::Async) {
        tracing::debug!(stage = context.stage.name(), %error, "group offsets cannot be committed");
    }
}

/// A copy that does not hold on to librdkafka's buffers. None for a topic that is not the stage's.
fn record_of(context: &SourceContext, message: &BorrowedMessage<'_>) -> Option<Record> {
    let topic = context.contract_name(message.topic())?;
    Some(Record {
        topic,
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(Bytes::copy_from_slice),
        payload: message.payload().map(Bytes::copy_from_slice),
        headers: headers_of(message),
        timestamp: timestamp_of(message),
    })
}

fn timestamp_of(message: &BorrowedMessage<'_>) -> DateTime<Utc> {
    message.timestamp().to_millis().and_then(DateTime::from_timestamp_millis).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The client library panics on a header name that is not UTF-8. A foreign producer must not stop the consumer with
/// one, so such a record goes on without headers.
fn headers_of(message: &BorrowedMessage<'_>) -> Vec<(String, Bytes)> {
    let Some(headers) = message.headers() else { return Vec::new() };
    let copied = catch_unwind(AssertUnwindSafe(|| {
        headers
            .iter()
            .map(|header| (header.key.to_owned(), Bytes::copy_from_slice(header.value.unwrap_or_default())))
            .collect()
    }));
    copied.unwrap_or_else(|_panic| {
        tracing::warn!(
            topic = message.topic(),
            offset = message.offset(),
            "header names are not UTF-8, headers dropped"
        );
        Vec::new()
    })
}
