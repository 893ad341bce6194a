//! Logs and metrics of the process.

mod logs;
mod process;
mod prometheus;

pub use logs::{LogFormat, LogSettings, init_logs, init_logs_to_file};
pub use prometheus::MetricsHandle;

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("the log level filter is not valid: {message}")]
    Filter { message: String },
    #[error("the log file {} cannot be opened", path.display())]
    LogFile { path: std::path::PathBuf, source: std::io::Error },
    #[error("logs or metrics were set up twice")]
    AlreadyInstalled,
    #[error("the histogram buckets are not valid")]
    Buckets(#[source] metrics_exporter_prometheus::BuildError),
}
