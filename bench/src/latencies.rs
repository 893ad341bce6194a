//! Many latencies as a few percentiles.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::report::LatencyRow;

/// Three significant digits of microseconds.
const SIGNIFICANT_DIGITS: u8 = 3;
/// One hour; what takes longer counts as this.
const LONGEST_MICROS: u64 = 3_600_000_000;

pub struct Latencies {
    micros: Histogram<u64>,
}

impl Latencies {
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { micros: Histogram::new_with_bounds(1, LONGEST_MICROS, SIGNIFICANT_DIGITS)? })
    }

    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.micros.saturating_record(micros);
    }

    pub fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        Ok(self.micros.add(&other.micros)?)
    }

    pub fn count(&self) -> u64 {
        self.micros.len()
    }

    pub fn row(&self, name: impl Into<String>) -> LatencyRow {
        let at = |quantile: f64| milliseconds(self.micros.value_at_quantile(quantile));
        LatencyRow {
            name: name.into(),
            count: self.count(),
            p50_ms: at(0.50),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            max_ms: Some(milliseconds(self.micros.max())),
        }
    }
}

fn milliseconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_hundred_known_values() {
        let mut latencies = Latencies::new().expect("a histogram");
        (1..=100).for_each(|ms| latencies.record(Duration::from_millis(ms)));
        let row = latencies.row("known");
        for (is, should) in [(row.p50_ms, 50.0), (row.p95_ms, 95.0), (row.p99_ms, 99.0)] {
            assert!((is - should).abs() <= should / 500.0, "{is} instead of {should}");
        }
        assert!(row.max_ms.is_some_and(|max| (max - 100.0).abs() < 0.2), "{row:?}");
        assert_eq!(row.count, 100);
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let (mut whole, mut part) = (Latencies::new().expect("a histogram"), Latencies::new().expect("a histogram"));
        whole.record(Duration::from_millis(1));
        part.record(Duration::from_secs(3));
        whole.add(&part).expect("the same shape");
        assert_eq!(whole.count(), 2);
        assert!(whole.row("both").max_ms.is_some_and(|max| max > 2_990.0));
    }
}
