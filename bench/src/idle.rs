//! The end of what a part left behind, so that the next part measures itself.

use std::time::Duration;

use anyhow::ensure;
use tokio::time::{Instant, sleep};

use crate::system::{System, progress};

const LOOK_EVERY: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(300);
/// The gauges are renewed once per second, so one look may still show the time before.
const LOOKS_IN_A_ROW: u32 = 5;

const LAG: &str = "coheron_stream_lag_records";
const OUTBOX_IS_EMPTY: &str = "SELECT NOT EXISTS (SELECT 1 FROM outbox_messages)";

/// Returns when no stage lags and the outbox is empty.
pub async fn until_idle(system: &System) -> anyhow::Result<()> {
    progress("waiting until everything before is done");
    let began = Instant::now();
    let mut looks = 0;
    while looks < LOOKS_IN_A_ROW {
        ensure!(began.elapsed() < PATIENCE, "something is still under way");
        let published: bool = sqlx::query_scalar(OUTBOX_IS_EMPTY).fetch_one(system.database.pipeline()).await?;
        looks = if published && lag(&system.api.metrics().await?) < 1.0 { looks + 1 } else { 0 };
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// Records that all stages together have still to read, from Prometheus text.
fn lag(metrics: &str) -> f64 {
    let gauges = metrics.lines().filter(|line| line.starts_with(LAG));
    gauges.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lag_of_all_stages_counts() {
        let metrics = "# TYPE coheron_stream_lag_records gauge
coheron_stream_lag_records{stage=\"a\"} 3
coheron_stream_lag_records{stage=\"b\"} 4
coheron_other 9";
        assert!((lag(metrics) - 7.0).abs() < f64::EPSILON);
        assert!(lag("").abs() < f64::EPSILON);
    }
}
