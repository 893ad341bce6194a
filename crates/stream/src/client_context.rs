//! What librdkafka calls back into: its log lines go to the structured logs, its statistics show whether it still works.

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::broker_watch::{BrokerWatch, ReportedBrokers};
use crate::meters;

/// For clients that need nothing but logging.
pub(crate) struct LoggingContext;

impl ClientContext for LoggingContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

/// For producers.
pub(crate) struct ProducerClientContext {
    pub(crate) broker_watch: BrokerWatch,
    /// Cancelled when the client is of no use any more.
    pub(crate) stranded: CancellationToken,
}

impl ClientContext for ProducerClientContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn stats_raw(&self, statistics: &[u8]) {
        let Ok(statistics) = serde_json::from_slice::<ReportedStatistics>(statistics) else { return };
        if self.broker_watch.finds_stranded(&statistics.brokers) {
            meters::client_stranded();
            self.stranded.cancel();
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

/// The part of librdkafka's statistics that is looked at.
#[derive(Deserialize)]
struct ReportedStatistics {
    #[serde(default)]
    brokers: ReportedBrokers,
}

pub(crate) fn forward_log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
            tracing::error!(target: "librdkafka", facility, "{message}");
        }
        // A broker that is away makes librdkafka repeat itself at error level while it reconnects by itself.
        RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning => {
            tracing::warn!(target: "librdkafka", facility, "{message}");
        }
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => tracing::info!(target: "librdkafka", facility, "{message}"),
        RDKafkaLogLevel::Debug => tracing::debug!(target: "librdkafka", facility, "{message}"),
    }
}

pub(crate) fn forward_error(error: &KafkaError, reason: &str) {
    tracing::warn!(target: "librdkafka", %error, "{reason}");
}
