//! Plays an ERP: publishes a catalogue, then keeps changing prices and stock.

mod erp_record;
mod publishing;
mod schema_ids;
mod simulator;

pub use erp_record::ErpRecord;
pub use publishing::{Progress, PublishError, RecordPublisher, SimulationError, publish_catalogue, run};
pub use schema_ids::SchemaIds;
pub use simulator::{Clock, ErpSimulator, system_clock};
