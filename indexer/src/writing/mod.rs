//! From stream records to committed segments.

mod background_work;
pub(crate) mod engine;
mod entries;
pub(crate) mod generation_writer;
pub(crate) mod incoming;
mod numbers_file;
mod phrases;
pub(crate) mod product_fields;
pub(crate) mod product_numbers;
pub(crate) mod site_writers;
