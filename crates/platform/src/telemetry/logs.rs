//! Structured logs, as JSON for machines or as text for people.

use std::fs::File;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

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
    let on_terminal = std::io::stderr().is_terminal();
    let as_text = settings.format == LogFormat::Text || (settings.format == LogFormat::Auto && on_terminal);
    install(settings, as_text, on_terminal, std::io::stderr)
}

/// Appends the logs of the process to a file. Once per process.
pub fn init_logs_to_file(settings: &LogSettings, path: &Path) -> Result<(), TelemetryError> {
    let file = File::options().create(true).append(true).open(path);
    let file = file.map_err(|source| TelemetryError::LogFile { path: path.to_owned(), source })?;
    install(settings, settings.format == LogFormat::Text, false, Mutex::new(file))
}

fn install<Writer>(settings: &LogSettings, as_text: bool, colours: bool, writer: Writer) -> Result<(), TelemetryError>
where
    Writer: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter =
        EnvFilter::try_new(&settings.level).map_err(|error| TelemetryError::Filter { message: error.to_string() })?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(colours);
    let installed =
        if as_text { logs.try_init() } else { logs.json().flatten_event(true).with_span_list(false).try_init() };
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
