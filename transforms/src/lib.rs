//! Stages that take over what the ERP says: rows, documents and outgoing messages in one transaction with the position.

mod catalogue_batch;
mod documents;
mod erp_feed;
mod fold;
mod project_catalogue;
mod project_orders;
mod quarantine;
mod site_directory;
mod stage_store;

pub use project_catalogue::ProjectCatalogue;
pub use project_orders::ProjectOrders;
pub use quarantine::quarantine;
