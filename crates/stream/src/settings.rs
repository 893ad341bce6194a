//! How to reach the broker and how things are named there.

use std::collections::BTreeMap;
use std::fmt;

use coheron_core::topics::{MAX_BATCH_BYTES, Topic};
use rdkafka::ClientConfig;
use serde::{Deserialize, Serialize, Serializer};

use crate::broker_watch::REPORT_INTERVAL;

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaSettings {
    /// Addresses of brokers to start from, `host:port`, separated by commas.
    pub brokers: String,
    /// Put before every topic and consumer group name, so that several installations share a broker; empty by default.
    #[serde(default)]
    pub topic_prefix: String,
    /// Names this process among all of the installation, `coheron` by default. It must be the same after a restart and
    /// different for two processes that run at the same time: consumer groups know their members by it.
    #[serde(default = "default_instance")]
    pub instance: String,
    /// Further librdkafka properties for every client; they win over the built-in ones. Those for TLS and SASL/SCRAM need the
    /// feature `tls`.
    #[serde(default, serialize_with = "without_values")]
    pub extra: BTreeMap<String, String>,
}

impl fmt::Debug for KafkaSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.extra.keys().collect();
        formatter
            .debug_struct("KafkaSettings")
            .field("brokers", &self.brokers)
            .field("topic_prefix", &self.topic_prefix)
            .field("instance", &self.instance)
            .field("extra", &names)
            .finish()
    }
}

/// Passwords and key files are among them, so only the names are shown.
fn without_values<S: Serializer>(extra: &BTreeMap<String, String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(extra.keys().map(|name| (name, "***")))
}

impl KafkaSettings {
    /// Settings for the brokers with everything else at its default.
    pub fn for_brokers(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            topic_prefix: String::new(),
            instance: default_instance(),
            extra: BTreeMap::new(),
        }
    }

    /// The topic's name in the broker.
    pub fn topic_name(&self, contract_name: &str) -> String {
        format!("{}{contract_name}", self.topic_prefix)
    }

    /// The consumer group of a stage.
    pub fn group_name(&self, stage: &str) -> String {
        format!("{}coheron-{stage}", self.topic_prefix)
    }

    /// The contract's name of a topic in the broker, where it is one of these.
    pub(crate) fn contract_name(&self, broker_name: &str, topics: &[Topic]) -> Option<&'static str> {
        let name = broker_name.strip_prefix(self.topic_prefix.as_str())?;
        topics.iter().find(|topic| topic.name == name).map(|topic| topic.name)
    }

    /// Properties that every client shares. `role` tells the connections apart in the broker's own logs.
    fn common_client(&self, role: &str) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", format!("{}-{role}", self.instance))
            // The broker may be away for a restart of some seconds: look for it often rather than politely.
            .set("reconnect.backoff.ms", "50")
            .set("reconnect.backoff.max.ms", "1000")
            .set("socket.keepalive.enable", "true")
            .set("log.connection.close", "false")
            .set("topic.metadata.refresh.interval.ms", "60000");
        config
    }

    fn with_extra(&self, mut config: ClientConfig) -> ClientConfig {
        for (property, value) in &self.extra {
            config.set(property, value);
        }
        config
    }

    pub(crate) fn admin_client(&self) -> ClientConfig {
        self.with_extra(self.common_client("admin"))
    }

    pub(crate) fn producer_client(&self, buffer_kbytes: usize) -> ClientConfig {
        let mut config = self.common_client("producer");
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // Long enough to gather the records of one batch, short against the whole way of a change.
            .set("linger.ms", "1")
            .set("compression.codec", "lz4")
            .set("message.max.bytes", MAX_BATCH_BYTES.to_string())
            .set("queue.buffering.max.kbytes", buffer_kbytes.to_string())
            .set("message.timeout.ms", "30000")
            .set("statistics.interval.ms", REPORT_INTERVAL.as_millis().to_string())
            // The partition of a key as the Java clients choose it, so that parts of one product meet whoever sent them.
            .set("partitioner", "murmur2_random");
        self.with_extra(config)
    }

    /// A consumer that leaves positions to its stage. The group id is also needed where no group is joined.
    pub(crate) fn consumer_client(&self, group: &str) -> ClientConfig {
        let mut config = self.common_client(group);
        config
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("isolation.level", "read_committed")
            .set("enable.partition.eof", "false")
            .set("fetch.wait.max.ms", "100")
            .set("fetch.error.backoff.ms", "100")
            .set("fetch.queue.backoff.ms", "20")
            .set("fetch.message.max.bytes", MAX_BATCH_BYTES.to_string())
            .set("fetch.max.bytes", (16 * 1024 * 1024).to_string())
            .set("queued.min.messages", "10000")
            .set("queued.max.messages.kbytes", "16384")
            // They also feed the lag gauge.
            .set("statistics.interval.ms", REPORT_INTERVAL.as_millis().to_string());
        self.with_extra(config)
    }

    /// Like `consumer_client`, as a static member of the stage's group: a process that was killed and started again
    /// within the session timeout gets its partitions back at once, without the others being disturbed.
    pub(crate) fn group_member_client(&self, stage: &str) -> ClientConfig {
        let mut config = self.consumer_client(&self.group_name(stage));
        config
            .set("group.instance.id", format!("{}-{stage}", self.instance))
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", "8000")
            .set("heartbeat.interval.ms", "2000");
        self.with_extra(config)
    }
}

fn default_instance() -> String {
    "coheron".to_owned()
}

#[cfg(test)]
mod tests {
    use coheron_core::topics::ERP_PRICE_CHANGE;

    use super::*;

    #[test]
    fn names_in_the_broker_carry_the_prefix_and_lead_back_to_the_contract() {
        let settings = KafkaSettings { topic_prefix: "shop1.".to_owned(), ..KafkaSettings::for_brokers("localhost:1") };
        assert_eq!(settings.topic_name("erp.price.change.v1"), "shop1.erp.price.change.v1");
        assert_eq!(settings.group_name("project_price"), "shop1.coheron-project_price");
        assert_eq!(
            settings.contract_name("shop1.erp.price.change.v1", &[ERP_PRICE_CHANGE]),
            Some("erp.price.change.v1")
        );
        assert_eq!(settings.contract_name("erp.price.change.v1", &[ERP_PRICE_CHANGE]), None);
    }

    #[test]
    fn extra_properties_win_and_unknown_fields_are_refused() {
        let settings: KafkaSettings =
            serde_json::from_str(r#"{"brokers": "localhost:1", "extra": {"linger.ms": "7"}}"#).expect("valid settings");
        assert_eq!(settings.producer_client(1024).get("linger.ms"), Some("7"));
        assert!(serde_json::from_str::<KafkaSettings>(r#"{"brokers": "localhost:1", "broker": "x"}"#).is_err());
    }
}
