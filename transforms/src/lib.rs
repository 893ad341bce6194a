//! Stages that turn ERP changes into the catalogue: rows, documents and outgoing messages in one transaction.

mod catalogue_batch;
mod documents;
mod fold;
mod project_catalogue;
mod quarantine;
mod site_directory;

pub use project_catalogue::ProjectCatalogue;
pub use quarantine::quarantine;
