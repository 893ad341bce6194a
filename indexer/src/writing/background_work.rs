//! Work on an index that goes on while searches and further changes do.

use std::io;
use std::thread::JoinHandle;

use crate::error::IndexerError;

/// Ends with what has to be shown or remembered once it is done.
pub(super) struct BackgroundWork<Done> {
    thread: JoinHandle<Result<Done, IndexerError>>,
}

impl<Done: Send + 'static> BackgroundWork<Done> {
    pub(super) fn start(work: impl FnOnce() -> Result<Done, IndexerError> + Send + 'static) -> io::Result<Self> {
        Ok(Self { thread: std::thread::Builder::new().name("index-writing".to_owned()).spawn(work)? })
    }

    pub(super) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the end.
    pub(super) fn finish(self) -> Result<Done, IndexerError> {
        self.thread.join().map_err(|_| IndexerError::Closed)?
    }
}
