//! Programs of the machine that this crate calls.

use std::{process::Stdio, time::Duration};

use tokio::process::Command;

use crate::error::InfrastructureError;

/// How many lines of a failed program's output go into the error.
const SHOWN_LINES: usize = 15;

/// A Docker engine that is starting or hanging counts as absent after this time.
const DOCKER_PATIENCE: Duration = Duration::from_secs(5);

/// Runs a program to its end and returns what it printed. A failure carries the end of its output.
pub async fn run(command: &mut Command, purpose: &'static str) -> Result<String, InfrastructureError> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let failed = |outcome: String, output: String| InfrastructureError::ToolFailed {
        program: program.clone(),
        purpose,
        outcome,
        output,
    };
    let output = command
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|error| failed(format!("could not be started ({error})"), String::new()))?;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return Err(failed(format!("ended with {}", output.status), last_lines(&text)));
    }
    Ok(text)
}

/// What a program prints about itself; `None` when it is missing or fails.
pub async fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    run(Command::new(program).args(arguments), "asking for the version").await.ok()
}

/// The version of the Docker engine, if one answers and `docker compose` is there to drive it.
pub async fn docker_engine_version() -> Option<String> {
    let question = async {
        let version = ask("docker", &["version", "--format", "{{.Server.Version}}"]).await?;
        ask("docker", &["compose", "version"]).await?;
        Some(version.trim().to_owned())
    };
    tokio::time::timeout(DOCKER_PATIENCE, question).await.ok().flatten()
}

/// The major version of the installed Java.
pub async fn java_version() -> Option<u32> {
    parse_java_version(&ask("java", &["-version"]).await?)
}

pub fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}

/// From `openjdk version "17.0.15" 2025-04-15` or, before Java 9, `java version "1.8.0_392"`.
fn parse_java_version(text: &str) -> Option<u32> {
    let quoted = text.split('"').nth(1)?;
    let mut numbers = quoted.split(['.', '-', '_', '+']).map(str::parse::<u32>);
    match numbers.next()?.ok()? {
        1 => numbers.next()?.ok(),
        major => Some(major),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_versions_old_and_new_are_read() {
        assert_eq!(parse_java_version("openjdk version \"17.0.15\" 2025-04-15"), Some(17));
        assert_eq!(parse_java_version("openjdk version \"21-ea\" 2023"), Some(21));
        assert_eq!(parse_java_version("java version \"1.8.0_392\""), Some(8));
        assert_eq!(parse_java_version("no java"), None);
    }

    #[test]
    fn only_the_end_of_a_long_output_is_shown() {
        let text = (1..=40).map(|number| format!("line {number}\n")).collect::<String>();
        let shown = last_lines(&text);
        assert_eq!(shown.lines().count(), SHOWN_LINES);
        assert!(shown.ends_with("line 40"), "{shown}");
    }
}
