//! The time of day, from outside.

use chrono::{DateTime, Utc};

/// Tells the time: `Utc::now`, or what a test wants it to be.
pub type Clock = fn() -> DateTime<Utc>;
