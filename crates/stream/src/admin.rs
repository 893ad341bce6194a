//! Creates the topics of the contract and tells how they are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use coheron_core::topics::Topic;
use rdkafka::admin::{AdminClient, AdminOptions, ConfigSource, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::MetadataTopic;
use serde::Serialize;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::client_context::LoggingContext;
use crate::error::StreamError;
use crate::settings::KafkaSettings;

const REQUEST_PATIENCE: Duration = Duration::from_secs(10);
/// For the leaders of new partitions to be known.
const LEADER_PATIENCE: Duration = Duration::from_secs(30);

/// A topic as the broker has it.
#[derive(Debug, Clone, Serialize)]
pub struct TopicDescription {
    /// The name in the broker, with the prefix.
    pub name: String,
    pub partitions: Vec<PartitionDescription>,
    /// The settings made for this topic, without the broker's defaults.
    pub settings: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PartitionDescription {
    pub partition: i32,
    /// The offset of the oldest record that is still there.
    pub earliest_offset: i64,
    /// The offset that the next record will get.
    pub latest_offset: i64,
}

/// Creates the topics that are missing and waits until all can be used. A topic with another number of partitions is an
/// error; other settings are left as somebody has set them, with a warning.
pub async fn ensure_topics(settings: &KafkaSettings, topics: &[Topic]) -> Result<(), StreamError> {
    let admin = Admin::new(settings)?;
    let mut missing = Vec::new();
    let mut existing = Vec::new();
    for topic in topics {
        match admin.partition_leaders(topic.name).await? {
            None => missing.push(*topic),
            Some(_) => existing.push(*topic),
        }
    }
    admin.create(&missing).await?;
    admin.wait_for_leaders(topics).await?;
    for topic in &existing {
        let found = admin.topic_settings(topic.name).await?;
        for (setting, expected) in topic.broker_settings() {
            let actual = found.get(setting).map_or("the broker's default", |(value, _is_default)| value.as_str());
            if actual != expected {
                tracing::warn!(topic = topic.name, setting, expected, actual, "a topic is set up differently");
            }
        }
    }
    Ok(())
}

/// The topics with their offsets. Fails with `TopicMissing` on the first that does not exist.
pub async fn describe_topics(settings: &KafkaSettings, topics: &[Topic]) -> Result<Vec<TopicDescription>, StreamError> {
    let admin = Admin::new(settings)?;
    let mut descriptions = Vec::with_capacity(topics.len());
    for topic in topics {
        let partitions = admin.offsets(topic.name).await?;
        let own = admin.topic_settings(topic.name).await?;
        descriptions.push(TopicDescription {
            name: settings.topic_name(topic.name),
            partitions,
            settings: own
                .into_iter()
                .filter_map(|(name, (value, is_default))| (!is_default).then_some((name, value)))
                .collect(),
        });
    }
    Ok(descriptions)
}

/// The offset after the last record of each partition.
pub async fn end_offsets(settings: &KafkaSettings, topic: &str) -> Result<BTreeMap<i32, i64>, StreamError> {
    let offsets = partition_offsets(settings, topic).await?;
    Ok(offsets.into_iter().map(|offsets| (offsets.partition, offsets.latest_offset)).collect())
}

/// Where each partition begins and ends.
pub async fn partition_offsets(
    settings: &KafkaSettings,
    topic: &str,
) -> Result<Vec<PartitionDescription>, StreamError> {
    Admin::new(settings)?.offsets(topic).await
}

struct Admin {
    client: Arc<AdminClient<LoggingContext>>,
    settings: KafkaSettings,
}

/// The leader of each partition, negative where there is none.
type Leaders = BTreeMap<i32, i32>;

impl Admin {
    fn new(settings: &KafkaSettings) -> Result<Self, StreamError> {
        let client = settings
            .admin_client()
            .create_with_context(LoggingContext)
            .map_err(|source| StreamError::Settings { context: "an admin client cannot be made", source })?;
        Ok(Self { client: Arc::new(client), settings: settings.clone() })
    }

    async fn create(&self, topics: &[Topic]) -> Result<(), StreamError> {
        if topics.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = topics.iter().map(|topic| self.settings.topic_name(topic.name)).collect();
        let configs: Vec<_> = topics.iter().map(Topic::broker_settings).collect();
        let new_topics: Vec<NewTopic<'_>> = topics
            .iter()
            .zip(&names)
            .zip(&configs)
            .map(|((topic, name), config)| NewTopic {
                name,
                num_partitions: topic.partitions,
                // As many replicas as the broker is set to.
                replication: TopicReplication::Fixed(-1),
                config: config.iter().map(|(setting, value)| (*setting, value.as_str())).collect(),
            })
            .collect();
        let results = self
            .client
            .create_topics(&new_topics, &admin_options())
            .await
            .map_err(|source| StreamError::Broker { operation: "create topics", source })?;
        for result in results {
            match result {
                Ok(name) => tracing::info!(topic = name, "topic created"),
                // Another process was faster.
                Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, code)) => {
                    tracing::error!(topic, ?code, "the broker refuses to create a topic");
                    return Err(StreamError::Refused { operation: "create a topic", code });
                }
            }
        }
        Ok(())
    }

    async fn wait_for_leaders(&self, topics: &[Topic]) -> Result<(), StreamError> {
        let deadline = Instant::now() + LEADER_PATIENCE;
        for topic in topics {
            let mut backoff = Backoff::new(Duration::from_millis(20), Duration::from_millis(500));
            loop {
                if let Some(leaders) = self.partition_leaders(topic.name).await?
                    && leaders.values().all(|leader| *leader >= 0)
                {
                    self.check_partitions(topic, &leaders)?;
                    break;
                }
                if Instant::now() >= deadline {
                    return Err(StreamError::TimedOut { operation: "choose leaders for new topics" });
                }
                tokio::time::sleep(backoff.next_wait(0.0)).await;
            }
        }
        Ok(())
    }

    fn check_partitions(&self, topic: &Topic, leaders: &Leaders) -> Result<(), StreamError> {
        let actual = i32::try_from(leaders.len()).unwrap_or(i32::MAX);
        if actual == topic.partitions {
            return Ok(());
        }
        Err(StreamError::PartitionDrift {
            topic: self.settings.topic_name(topic.name),
            expected: topic.partitions,
            actual,
        })
    }

    /// None where the topic does not exist.
    async fn partition_leaders(&self, topic: &str) -> Result<Option<Leaders>, StreamError> {
        let name = self.settings.topic_name(topic);
        let client = Arc::clone(&self.client);
        blocking("answer a metadata request", move || {
            let metadata = client
                .inner()
                .fetch_metadata(Some(&name), REQUEST_PATIENCE)
                .map_err(|source| StreamError::Broker { operation: "answer a metadata request", source })?;
            let found = metadata.topics().iter().find(|found| found.name() == name);
            Ok(found
                .filter(|found| exists(found))
                .map(|found| found.partitions().iter().map(|partition| (partition.id(), partition.leader())).collect()))
        })
        .await
    }

    /// Every setting in force, and whether it is the broker's default.
    async fn topic_settings(&self, topic: &str) -> Result<BTreeMap<String, (String, bool)>, StreamError> {
        let name = self.settings.topic_name(topic);
        let results = self
            .client
            .describe_configs(&[ResourceSpecifier::Topic(&name)], &admin_options())
            .await
            .map_err(|source| StreamError::Broker { operation: "describe a topic", source })?;
        let mut settings = BTreeMap::new();
        for result in results {
            let resource = result.map_err(|code| StreamError::Refused { operation: "describe a topic", code })?;
            for entry in resource.entries {
                let is_default = !matches!(entry.source, ConfigSource::DynamicTopic);
                settings.insert(entry.name, (entry.value.unwrap_or_default(), is_default));
            }
        }
        Ok(settings)
    }

    async fn offsets(&self, topic: &str) -> Result<Vec<PartitionDescription>, StreamError> {
        let name = self.settings.topic_name(topic);
        let Some(leaders) = self.partition_leaders(topic).await? else {
            return Err(StreamError::TopicMissing { topic: name });
        };
        let client = Arc::clone(&self.client);
        blocking("tell where a partition starts and ends", move || {
            let mut descriptions = Vec::with_capacity(leaders.len());
            for partition in leaders.into_keys() {
                let (earliest_offset, latest_offset) =
                    client.inner().fetch_watermarks(&name, partition, REQUEST_PATIENCE).map_err(|source| {
                        StreamError::Broker { operation: "tell where a partition starts and ends", source }
                    })?;
                descriptions.push(PartitionDescription { partition, earliest_offset, latest_offset });
            }
            Ok(descriptions)
        })
        .await
    }
}

fn admin_options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(REQUEST_PATIENCE)).operation_timeout(Some(REQUEST_PATIENCE))
}

fn exists(topic: &MetadataTopic) -> bool {
    topic.error().is_none() && !topic.partitions().is_empty()
}

/// Runs a call of the client library that blocks, away from the runtime's own threads.
async fn blocking<T: Send + 'static>(
    operation: &'static str,
    call: impl FnOnce() -> Result<T, StreamError> + Send + 'static,
) -> Result<T, StreamError> {
    match tokio::task::spawn_blocking(call).await {
        Ok(result) => result,
        Err(_panicked_or_shut_down) => Err(StreamError::TimedOut { operation }),
    }
}
