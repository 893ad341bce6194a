//! The last line against a statement whose memory the engine does not count: the growth of the whole process.

use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Returns when the process holds this many bytes more than now; never where the system does not tell.
pub async fn until_grown_by(bytes: u64) {
    let Some(start) = resident_bytes() else { return std::future::pending().await };
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        ticks.tick().await;
        if resident_bytes().is_some_and(|now| now.saturating_sub(start) > bytes) {
            return;
        }
    }
}

fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
