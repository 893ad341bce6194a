//! Starts and stops the servers that the system stands on: Postgres and a Kafka broker. The one place for it, used by
//! the command line and by the tests. Three providers: servers that already run (external), Docker, or private servers
//! started from what is installed on this machine (local).

mod docker;
mod doctor;
mod error;
mod external;
mod infrastructure;
mod local;
mod ports;
mod probe;
mod process;
mod request;
mod server_status;
mod tools;

pub use doctor::{Check, CheckStatus, DoctorReport, doctor};
pub use error::InfrastructureError;
pub use infrastructure::Infrastructure;
pub use local::{remove_data, stop_leftovers};
pub use ports::reserve_port;
pub use process::process_exists;
pub use request::{Durability, InfrastructureRequest, Progress, ProviderChoice, ProviderKind, default_cache_dir};
pub use server_status::{ServerStatus, server_status};
