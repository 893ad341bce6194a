//! What the figures were measured on.

use std::process::Command;

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    pub cpu: String,
    /// Processors that this program may use.
    pub cores: usize,
    pub memory_mib: u64,
    pub kernel: String,
    /// The compiler on this machine, which is taken to have built the programs.
    pub rustc: String,
    /// `release` or `development`.
    pub profile: &'static str,
}

impl Machine {
    /// What cannot be found out is `unknown` or 0.
    pub fn describe() -> Self {
        let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        Self {
            cpu: known(value_of(&file("/proc/cpuinfo"), "model name")),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_mib: value_of(&file("/proc/meminfo"), "MemTotal").and_then(|text| mebibytes(&text)).unwrap_or(0),
            kernel: known(Some(file("/proc/sys/kernel/osrelease").trim().to_owned())),
            rustc: known(rustc_version()),
            profile: if cfg!(debug_assertions) { "development" } else { "release" },
        }
    }
}

fn known(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// The value of the first `name : value` line.
fn value_of(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

fn mebibytes(text: &str) -> Option<u64> {
    let kibibytes: u64 = text.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024)
}

fn rustc_version() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_texts() {
        let cpu_info = "processor\t: 0\nmodel name\t: Some CPU: fast\nprocessor\t: 1\nmodel name\t: Other\n";
        assert_eq!(value_of(cpu_info, "model name").as_deref(), Some("Some CPU: fast"));
        assert_eq!(value_of("MemTotal:    8192000 kB\n", "MemTotal").and_then(|text| mebibytes(&text)), Some(8_000));
        assert_eq!(value_of("", "MemTotal"), None);
    }
}
