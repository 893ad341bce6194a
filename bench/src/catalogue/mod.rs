//! What the ERP of a bench holds and publishes.

mod price_book;
mod records;
mod source;

pub use price_book::PriceBook;
pub use records::ErpRecords;
pub use source::{CatalogueArguments, currency_of};
