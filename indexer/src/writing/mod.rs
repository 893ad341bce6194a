//! From stream records to committed segments.

pub(crate) mod generation_writer;
pub(crate) mod incoming;
mod phrases;
pub(crate) mod product_fields;
pub(crate) mod site_writers;
