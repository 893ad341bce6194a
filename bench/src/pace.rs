//! An even pace: when each of many events is due, however late the ones before were.

use std::time::Duration;

use tokio::time::Instant;

/// Events at a rate from a start on. Latencies are counted from the due time, so that an event that had to wait for a
/// slow one before it counts its waiting too.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    start: Instant,
    per_second: f64,
}

impl Pace {
    pub fn new(start: Instant, per_second: f64) -> Self {
        Self { start, per_second }
    }

    /// How long after the start the event is due.
    pub fn offset(&self, event: u64) -> Duration {
        #[expect(clippy::cast_precision_loss, reason = "event numbers are far below 2^52")]
        let seconds = event as f64 / self.per_second;
        Duration::from_secs_f64(seconds)
    }

    pub fn due(&self, event: u64) -> Instant {
        self.start + self.offset(event)
    }

    /// Events that are due within the duration.
    pub fn events_within(&self, duration: Duration) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive count far below 2^52")]
        let events = (duration.as_secs_f64() * self.per_second).floor() as u64;
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_evenly_spread_and_do_not_drift() {
        let pace = Pace::new(Instant::now(), 200.0);
        assert_eq!(pace.offset(0), Duration::ZERO);
        assert_eq!(pace.offset(1), Duration::from_millis(5));
        assert_eq!(pace.offset(12_000), Duration::from_secs(60));
        assert_eq!(pace.due(3) - pace.due(2), Duration::from_millis(5));
        assert_eq!(pace.events_within(Duration::from_secs(60)), 12_000);
    }
}
