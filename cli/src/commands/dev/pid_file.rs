//! The file that names a running `dev up`.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

/// Held as long as `dev up` runs. What counts is the lock, which the system releases however the process ends: a file
/// that was left behind names a process that is gone, or by now a stranger.
#[derive(Debug)]
pub struct PidFile {
    _locked: File,
}

impl PidFile {
    /// Writes our pid, unless another process holds the file.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        let failed = || format!("cannot write {}", path.display());
        // What the file says is replaced only under the lock.
        let mut file = File::options().create(true).write(true).truncate(false).open(path).with_context(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(path).with_context(failed)?;
                bail!("it is running already, as process {pid}; `./dev down` stops it");
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
        }
        file.set_len(0).with_context(failed)?;
        file.write_all(std::process::id().to_string().as_bytes()).with_context(failed)?;
        Ok(Self { _locked: file })
    }
}

/// The process that holds the file.
pub fn running_process(path: &Path) -> Option<i32> {
    match File::open(path).ok()?.try_lock_shared() {
        Err(TryLockError::WouldBlock) => fs::read_to_string(path).ok()?.trim().parse().ok(),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_holder_of_the_file_is_running() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("coheron.pid");
        assert_eq!(running_process(&path), None);
        fs::write(&path, "1234567").expect("a file that was left behind");
        assert_eq!(running_process(&path), None);

        let held = PidFile::take(&path).expect("nobody holds it");
        let own_pid = std::process::id();
        assert_eq!(running_process(&path), i32::try_from(own_pid).ok());
        let refused = PidFile::take(&path).expect_err("it is held").to_string();
        assert!(refused.contains(&format!("process {own_pid};")), "{refused}");

        drop(held);
        assert_eq!(running_process(&path), None);
    }
}
