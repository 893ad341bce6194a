//! From stream records to committed segments, and to the numbers beside them.

mod deletions;
pub(crate) mod engine;
mod entries;
pub(crate) mod generation_writer;
pub(crate) mod incoming;
pub(crate) mod numbers_file;
mod phrases;
pub(crate) mod product_fields;
pub(crate) mod product_numbers;
mod publisher;
pub(crate) mod site_writers;
