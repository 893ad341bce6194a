//! The real binary as child processes.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

/// What one child process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Every role in one process.
    All,
    Web,
    Transforms,
    Indexer,
    Worker,
    Analytics,
    SchemaRegistry,
    /// Beside the system: the ERP that `coheron erp-sim` plays.
    ErpSimulator,
}

impl Role {
    /// Each role of the system in a process of its own.
    pub const SEPARATE: [Self; 6] =
        [Self::SchemaRegistry, Self::Web, Self::Transforms, Self::Indexer, Self::Worker, Self::Analytics];

    fn argument(self) -> Option<&'static str> {
        match self {
            Self::All | Self::ErpSimulator => None,
            Self::Web => Some("web"),
            Self::Transforms => Some("transforms"),
            Self::Indexer => Some("indexer"),
            Self::Worker => Some("worker"),
            Self::Analytics => Some("analytics"),
            Self::SchemaRegistry => Some("schema-registry"),
        }
    }
}

/// The child processes of one shop. They are killed when this is dropped.
pub struct Processes {
    environment: BTreeMap<String, String>,
    logs: PathBuf,
    running: BTreeMap<Role, Child>,
}

impl Processes {
    pub fn new(environment: BTreeMap<String, String>, logs: PathBuf) -> Self {
        Self { environment, logs, running: BTreeMap::new() }
    }

    pub fn start(&mut self, role: Role) -> anyhow::Result<()> {
        let arguments: Vec<&str> = match role.argument() {
            Some(argument) => vec!["serve", "--role", argument],
            None => vec!["serve"],
        };
        self.start_command(role, &arguments)
    }

    /// Starts another command of the binary that goes on until it is killed, in the place of a role.
    pub fn start_command(&mut self, role: Role, arguments: &[&str]) -> anyhow::Result<()> {
        let log = File::options().create(true).append(true).open(self.log_of(role))?;
        let mut command = self.command()?;
        command.args(arguments).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().context("cannot start coheron")?;
        self.running.insert(role, child);
        Ok(())
    }

    /// The file with what the process of a role prints.
    pub fn log_of(&self, role: Role) -> PathBuf {
        self.logs.join(format!("{role:?}.log"))
    }

    /// SIGKILL, as a crash or the kernel would.
    pub fn kill(&mut self, role: Role) -> anyhow::Result<()> {
        if let Some(mut child) = self.running.remove(&role) {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Runs another command of the binary with the same configuration and gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command()?.args(arguments).output()?;
        let (stdout, stderr) =
            (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr).into_owned());
        ensure!(output.status.success(), "coheron {arguments:?} failed: {stdout}{stderr}");
        Ok(stdout)
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut command = Command::new(binary()?);
        // Nothing of the developer's own configuration may leak into a test.
        command.env_clear().envs(&self.environment);
        for inherited in ["PATH", "HOME", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(inherited) {
                command.env(inherited, value);
            }
        }
        Ok(command)
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        let show_logs = std::thread::panicking();
        for (role, mut child) in std::mem::take(&mut self.running) {
            let ended = child.try_wait().ok().flatten();
            child.kill().ok();
            child.wait().ok();
            if show_logs {
                let log = std::fs::read_to_string(self.log_of(role)).unwrap_or_default();
                let last: Vec<&str> = log.lines().rev().take(40).collect();
                let state = ended.map_or("was running".to_owned(), |status| format!("had ended, {status}"));
                eprintln!("--- {role:?} {state}; the end of its log ---");
                last.iter().rev().for_each(|line| eprintln!("{line}"));
            }
        }
    }
}

/// The binary beside the test binary: `target/<profile>/deps/it-…` and `target/<profile>/coheron`.
fn binary() -> anyhow::Result<PathBuf> {
    let test_binary = std::env::current_exe()?;
    let profile_dir = test_binary.parent().and_then(Path::parent).context("an unusual target folder")?;
    let binary = profile_dir.join("coheron");
    ensure!(binary.is_file(), "{} is missing: run `cargo build --workspace` before the tests", binary.display());
    Ok(binary)
}
