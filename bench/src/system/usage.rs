//! CPU time and memory of a process, as the kernel counts them.

use anyhow::Context;

use crate::report::Section;

/// Linux reports CPU time to programs in hundredths of a second, whatever its own tick is.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    pub user_seconds: f64,
    pub system_seconds: f64,
    pub resident_mib: f64,
    pub peak_resident_mib: f64,
}

impl Usage {
    pub fn of_process(pid: u32) -> anyhow::Result<Self> {
        let read = |file: &str| {
            let path = format!("/proc/{pid}/{file}");
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
        };
        Self::parse(&read("stat")?, &read("status")?).context("the kernel tells usage in an unknown form")
    }

    fn parse(stat: &str, status: &str) -> Option<Self> {
        // The second field is the command in parentheses and may hold spaces: fields are counted after its end.
        let (_, after_command) = stat.rsplit_once(')')?;
        let mut fields = after_command.split_whitespace().skip(11);
        let mut seconds = || Some(fields.next()?.parse::<f64>().ok()? / TICKS_PER_SECOND);
        Some(Self {
            user_seconds: seconds()?,
            system_seconds: seconds()?,
            resident_mib: mebibytes(status, "VmRSS:")?,
            peak_resident_mib: mebibytes(status, "VmHWM:")?,
        })
    }
}

/// Adds what the process used between two moments, `elapsed_seconds` apart, and its memory at the second.
pub fn report_usage(section: &mut Section, before: Usage, after: Usage, elapsed_seconds: f64) {
    let user = after.user_seconds - before.user_seconds;
    let system = after.system_seconds - before.system_seconds;
    section.figure("CPU of coheron, user", user, "s");
    section.figure("CPU of coheron, system", system, "s");
    section.figure("CPU of coheron, share of one core", (user + system) / elapsed_seconds * 100.0, "%");
    section.figure("memory of coheron (RSS)", after.resident_mib, "MiB");
    section.figure("memory of coheron, peak since its start", after.peak_resident_mib, "MiB");
}

fn mebibytes(status: &str, field: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "7 (a (b) c) S 1 1 1 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 1 1 1";

    #[test]
    fn reads_the_kernels_texts() {
        let usage = Usage::parse(STAT, "Name:\tx\nVmHWM:\t 4096 kB\nVmRSS:\t    2048 kB\n").expect("usage");
        let expected = Usage { user_seconds: 2.5, system_seconds: 0.5, resident_mib: 2.0, peak_resident_mib: 4.0 };
        assert_eq!(usage, expected);
        assert_eq!(Usage::parse(STAT, "Name:\tx\n"), None);
    }

    #[test]
    fn the_difference_of_two_moments_is_reported() {
        let before = Usage { user_seconds: 1.0, system_seconds: 1.0, resident_mib: 1.0, peak_resident_mib: 9.0 };
        let after = Usage { user_seconds: 3.0, system_seconds: 2.0, resident_mib: 2.0, peak_resident_mib: 9.0 };
        let mut section = Section::new("part");
        report_usage(&mut section, before, after, 6.0);
        let values: Vec<f64> = section.figures.iter().map(|figure| figure.value).collect();
        assert_eq!(values, [2.0, 1.0, 50.0, 2.0, 9.0]);
    }
}
