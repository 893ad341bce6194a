//! Structured logs on standard error, as JSON for machines or as text for people.

use std::io::IsTerminal;

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::TelemetryError;

/// Section `log`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// `json` or `text`. Default `text` on a terminal, else `json`.
    pub format: LogFormat,
    /// Levels by module, for example `info,coheron_stream=debug`. Default `info`.
    pub level: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Auto,
    Json,
    Text,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Auto, level: "info".to_owned() }
    }
}

/// Sends the logs of the process to standard error. Once per process.
pub fn init_logs(settings: &LogSettings) -> Result<(), TelemetryError> {
    let filter =
        EnvFilter::try_new(&settings.level).map_err(|error| TelemetryError::Filter { message: error.to_string() })?;
    let on_terminal = std::io::stderr().is_terminal();
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(on_terminal);
    let installed = match settings.format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Auto if on_terminal => logs.try_init(),
        LogFormat::Json | LogFormat::Auto => logs.json().flatten_event(true).with_span_list(false).try_init(),
    };
    installed.map_err(|_| TelemetryError::AlreadyInstalled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_level_is_refused_before_anything_is_installed() {
        let settings = LogSettings { level: "coheron=loud".to_owned(), ..LogSettings::default() };
        assert!(matches!(init_logs(&settings), Err(TelemetryError::Filter { .. })));
    }
}
