//! Plays an ERP: exports a whole catalogue once, then keeps changing prices and stock.

mod publisher;
mod records;
mod run;
mod simulator;

pub use publisher::{OutgoingErpRecord, PublishError, RecordPublisher};
pub use records::{SchemaIds, register_schemas};
pub use run::{Pace, RunError, keep_changing, publish_catalogue};
pub use simulator::{ErpSimulator, SimulatorError};
