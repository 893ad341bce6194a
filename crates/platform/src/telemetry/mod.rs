//! Logs and metrics of the process.

mod logs;
mod process;
mod prometheus;

pub use logs::{LogFormat, LogSettings, init_logs};
pub use prometheus::MetricsHandle;

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("the log level filter is not valid: {message}")]
    Filter { message: String },
    #[error("logs or metrics were set up twice")]
    AlreadyInstalled,
    #[error("the histogram buckets are not valid")]
    Buckets(#[source] metrics_exporter_prometheus::BuildError),
}
