//! Jobs that run beside requests and stages: one file per job.

mod empty_queue;
mod look_every;
mod order_confirmation_mail;
mod relay_outbox;
mod run_jobs;
mod send_order_confirmation;
mod settle_checkouts;
mod shop_address;
mod sweep_expired;
mod watch_job_queue;

pub use relay_outbox::{RelayOutbox, WireFormat};
pub use run_jobs::{Job, JobError, RunJobs};
pub use send_order_confirmation::SendOrderConfirmation;
pub use settle_checkouts::settle_checkouts;
pub use sweep_expired::sweep_expired;
pub use watch_job_queue::watch_job_queue;
