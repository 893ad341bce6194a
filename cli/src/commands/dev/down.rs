//! `coheron dev down`

use std::time::{Duration, Instant};

use anyhow::bail;
use coheron_infrastructure::stop_leftovers;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Location, running_process};

const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(location: &Location) -> anyhow::Result<()> {
    let Some(pid) = running_process(&location.pid_file()) else {
        // A run that was killed may have left its servers behind.
        stop_leftovers(&location.data_dir).await?;
        println!("nothing is running");
        return Ok(());
    };
    println!("stopping process {pid}");
    kill(Pid::from_raw(pid), Signal::SIGTERM)?;
    let asked_at = Instant::now();
    while running_process(&location.pid_file()).is_some() {
        if asked_at.elapsed() > PATIENCE {
            bail!("process {pid} has not ended after {} seconds; see `./dev logs`", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("stopped");
    Ok(())
}
