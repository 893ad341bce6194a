//! The folder with one file per payment.
//!
//! A file appears whole and once: it is written under a passing name and linked to its own, which fails where another
//! process was faster. What a crash leaves in between bears a passing name and counts for nothing. Changes are made
//! under a lock that the operating system releases with the process, and take effect by renaming.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use chrono::Utc;
use uuid::Uuid;

use super::payment::{TestPayment, TestPaymentState};

#[derive(Debug, Clone)]
pub(super) struct Books {
    folder: PathBuf,
}

impl Books {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    pub(super) fn read(&self, payment_id: Uuid) -> io::Result<Option<TestPayment>> {
        match fs::read(self.file_of(payment_id)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn read_all(&self) -> io::Result<Vec<TestPayment>> {
        let mut payments = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                payments.push(serde_json::from_slice(&fs::read(path)?)?);
            }
        }
        payments.sort_by_key(|payment: &TestPayment| (payment.created_at, payment.payment_id));
        Ok(payments)
    }

    /// Enters the payment, or gives the one that is there already. True where it was entered by this call.
    pub(super) fn create_or_read(&self, payment: TestPayment) -> io::Result<(TestPayment, bool)> {
        if let Some(known) = self.read(payment.payment_id)? {
            return Ok((known, false));
        }
        let passing = self.write_passing(&payment)?;
        let linked = fs::hard_link(&passing, self.file_of(payment.payment_id));
        fs::remove_file(&passing)?;
        match linked {
            Ok(()) => Ok((payment, true)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let known = self.read(payment.payment_id)?;
                known.map(|known| (known, false)).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Moves a payment to the state that `decide` gives for its present one; none leaves it as it is. Gives the payment
    /// after that, or none where it is unknown.
    pub(super) fn change(
        &self,
        payment_id: Uuid,
        decide: impl FnOnce(TestPaymentState) -> Option<TestPaymentState>,
    ) -> io::Result<Option<TestPayment>> {
        let lock = File::options().create(true).truncate(false).write(true).open(self.folder.join("changes.lock"))?;
        lock.lock()?;
        let Some(mut payment) = self.read(payment_id)? else { return Ok(None) };
        if let Some(state) = decide(payment.state) {
            payment.state = state;
            payment.changed_at = Utc::now();
            fs::rename(self.write_passing(&payment)?, self.file_of(payment_id))?;
        }
        Ok(Some(payment))
    }

    fn write_passing(&self, payment: &TestPayment) -> io::Result<PathBuf> {
        let path = self.folder.join(format!("{}.passing", Uuid::now_v7().simple()));
        fs::write(&path, serde_json::to_vec_pretty(payment)?)?;
        Ok(path)
    }

    fn file_of(&self, payment_id: Uuid) -> PathBuf {
        self.folder.join(format!("{payment_id}.json"))
    }
}
