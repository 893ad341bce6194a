//! Growing waits between attempts.

use std::time::Duration;

/// Doubles from `first` to `longest`. Jitter keeps processes that failed together from returning together.
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    attempts: u32,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, attempts: 0 }
    }

    /// The next wait. `jitter` lies between 0 and 1 and takes away up to half.
    pub(crate) fn next_wait(&mut self, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(1 << self.attempts.min(16));
        self.attempts = self.attempts.saturating_add(1);
        doubled.min(self.longest).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// Waits taken since the last reset.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_start_over_after_a_reset() {
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(300));
        let waits: Vec<u128> = (0..5).map(|_| backoff.next_wait(0.0).as_millis()).collect();
        assert_eq!(waits, [50, 100, 200, 300, 300]);
        assert_eq!(backoff.attempts(), 5);
        backoff.reset();
        assert_eq!(backoff.next_wait(1.0), Duration::from_millis(25));
    }

    #[test]
    fn very_many_attempts_do_not_overflow() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(2));
        for _ in 0..100 {
            assert!(backoff.next_wait(0.5) <= Duration::from_secs(2));
        }
    }
}
