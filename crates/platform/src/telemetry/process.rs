//! What the process takes of its machine, read from `/proc/self` where there is one.

/// Linux reports CPU time to programs in hundredths of a second, whatever its own tick is.
const TICKS_PER_SECOND: f64 = 100.0;

pub(super) fn describe() {
    metrics::describe_gauge!("process_resident_memory_bytes", "Memory in RAM.");
    metrics::describe_gauge!("process_resident_memory_peak_bytes", "The most memory that was in RAM.");
    metrics::describe_gauge!("process_cpu_seconds_total", "CPU time of all threads, user and system.");
}

/// Sets the gauges. On a system without `/proc` they stay absent.
pub(super) fn refresh() {
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        if let Some(bytes) = memory_bytes(&status, "VmRSS:") {
            metrics::gauge!("process_resident_memory_bytes").set(bytes);
        }
        if let Some(bytes) = memory_bytes(&status, "VmHWM:") {
            metrics::gauge!("process_resident_memory_peak_bytes").set(bytes);
        }
    }
    if let Some(seconds) = std::fs::read_to_string("/proc/self/stat").ok().and_then(|stat| cpu_seconds(&stat)) {
        metrics::gauge!("process_cpu_seconds_total").set(seconds);
    }
}

fn memory_bytes(status: &str, field: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    // The second field is the command in parentheses and may hold spaces: fields are counted after its end.
    let (_, after_command) = stat.rsplit_once(')')?;
    let mut fields = after_command.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_texts() {
        assert_eq!(memory_bytes("Name:\tx\nVmRSS:\t    2048 kB\n", "VmRSS:"), Some(2_097_152.0));
        assert_eq!(memory_bytes("Name:\tx\n", "VmRSS:"), None);
        let stat = "7 (a (b) c) S 1 1 1 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 1 1 1";
        assert_eq!(cpu_seconds(stat), Some(3.0));
    }
}
