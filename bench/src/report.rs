//! The measured figures as tables for people and as JSON for programs.

use std::fmt::Write;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::machine::Machine;

#[derive(Debug, Serialize)]
pub struct Report {
    pub bench: &'static str,
    pub machine: Machine,
    pub parameters: Vec<Parameter>,
    pub sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
pub struct Parameter {
    pub name: &'static str,
    pub value: String,
}

/// The figures of one part of a bench.
#[derive(Debug, Default, Serialize)]
pub struct Section {
    pub title: String,
    pub latencies: Vec<LatencyRow>,
    pub figures: Vec<Figure>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LatencyRow {
    pub name: String,
    pub count: u64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    /// Absent where only a histogram with fixed bounds is known.
    pub max_ms: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
}

impl Section {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    pub fn figure(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { name: name.into(), value, unit });
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    pub fn count(&mut self, name: impl Into<String>, value: u64, unit: &'static str) {
        self.figure(name, value as f64, unit);
    }
}

impl Report {
    pub fn new(bench: &'static str, parameters: Vec<Parameter>) -> Self {
        Self { bench, machine: Machine::describe(), parameters, sections: Vec::new() }
    }

    /// Prints the tables, and writes the JSON where a file is named.
    pub fn publish(&self, json: Option<&Path>) -> anyhow::Result<()> {
        println!("\n{}", self.as_text());
        let Some(path) = json else { return Ok(()) };
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    fn as_text(&self) -> String {
        let machine = &self.machine;
        let mut text = format!("bench {}\n\n", self.bench);
        let facts = [
            ("cpu", format!("{} ({} cores)", machine.cpu, machine.cores)),
            ("memory", format!("{} MiB", machine.memory_mib)),
            ("kernel", machine.kernel.clone()),
            ("built by", format!("{}, profile {}", machine.rustc, machine.profile)),
        ];
        let parameters = self.parameters.iter().map(|parameter| (parameter.name, parameter.value.clone()));
        for (name, value) in facts.into_iter().chain(parameters) {
            line(&mut text, format_args!("  {name:<16} {value}"));
        }
        if machine.profile != "release" {
            line(&mut text, format_args!("  These are programs of a development build: the figures say little."));
        }
        for section in &self.sections {
            write_section(&mut text, section);
        }
        text
    }
}

fn write_section(text: &mut String, section: &Section) {
    line(text, format_args!("\n{}", section.title));
    if !section.latencies.is_empty() {
        let [count, p50, p95, p99, max] = ["count", "p50 ms", "p95 ms", "p99 ms", "max ms"];
        line(text, format_args!("  {:<44} {count:>9} {p50:>9} {p95:>9} {p99:>9} {max:>9}", ""));
    }
    for LatencyRow { name, count, p50_ms, p95_ms, p99_ms, max_ms } in &section.latencies {
        let max = max_ms.map_or_else(|| "-".to_owned(), |max| format!("{max:.2}"));
        line(text, format_args!("  {name:<44} {count:>9} {p50_ms:>9.2} {p95_ms:>9.2} {p99_ms:>9.2} {max:>9}"));
    }
    for Figure { name, value, unit } in &section.figures {
        let value = if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") };
        line(text, format_args!("  {name:<44} {value:>9} {unit}"));
    }
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{arguments}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let machine = Machine {
            cpu: "A CPU".to_owned(),
            cores: 2,
            memory_mib: 8_000,
            kernel: "6.1".to_owned(),
            rustc: "rustc 1.95.0".to_owned(),
            profile: "release",
        };
        let mut section = Section::new("Steady");
        let row = LatencyRow {
            name: "event to Postgres".to_owned(),
            count: 12_000,
            p50_ms: 8.125,
            p95_ms: 12.0,
            p99_ms: 30.5,
            max_ms: None,
        };
        section.latencies.push(row);
        section.figure("changes per second", 200.0, "1/s");
        section.figure("CPU", 12.345, "s");
        let parameters = vec![Parameter { name: "rate", value: "200".to_owned() }];
        Report { bench: "pipeline", machine, parameters, sections: vec![section] }
    }

    #[test]
    fn the_table_holds_machine_parameters_and_figures() {
        let text = report().as_text();
        for part in
            ["A CPU (2 cores)", "rate             200", "p99 ms", "12000      8.12     12.00     30.50         -"]
        {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(text.contains("200 1/s\n") && text.contains("12.35 s\n"), "{text}");
        assert!(!text.contains("development"), "{text}");
    }

    #[test]
    fn the_json_holds_the_same() {
        let json = serde_json::to_value(report()).expect("JSON");
        assert_eq!(json["sections"][0]["latencies"][0]["p99_ms"], 30.5);
        assert_eq!(json["sections"][0]["figures"][1]["unit"], "s");
        assert_eq!(json["machine"]["cores"], 2);
        assert_eq!(json["parameters"][0]["value"], "200");
    }
}
