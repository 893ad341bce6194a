//! The freshness that coheron itself measured: from the ERP's time of a change to searchable, for every product.

use crate::report::LatencyRow;

const BUCKETS: &str = "coheron_index_freshness_seconds_bucket";

/// Cumulative counts by upper bound in seconds, lowest bound first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Freshness {
    buckets: Vec<(f64, f64)>,
}

impl Freshness {
    /// Reads Prometheus text. Nothing measured yet gives an empty histogram.
    pub fn read(metrics: &str) -> Self {
        let mut buckets: Vec<(f64, f64)> = metrics.lines().filter_map(bucket).collect();
        buckets.sort_by(|left, right| left.0.total_cmp(&right.0));
        Self { buckets }
    }

    /// What was measured since an earlier reading.
    pub fn since(&self, earlier: &Self) -> Self {
        let before = |bound: f64| {
            let bucket = earlier.buckets.iter().find(|(earlier_bound, _)| earlier_bound.total_cmp(&bound).is_eq());
            bucket.map_or(0.0, |(_, count)| *count)
        };
        Self { buckets: self.buckets.iter().map(|(bound, count)| (*bound, count - before(*bound))).collect() }
    }

    pub fn count(&self) -> f64 {
        self.buckets.last().map_or(0.0, |(_, count)| *count)
    }

    /// Percentiles, interpolated within the buckets; none where nothing was measured.
    pub fn row(&self, name: &str) -> Option<LatencyRow> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let count = self.count() as u64;
        Some(LatencyRow {
            name: name.to_owned(),
            count,
            p50_ms: self.quantile(0.50)? * 1_000.0,
            p95_ms: self.quantile(0.95)? * 1_000.0,
            p99_ms: self.quantile(0.99)? * 1_000.0,
            max_ms: None,
        })
    }

    fn quantile(&self, quantile: f64) -> Option<f64> {
        let total = self.count();
        if total <= 0.0 {
            return None;
        }
        let rank = total * quantile;
        let (mut lower_bound, mut lower_count) = (0.0, 0.0);
        for (bound, count) in &self.buckets {
            if *count >= rank {
                // Beyond the last finite bound nothing more is known.
                let within = (rank - lower_count) / (count - lower_count).max(f64::MIN_POSITIVE);
                return Some(if bound.is_finite() {
                    lower_bound + (bound - lower_bound) * within
                } else {
                    lower_bound
                });
            }
            (lower_bound, lower_count) = (*bound, *count);
        }
        None
    }
}

fn bucket(line: &str) -> Option<(f64, f64)> {
    let (labels, count) = line.strip_prefix(BUCKETS)?.rsplit_once(' ')?;
    let bound = labels.split("le=\"").nth(1)?.split('"').next()?;
    // The text form of the last bound, `+Inf`, is a number to the parser too.
    Some((bound.parse().ok()?, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLIER: &str = "coheron_index_freshness_seconds_bucket{le=\"0.05\"} 1000
coheron_index_freshness_seconds_bucket{le=\"0.1\"} 1000
coheron_index_freshness_seconds_bucket{le=\"+Inf\"} 2000
";
    const LATER: &str = "# TYPE coheron_index_freshness_seconds histogram
coheron_index_freshness_seconds_bucket{le=\"+Inf\"} 2100
coheron_index_freshness_seconds_bucket{le=\"0.05\"} 1090
coheron_index_freshness_seconds_bucket{le=\"0.1\"} 1100
coheron_index_freshness_seconds_sum 5
coheron_other_seconds_bucket{le=\"0.1\"} 7
";

    #[test]
    fn only_what_came_since_counts() {
        let row = Freshness::read(LATER).since(&Freshness::read(EARLIER)).row("all").expect("a row");
        assert_eq!(row.count, 100);
        assert!((row.p50_ms - 27.8).abs() < 0.1, "{row:?}");
        assert!((row.p95_ms - 75.0).abs() < 0.1, "{row:?}");
        assert_eq!(row.max_ms, None);
    }

    #[test]
    fn nothing_measured_gives_no_row() {
        assert_eq!(Freshness::read("").row("all"), None);
        let unchanged = Freshness::read(EARLIER).since(&Freshness::read(EARLIER));
        assert_eq!(unchanged.row("all"), None);
    }

    #[test]
    fn beyond_the_last_bound_is_the_last_bound() {
        let row = Freshness::read(EARLIER).row("all").expect("a row");
        assert!((row.p99_ms - 100.0).abs() < f64::EPSILON, "{row:?}");
    }
}
