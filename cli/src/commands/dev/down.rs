//! `coheron dev down`

use std::time::{Duration, Instant};

use anyhow::bail;
use coheron_infrastructure::stop_leftovers;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Location;
use super::pid_file::running_process;

const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(location: &Location) -> anyhow::Result<()> {
    let running = running_process(&location.pid_file());
    if let Some(pid) = running {
        println!("stopping process {pid}");
        end(location, pid).await?;
    }
    // A run that was killed, or stopped while its servers started, may have left them behind.
    stop_leftovers(&location.data_dir).await?;
    println!("{}", if running.is_some() { "stopped" } else { "nothing is running" });
    Ok(())
}

async fn end(location: &Location, pid: i32) -> anyhow::Result<()> {
    kill(Pid::from_raw(pid), Signal::SIGTERM)?;
    let asked_at = Instant::now();
    while running_process(&location.pid_file()) == Some(pid) {
        if asked_at.elapsed() > PATIENCE {
            bail!("process {pid} has not ended after {} seconds; see `./dev logs`", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
