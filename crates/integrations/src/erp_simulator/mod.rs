//! Plays an ERP: publishes a catalogue, keeps changing prices and stock, and books the orders of the shop.

mod erp_record;
mod order_book;
mod orders;
mod patience;
mod publishing;
mod schema_ids;
mod shared_erp;
mod shelves;
mod simulator;

pub use erp_record::{BEFORE_ORDERS_HEADER, OutgoingErpRecord};
pub use order_book::OrderTiming;
pub use patience::{STARTING_PATIENCE, patiently};
pub use publishing::{Pace, PublishError, RecordPublisher, SimulationError, keep_changing, publish_catalogue};
pub use schema_ids::{SchemaIds, register_schemas};
pub use shared_erp::{SharedErp, answer_orders};
pub use shelves::ReadStock;
pub use simulator::ErpSimulator;
