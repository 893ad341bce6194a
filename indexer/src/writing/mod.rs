//! From stream records to committed segments.

mod background_commit;
pub(crate) mod engine;
pub(crate) mod generation_writer;
pub(crate) mod incoming;
mod phrases;
pub(crate) mod product_fields;
pub(crate) mod product_numbers;
pub(crate) mod site_writers;
