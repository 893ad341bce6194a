//! The few figures of the status line, taken from the metrics of the process.

use std::collections::VecDeque;

/// Freshness is shown for this many past readings; one reading a second makes it the last minute.
const READINGS_KEPT: usize = 60;

/// How the pipeline is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// ERP records read since the start.
    pub events_in: u64,
    /// Records that wait in the broker, of all stages.
    pub lag: u64,
    /// Products that can be found.
    pub documents: u64,
}

/// Upper bound in seconds and count of the observations up to it, in the order of the bounds.
type Buckets = Vec<(f64, f64)>;

/// From the change in the ERP to searchable, over the last readings. The metric itself counts from the start of the
/// process and would show the first load for ever.
#[derive(Debug, Default)]
pub struct RecentFreshness {
    readings: VecDeque<Buckets>,
}

impl Figures {
    /// Reads Prometheus text (exposition format 0.0.4).
    pub fn read(metrics: &str) -> Self {
        let sum = |name: &str, label: &str| -> f64 { samples(metrics, name, label).map(|(_, value)| value).sum() };
        Self {
            events_in: sum("coheron_stream_records_total", "stage=\"project_catalogue\"") as u64,
            lag: sum("coheron_stream_lag_records", "") as u64,
            documents: sum("coheron_index_size_documents", "") as u64,
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "events in {}   lag {}   documents {}", self.events_in, self.lag, self.documents)
    }
}

impl RecentFreshness {
    /// Adds a reading and gives the 99th percentile in seconds since the oldest one kept; none without a change.
    pub fn p99(&mut self, metrics: &str) -> Option<f64> {
        let newest = buckets(metrics, "coheron_index_freshness_seconds_bucket");
        let recent: Buckets = match self.readings.front() {
            Some(oldest) if oldest.len() == newest.len() => {
                newest.iter().zip(oldest).map(|((bound, count), (_, before))| (*bound, count - before)).collect()
            }
            _ => Vec::new(),
        };
        self.readings.push_back(newest);
        if self.readings.len() > READINGS_KEPT {
            self.readings.pop_front();
        }
        quantile(&recent, 0.99)
    }
}

/// The lines of a metric whose labels contain the given text.
fn samples<'a>(metrics: &'a str, name: &'a str, label: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
    metrics.lines().filter_map(move |line| {
        let rest = line.strip_prefix(name).filter(|rest| rest.starts_with('{') || rest.starts_with(' '))?;
        let (labels, value) = rest.rsplit_once(' ')?;
        labels.contains(label).then_some(())?;
        Some((labels, value.parse().ok()?))
    })
}

fn buckets(metrics: &str, bucket_metric: &str) -> Buckets {
    let mut buckets: Buckets = samples(metrics, bucket_metric, "le=\"")
        .filter_map(|(labels, count)| {
            let bound = labels.split("le=\"").nth(1)?.split('"').next()?;
            Some((if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? }, count))
        })
        .collect();
    buckets.sort_by(|left, right| left.0.total_cmp(&right.0));
    buckets
}

/// Linear interpolation within the bucket, as Prometheus' `histogram_quantile` does.
fn quantile(buckets: &[(f64, f64)], quantile: f64) -> Option<f64> {
    let total = buckets.last()?.1;
    if total <= 0.0 {
        return None;
    }
    let rank = total * quantile;
    let mut lower = (0.0, 0.0);
    for (bound, count) in buckets.iter().copied() {
        if count >= rank {
            if bound.is_infinite() || count <= lower.1 {
                return Some(lower.0);
            }
            return Some(lower.0 + (bound - lower.0) * (rank - lower.1) / (count - lower.1));
        }
        lower = (bound, count);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const METRICS: &str = "# TYPE coheron_stream_records_total counter
coheron_stream_records_total{stage=\"project_catalogue\",topic=\"a\"} 5
coheron_stream_records_total{stage=\"project_catalogue\",topic=\"b\"} 7
coheron_stream_records_total{stage=\"index_documents\",topic=\"c\"} 100
coheron_stream_lag_records{stage=\"index_documents\"} 3
coheron_index_size_documents{site=\"x\"} 2140
";

    fn freshness(fast: u32, slow: u32) -> String {
        let (bucket, all) = ("coheron_index_freshness_seconds_bucket", fast + slow);
        format!("{bucket}{{le=\"0.1\"}} {fast}\n{bucket}{{le=\"60\"}} {all}\n{bucket}{{le=\"+Inf\"}} {all}\n")
    }

    #[test]
    fn figures_come_from_the_metrics() {
        let figures = Figures::read(METRICS);
        assert_eq!(figures, Figures { events_in: 12, lag: 3, documents: 2140 });
        assert_eq!(figures.to_string(), "events in 12   lag 3   documents 2140");
        assert_eq!(Figures::read(""), Figures::default());
    }

    #[test]
    fn freshness_forgets_what_was_before_the_readings() {
        let mut recent = RecentFreshness::default();
        assert_eq!(recent.p99(&freshness(0, 500)), None, "there is nothing to compare with yet");
        assert_eq!(recent.p99(&freshness(0, 500)), None, "nothing changed");
        let p99 = recent.p99(&freshness(100, 500)).expect("a percentile");
        assert!((p99 - 0.099).abs() < 1e-9, "{p99}");
    }
}
