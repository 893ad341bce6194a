//! `coheron serve` as a child process.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::{ShopApi, Usage};

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(60);
/// Lines of the log that are shown when the process fails.
const SHOWN_LOG_LINES: usize = 30;

pub struct CoheronProcess {
    binary: PathBuf,
    environment: BTreeMap<&'static str, String>,
    log: PathBuf,
    child: Option<Child>,
}

impl CoheronProcess {
    pub fn new(environment: BTreeMap<&'static str, String>, log: PathBuf) -> anyhow::Result<Self> {
        Ok(Self { binary: binary()?, environment, log, child: None })
    }

    /// Starts the process and returns when it answers requests.
    pub async fn start(&mut self, api: &ShopApi) -> anyhow::Result<()> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.binary);
        // Nothing of the user's own configuration may change what is measured.
        command.env_clear().envs(&self.environment).arg("serve").kill_on_drop(true);
        for inherited in ["PATH", "HOME"] {
            if let Some(value) = std::env::var_os(inherited) {
                command.env(inherited, value);
            }
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", self.binary.display()))?;
        let began = Instant::now();
        while !api.is_ready().await {
            if let Some(status) = child.try_wait()? {
                bail!("coheron ended at its start, {status}; the end of its log:\n{}", self.log_end());
            }
            ensure!(began.elapsed() < READY_WITHIN, "coheron is not ready; the end of its log:\n{}", self.log_end());
            sleep(Duration::from_millis(10)).await;
        }
        self.child = Some(child);
        Ok(())
    }

    /// Asks the process to end, as an operator would, and waits for it.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let pid = child.id().context("coheron ended while it was measured")?;
        kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGTERM)?;
        let status = timeout(STOPPED_WITHIN, child.wait()).await.context("coheron does not stop")??;
        ensure!(status.success(), "coheron failed, {status}; the end of its log:\n{}", self.log_end());
        Ok(())
    }

    /// What the process has used so far.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        let pid = self.child.as_ref().and_then(Child::id).context("coheron does not run")?;
        Usage::of_process(pid)
    }

    fn log_end(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(SHOWN_LOG_LINES)..].join("\n")
    }
}

/// The binary of the same build, in the same folder as this one.
fn binary() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let binary = own.parent().map(|folder| folder.join("coheron")).context("this program is nowhere")?;
    let build =
        if cfg!(debug_assertions) { "cargo build -p coheron-cli" } else { "cargo build --release -p coheron-cli" };
    ensure!(Path::is_file(&binary), "{} is missing: run `{build}` first", binary.display());
    Ok(binary)
}
