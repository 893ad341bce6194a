//! The few figures of the status line, taken from the metrics of the process.

/// How the pipeline is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// ERP records read since the start.
    pub events_in: u64,
    /// Records that wait in the broker, of all stages.
    pub lag: u64,
    /// Products that can be found.
    pub documents: u64,
    /// From the change in the ERP to searchable, in seconds; none before the first change.
    pub freshness_p99_seconds: Option<f64>,
}

impl Figures {
    /// Reads Prometheus text (exposition format 0.0.4).
    pub fn read(metrics: &str) -> Self {
        let sum = |name: &str, label: &str| -> f64 { samples(metrics, name, label).map(|(_, value)| value).sum() };
        Self {
            events_in: sum("coheron_stream_records_total", "stage=\"project_catalogue\"") as u64,
            lag: sum("coheron_stream_lag_records", "") as u64,
            documents: sum("coheron_index_size_documents", "") as u64,
            freshness_p99_seconds: quantile(metrics, "coheron_index_freshness_seconds_bucket", 0.99),
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let freshness = match self.freshness_p99_seconds {
            Some(seconds) => format!("{:.0} ms", seconds * 1_000.0),
            None => "-".to_owned(),
        };
        write!(
            formatter,
            "events in {}   lag {}   documents {}   freshness p99 {freshness}",
            self.events_in, self.lag, self.documents
        )
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

/// Linear interpolation within the bucket, as Prometheus' `histogram_quantile` does.
fn quantile(metrics: &str, bucket_metric: &str, quantile: f64) -> Option<f64> {
    let mut buckets: Vec<(f64, f64)> = samples(metrics, bucket_metric, "le=\"")
        .filter_map(|(labels, count)| {
            let bound = labels.split("le=\"").nth(1)?.split('"').next()?;
            Some((if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? }, count))
        })
        .collect();
    buckets.sort_by(|left, right| left.0.total_cmp(&right.0));
    let total = buckets.last()?.1;
    if total == 0.0 {
        return None;
    }
    let rank = total * quantile;
    let mut lower = (0.0, 0.0);
    for (bound, count) in buckets {
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
coheron_index_freshness_seconds_bucket{le=\"0.05\"} 90
coheron_index_freshness_seconds_bucket{le=\"0.1\"} 100
coheron_index_freshness_seconds_bucket{le=\"+Inf\"} 100
";

    #[test]
    fn figures_come_from_the_metrics() {
        let figures = Figures::read(METRICS);
        assert_eq!((figures.events_in, figures.lag, figures.documents), (12, 3, 2140));
        let p99 = figures.freshness_p99_seconds.expect("a quantile");
        assert!((p99 - 0.095).abs() < 1e-9, "{p99}");
        assert_eq!(figures.to_string(), "events in 12   lag 3   documents 2140   freshness p99 95 ms");
    }

    #[test]
    fn no_metrics_give_empty_figures() {
        assert_eq!(Figures::read(""), Figures::default());
    }
}
