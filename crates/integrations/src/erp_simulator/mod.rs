//! Plays an ERP: publishes a catalogue, then keeps changing prices and stock.

mod erp_record;
mod publishing;
mod schema_ids;
mod simulator;

pub use erp_record::OutgoingErpRecord;
pub use publishing::{Pace, PublishError, RecordPublisher, SimulationError, keep_changing, publish_catalogue};
pub use schema_ids::{SchemaIds, register_schemas};
pub use simulator::ErpSimulator;
