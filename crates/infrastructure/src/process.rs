//! A server as a child process that never outlives its purpose.
//!
//! - It runs in a process group of its own: Ctrl-C reaches us first, and we stop it in order.
//! - A watchdog (a small shell that waits for the end of its input) stops it when we are gone, even by SIGKILL: the
//!   system closes the pipe then.
//! - Its pid is recorded, so that the next start finds what a lost watchdog left behind.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde::{Deserialize, Serialize};
use tokio::process::{Child, Command};

use crate::{
    error::InfrastructureError,
    probe::Probe,
    tools::{ask, last_lines},
};

/// How long a server may take to end after it was asked to.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// `$1` pid, `$2` marker, `$3` signal. The command line is compared where the system shows it, since the pid may
/// belong to somebody else by now.
const WATCHDOG: &str = r#"
read -r _
if [ -r "/proc/$1/cmdline" ]; then grep -aqF -- "$2" "/proc/$1/cmdline" || exit 0; fi
kill -s "$3" "$1" 2>/dev/null
"#;

/// How to recognise and end a server.
#[derive(Debug, Clone)]
pub struct ServerIdentity {
    /// The name in messages.
    pub service: &'static str,
    /// Where pid and marker are recorded while it runs.
    pub record: PathBuf,
    /// A part of its command line that no other process has: a path of its data.
    pub marker: String,
    /// The signal that asks for a clean end.
    pub stop_signal: Signal,
    /// Where its output goes.
    pub log: PathBuf,
}

/// A running server.
pub struct ServerProcess {
    identity: ServerIdentity,
    child: Child,
    pid: Pid,
    watchdog: Child,
}

/// What is recorded of a running server.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    pid: i32,
    marker: String,
}

impl ServerProcess {
    /// Starts the server with its output appended to its log, and its watchdog.
    pub fn start(mut command: Command, identity: &ServerIdentity) -> Result<Self, InfrastructureError> {
        let log = open_log(&identity.log)?;
        let log_twin = log.try_clone().map_err(InfrastructureError::files("open", &identity.log))?;
        let program = PathBuf::from(command.as_std().get_program());
        let child = command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(log_twin)
            .process_group(0)
            .spawn()
            .map_err(InfrastructureError::files("start", &program))?;
        let pid = pid_of(&child, &program)?;
        let record = Record { pid: pid.as_raw(), marker: identity.marker.clone() };
        fs::write(&identity.record, serde_json::json!(record).to_string())
            .map_err(InfrastructureError::files("write", &identity.record))?;
        let watchdog = start_watchdog(pid, identity)?;
        Ok(Self { identity: identity.clone(), child, pid, watchdog })
    }

    /// Waits until the server answers; its early end is an error with the end of its log.
    pub async fn wait_until_ready(&mut self, probe: &Probe, patience: Duration) -> Result<(), InfrastructureError> {
        let started = Instant::now();
        let service = self.identity.service;
        let log = self.identity.log.clone();
        while started.elapsed() < patience {
            if let Some(status) = self.exit_status()? {
                let log_end = log_end(&log);
                return Err(InfrastructureError::EndedAtStart { service, outcome: status.to_string(), log, log_end });
            }
            if probe.is_ready().await {
                return Ok(());
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        let log_end = log_end(&log);
        Err(InfrastructureError::NotReady { service, waited: started.elapsed(), log, log_end })
    }

    /// Asks the server to end, and ends it by force when it does not.
    pub async fn stop(mut self) -> Result<(), InfrastructureError> {
        send(self.pid, self.identity.stop_signal);
        if tokio::time::timeout(STOP_PATIENCE, self.child.wait()).await.is_err() {
            tracing::warn!(service = self.identity.service, "did not stop in time and is ended by force");
            send(self.pid, Signal::SIGKILL);
        }
        self.bury().await
    }

    /// Ends the server by force.
    pub async fn kill(mut self) -> Result<(), InfrastructureError> {
        send(self.pid, Signal::SIGKILL);
        self.bury().await
    }

    fn exit_status(&mut self) -> Result<Option<ExitStatus>, InfrastructureError> {
        self.child.try_wait().map_err(InfrastructureError::files("watch", &self.identity.record))
    }

    async fn bury(&mut self) -> Result<(), InfrastructureError> {
        let record = self.identity.record.clone();
        self.child.wait().await.map_err(InfrastructureError::files("wait for", &record))?;
        self.watchdog.kill().await.map_err(InfrastructureError::files("end the watchdog of", &record))?;
        forget(&record)
    }
}

/// Stops what an earlier run left behind: asks, waits, ends by force. Nothing happens when it ended by itself.
pub async fn stop_leftover(identity: &ServerIdentity) -> Result<(), InfrastructureError> {
    let Some(pid) = running_pid(&identity.record).await else {
        return forget(&identity.record);
    };
    send(pid, identity.stop_signal);
    let deadline = Instant::now() + STOP_PATIENCE;
    while running_pid(&identity.record).await.is_some() {
        if Instant::now() > deadline {
            send(pid, Signal::SIGKILL);
        }
        if Instant::now() > deadline + STOP_PATIENCE {
            break;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    forget(&identity.record)
}

/// The pid in a record, if the process still runs and is the one that was recorded.
pub async fn running_pid(record: &Path) -> Option<Pid> {
    let record: Record = serde_json::from_slice(&fs::read(record).ok()?).ok()?;
    is_running(record.pid, &record.marker).await.then(|| Pid::from_raw(record.pid))
}

/// Whether there is a process with this pid, whoever it is.
pub fn process_exists(pid: i32) -> bool {
    pid > 0 && kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH)
}

/// Whether the process exists and has the marker in its command line.
pub async fn is_running(pid: i32, marker: &str) -> bool {
    if !process_exists(pid) {
        return false;
    }
    let command_line = match fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) if Path::new("/proc/self").exists() => return false,
        Err(_) => ask("ps", &["-o", "command=", "-p", &pid.to_string()]).await.unwrap_or_default(),
    };
    command_line.contains(marker)
}

pub fn log_end(log: &Path) -> String {
    fs::read(log).map(|bytes| last_lines(&String::from_utf8_lossy(&bytes))).unwrap_or_default()
}

/// Appends; a log that has grown large is put aside first, one generation deep.
fn open_log(path: &Path) -> Result<fs::File, InfrastructureError> {
    const LARGE_BYTES: u64 = 16 * 1024 * 1024;
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > LARGE_BYTES) {
        fs::rename(path, path.with_extension("old.log")).map_err(InfrastructureError::files("rename", path))?;
    }
    fs::OpenOptions::new().create(true).append(true).open(path).map_err(InfrastructureError::files("open", path))
}

fn start_watchdog(pid: Pid, identity: &ServerIdentity) -> Result<Child, InfrastructureError> {
    let signal = identity.stop_signal.as_str().trim_start_matches("SIG");
    Command::new("sh")
        .args(["-c", WATCHDOG, "coheron-watchdog", &pid.to_string(), &identity.marker, signal])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(InfrastructureError::files("start", Path::new("sh")))
}

fn pid_of(child: &Child, program: &Path) -> Result<Pid, InfrastructureError> {
    let pid = child.id().and_then(|id| i32::try_from(id).ok());
    let ended = || InfrastructureError::files("start", program)(std::io::Error::other("it ended at once"));
    pid.map(Pid::from_raw).ok_or_else(ended)
}

/// A process that is gone already needs no signal.
fn send(pid: Pid, signal: Signal) {
    if let Err(error) = kill(pid, signal)
        && error != Errno::ESRCH
    {
        tracing::warn!(%pid, %signal, %error, "could not signal a server");
    }
}

fn forget(record: &Path) -> Result<(), InfrastructureError> {
    match fs::remove_file(record) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(InfrastructureError::files("remove", record)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(folder: &Path, marker: &str) -> ServerIdentity {
        ServerIdentity {
            service: "a shell",
            record: folder.join("shell.json"),
            marker: marker.to_owned(),
            stop_signal: Signal::SIGTERM,
            log: folder.join("shell.log"),
        }
    }

    fn sleeping_shell(marker: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "while :; do sleep 0.05; done", marker]);
        command
    }

    async fn wait_until_gone(record: &Path) -> bool {
        let deadline = Instant::now() + Duration::from_secs(10);
        while running_pid(record).await.is_some() {
            if Instant::now() > deadline {
                return false;
            }
            tokio::task::yield_now().await;
        }
        true
    }

    #[tokio::test]
    async fn a_dropped_server_is_stopped_by_its_watchdog() {
        let folder = tempfile::tempdir().expect("a folder");
        let marker = format!("marker-{}", folder.path().display());
        let identity = identity(folder.path(), &marker);
        let process = ServerProcess::start(sleeping_shell(&marker), &identity).expect("a process");
        assert!(running_pid(&identity.record).await.is_some());
        drop(process);
        assert!(wait_until_gone(&identity.record).await, "the shell still runs");
    }

    #[tokio::test]
    async fn a_leftover_is_stopped_and_a_stranger_with_its_pid_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let marker = format!("marker-{}", folder.path().display());
        let identity = identity(folder.path(), &marker);
        let mut process = ServerProcess::start(sleeping_shell(&marker), &identity).expect("a process");

        let stranger = Record { pid: process.pid.as_raw(), marker: "another marker".to_owned() };
        let own_record = fs::read(&identity.record).expect("the record");
        fs::write(&identity.record, serde_json::json!(stranger).to_string()).expect("a record");
        stop_leftover(&identity).await.expect("nothing to stop");
        assert!(process.exit_status().expect("a status").is_none(), "a stranger was stopped");

        fs::write(&identity.record, own_record).expect("a record");
        let (stopped, status) = tokio::join!(stop_leftover(&identity), process.child.wait());
        stopped.expect("stopped");
        assert!(!status.expect("a status").success());
        assert!(!identity.record.exists());
    }
}
