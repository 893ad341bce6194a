//! Metrics in the Prometheus text format.

use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use tokio_util::sync::CancellationToken;

use super::{TelemetryError, process};

/// Upper bounds in seconds for every metric that ends in `_seconds`: from half a millisecond to a minute, closest where
/// the goals for freshness lie.
const SECONDS_BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0,
    10.0, 30.0, 60.0,
];

/// Samples wait in memory until they are folded into their buckets; this often they are, scraped or not.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Renders the metrics of the process.
#[derive(Clone)]
pub struct MetricsHandle {
    prometheus: PrometheusHandle,
}

impl MetricsHandle {
    /// Makes Prometheus the recorder of the process. Once per process.
    pub fn install() -> Result<Self, TelemetryError> {
        let (recorder, handle) = build()?;
        metrics::set_global_recorder(recorder).map_err(|_| TelemetryError::AlreadyInstalled)?;
        process::describe();
        Ok(handle)
    }

    pub fn render(&self) -> String {
        process::refresh();
        self.prometheus.render()
    }

    /// Bounds the memory of the recorder between scrapes; ends with the token.
    pub async fn keep_up(self, token: CancellationToken) {
        let mut ticks = tokio::time::interval(UPKEEP_EVERY);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.prometheus.run_upkeep(),
                () = token.cancelled() => return,
            }
        }
    }
}

fn build() -> Result<(PrometheusRecorder, MetricsHandle), TelemetryError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS_BUCKETS)
        .map_err(TelemetryError::Buckets)?
        .build_recorder();
    let prometheus = recorder.handle();
    Ok((recorder, MetricsHandle { prometheus }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_histograms_and_the_process_reports_itself() {
        let (recorder, handle) = build().expect("a recorder");
        let text = metrics::with_local_recorder(&recorder, || {
            metrics::histogram!("coheron_probe_seconds").record(0.003);
            metrics::counter!("coheron_probe_total", "kind" => "a").increment(2);
            handle.render()
        });
        assert!(text.contains("coheron_probe_seconds_bucket{le=\"0.005\"} 1"), "{text}");
        assert!(text.contains("coheron_probe_total{kind=\"a\"} 2"), "{text}");
        assert!(text.contains("process_resident_memory_bytes"), "{text}");
        assert!(text.contains("process_cpu_seconds_total"), "{text}");
    }
}
