//! What librdkafka calls back into: partitions that come and go, statistics, logs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaRespErr;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::broker_watch::{BrokerWatch, ReportedBrokers};
use crate::client_context::{forward_error, forward_log};
use crate::error::StreamError;
use crate::event_queue::{EventSender, SourceEvent};
use crate::meters;
use crate::progress::Progress;
use crate::record::TopicPartition;
use crate::settings::KafkaSettings;
use crate::stage::Stage;

/// For a question to the broker while partitions are being assigned.
const BROKER_PATIENCE: Duration = Duration::from_secs(5);
/// For the loop to finish the batch in hand before its partitions go to another member.
const HANDOVER_PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct SourceContext {
    pub(crate) stage: Arc<dyn Stage>,
    pub(crate) settings: KafkaSettings,
    pub(crate) events: Arc<EventSender>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) broker_watch: BrokerWatch,
    pub(crate) runtime: Handle,
    /// Set before the consumer is closed: partitions that are given up then need no handover.
    pub(crate) closing: AtomicBool,
    /// A callback cannot return an error; the polling thread looks here after each poll.
    pub(crate) failure: Mutex<Option<StreamError>>,
}

/// Where a partition is read from. The two differ when the log no longer reaches back to the position.
struct Start {
    partition: TopicPartition,
    position: i64,
    fetch_from: i64,
}

impl SourceContext {
    pub(crate) fn take_failure(&self) -> Option<StreamError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn contract_name(&self, broker_name: &str) -> Option<&'static str> {
        self.settings.contract_name(broker_name, self.stage.topics())
    }

    /// Tells the loop where the partitions stand and the list where to fetch from.
    ///
    /// Timeline that must hold: the loop hears of the positions, then the partitions are assigned, then their first
    /// record arrives.
    pub(crate) fn start(
        &self,
        consumer: &BaseConsumer<Self>,
        list: &mut TopicPartitionList,
    ) -> Result<(), StreamError> {
        let starts = self.starts(consumer, &self.partitions_of(list))?;
        for start in &starts {
            let topic = self.settings.topic_name(start.partition.topic);
            list.set_partition_offset(&topic, start.partition.partition, Offset::Offset(start.fetch_from))
                .map_err(|source| StreamError::Broker { operation: "take a start offset", source })?;
        }
        let positions: Vec<_> = starts.iter().map(|start| (start.partition, start.position)).collect();
        tracing::info!(stage = self.stage.name(), ?positions, "partitions assigned");
        self.progress.assign(&positions);
        // A closed queue means that the loop is leaving; the polling thread notices by itself.
        let _queued = self.events.send_control(SourceEvent::Assigned(positions));
        Ok(())
    }

    fn starts(&self, consumer: &BaseConsumer<Self>, partitions: &[TopicPartition]) -> Result<Vec<Start>, StreamError> {
        let stage = self.stage.name();
        let stored = self
            .runtime
            .block_on(self.stage.positions(partitions))
            .map_err(|source| StreamError::Stage { stage, source })?;
        let mut starts = Vec::with_capacity(partitions.len());
        for &partition in partitions {
            let position = stored.get(&partition).copied().unwrap_or(0);
            let topic = self.settings.topic_name(partition.topic);
            let (log_start, log_end) =
                consumer.fetch_watermarks(&topic, partition.partition, BROKER_PATIENCE).map_err(|source| {
                    StreamError::Broker { operation: "tell where a partition starts and ends", source }
                })?;
            if position > log_end {
                return Err(StreamError::PositionBeyondLog { partition, position, log_end });
            }
            if position > 0 && position < log_start {
                tracing::warn!(
                    stage,
                    ?partition,
                    position,
                    log_start,
                    "the log no longer reaches back to the checkpoint"
                );
                meters::offsets_missed(stage, partition.topic, log_start.abs_diff(position));
            }
            starts.push(Start { partition, position, fetch_from: position.max(log_start) });
        }
        Ok(starts)
    }

    fn partitions_of(&self, list: &TopicPartitionList) -> Vec<TopicPartition> {
        list.elements()
            .iter()
            .filter_map(|element| {
                let topic = self.contract_name(element.topic())?;
                Some(TopicPartition { topic, partition: element.partition() })
            })
            .collect()
    }

    /// Waits until everything read from these partitions is stored, so that the next owner starts after it.
    fn hand_over(&self, consumer: &BaseConsumer<Self>, list: &TopicPartitionList) -> Result<(), StreamError> {
        if self.closing.load(Ordering::Acquire) || list.count() == 0 {
            return Ok(());
        }
        let partitions = self.partitions_of(list);
        tracing::info!(stage = self.stage.name(), ?partitions, "partitions revoked");
        let (finished, finishing) = oneshot::channel();
        if !self.events.send_control(SourceEvent::Revoked { partitions, finished }) || consumer.assignment_lost() {
            return Ok(());
        }
        match self.runtime.block_on(async { tokio::time::timeout(HANDOVER_PATIENCE, finishing).await }) {
            // Dropped without an answer: the loop has ended.
            Ok(_answered_or_dropped) => Ok(()),
            // Whatever the loop still holds is refused by the checkpoint once the next owner has moved it.
            Err(_elapsed) => Err(StreamError::RevokedTooSoon),
        }
    }

    fn fail(&self, error: StreamError) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

impl ClientContext for SourceContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn stats_raw(&self, statistics: &[u8]) {
        let Ok(statistics) = serde_json::from_slice::<ReportedStatistics>(statistics) else { return };
        if self.broker_watch.finds_stranded(&statistics.brokers) {
            meters::client_stranded();
            self.fail(StreamError::Stranded);
        }
        let ends = statistics.topics.iter().flat_map(|(name, topic)| {
            let name = self.contract_name(name);
            topic.partitions.values().filter_map(move |end| {
                let partition = TopicPartition { topic: name?, partition: end.partition };
                (end.hi_offset >= 0).then_some((partition, end.hi_offset))
            })
        });
        meters::lag(self.stage.name(), self.progress.lag(ends));
    }

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

impl ConsumerContext for SourceContext {
    /// A failure is noted and the protocol is still completed: a consumer that leaves an assignment unanswered cannot
    /// be closed. Nothing is fetched then, because the polling thread stops at once.
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let cooperative = matches!(consumer.rebalance_protocol(), RebalanceProtocol::Cooperative);
        let is_assignment = event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        let prepared = if is_assignment { self.start(consumer, list) } else { self.hand_over(consumer, list) };
        if let Err(error) = prepared {
            self.fail(error);
        }
        let answered = match (is_assignment, cooperative) {
            (true, true) => consumer.incremental_assign(list),
            (true, false) => consumer.assign(list),
            (false, true) => consumer.incremental_unassign(list),
            (false, false) => consumer.unassign(),
        };
        if let Err(source) = answered {
            self.fail(StreamError::Broker { operation: "take the assignment of partitions", source });
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, _offsets: &TopicPartitionList) {
        if let Err(error) = result {
            tracing::debug!(stage = self.stage.name(), %error, "group offsets, for display only, were not committed");
        }
    }
}

/// The part of librdkafka's statistics that is looked at.
#[derive(Deserialize)]
struct ReportedStatistics {
    #[serde(default)]
    brokers: ReportedBrokers,
    /// For the lag.
    #[serde(default)]
    topics: HashMap<String, LogEndsOfTopic>,
}

#[derive(Deserialize)]
struct LogEndsOfTopic {
    #[serde(default)]
    partitions: HashMap<String, LogEnd>,
}

#[derive(Deserialize)]
struct LogEnd {
    partition: i32,
    hi_offset: i64,
}
