//! Threads of their own for questions, so that a heavy one takes no time from requests that shoppers wait for.

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// A parser and an optimiser walk into deep statements by recursion. Only touched pages count as memory.
const STACK_BYTES: usize = 32 * 1024 * 1024;
const THREADS: usize = 2;

pub struct Engine {
    // None only while it is dropped.
    runtime: Option<Runtime>,
}

/// Work on the engine that ends when this is dropped, at its next pause.
pub struct Running<T> {
    handle: JoinHandle<T>,
}

impl Engine {
    pub fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .max_blocking_threads(2 * THREADS)
            .thread_stack_size(STACK_BYTES)
            .thread_name("analytics")
            .enable_all()
            .build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// None while the engine ends.
    pub fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<Running<T>> {
        self.runtime.as_ref().map(|runtime| Running { handle: runtime.spawn(work) })
    }

    /// Tasks that have not ended, also those that nobody waits for any more.
    pub fn tasks(&self) -> usize {
        self.runtime.as_ref().map_or(0, |runtime| runtime.metrics().num_alive_tasks())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Dropping a runtime waits for its threads, which an asynchronous context must not do.
            runtime.shutdown_background();
        }
    }
}

impl<T> Running<T> {
    pub async fn outcome(&mut self) -> Result<T, tokio::task::JoinError> {
        (&mut self.handle).await
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}
