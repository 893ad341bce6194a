//! Jobs that run beside requests and stages: one file per job.

mod relay_outbox;

pub use relay_outbox::RelayOutbox;
