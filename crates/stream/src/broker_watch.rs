//! Notices when a client has lost sight of every broker and will not find one by itself.
//!
//! A broker that the controller takes for dead leaves itself out of its own metadata, and being busy for longer than
//! its session is enough for that. librdkafka then forgets every broker it knew and starts over from the configured
//! addresses, unless its own threads race each other and the start is called off (confluentinc/librdkafka#5301): such a
//! client waits for ever, without an error. Its statistics show it, so its owner replaces it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::Deserialize;

/// How often clients report.
pub(crate) const REPORT_INTERVAL: Duration = Duration::from_secs(1);
/// Reports in a row without a broker. A client that starts over has the configured addresses again at once.
const REPORTS_UNTIL_STRANDED: u32 = 3;

/// The brokers of librdkafka's statistics, by their name there.
pub(crate) type ReportedBrokers = HashMap<String, ReportedBroker>;

#[derive(Deserialize)]
pub(crate) struct ReportedBroker {
    source: BrokerSource,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum BrokerSource {
    Configured,
    Learned,
    /// Stand-ins without an address of their own: of the group's coordinator, or of nobody.
    #[serde(other)]
    StandIn,
}

/// Counts the reports of one client.
#[derive(Default)]
pub(crate) struct BrokerWatch {
    reports_without_broker: AtomicU32,
}

impl BrokerWatch {
    /// Takes in a report and tells, once, that the client is stranded. A broker that is merely down stays in the reports.
    pub(crate) fn finds_stranded(&self, brokers: &ReportedBrokers) -> bool {
        if brokers.values().any(|broker| broker.source != BrokerSource::StandIn) {
            self.reports_without_broker.store(0, Ordering::Relaxed);
            return false;
        }
        self.reports_without_broker.fetch_add(1, Ordering::Relaxed) + 1 == REPORTS_UNTIL_STRANDED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brokers(json: &str) -> ReportedBrokers {
        serde_json::from_str(json).expect("brokers as in the statistics")
    }

    #[test]
    fn a_client_without_any_broker_is_stranded_after_some_reports_and_one_whose_broker_is_down_is_not() {
        let down = brokers(
            r#"{"127.0.0.1:9092/1": {"name": "127.0.0.1:9092/1", "nodeid": 1, "source": "learned", "state": "DOWN"},
                "GroupCoordinator": {"nodeid": -1, "source": "logical", "state": "UP"}}"#,
        );
        let none = brokers(
            r#"{"GroupCoordinator": {"nodeid": -1, "source": "logical", "state": "DOWN"},
                ":0/internal": {"nodeid": -1, "source": "internal", "state": "INIT"}}"#,
        );
        let watch = BrokerWatch::default();
        assert!(!watch.finds_stranded(&none));
        assert!(!watch.finds_stranded(&none));
        assert!(!watch.finds_stranded(&down), "it only looks for its broker");
        let seen: Vec<bool> = (0..4).map(|_| watch.finds_stranded(&none)).collect();
        assert_eq!(seen, [false, false, true, false]);
        assert!(!BrokerWatch::default().finds_stranded(&brokers(r#"{"b": {"source": "configured"}}"#)));
    }
}
