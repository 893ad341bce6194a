//! Jobs that run beside requests and stages: one file per job.

mod relay_outbox;
mod sweep_expired;

pub use relay_outbox::RelayOutbox;
pub use sweep_expired::sweep_expired;
