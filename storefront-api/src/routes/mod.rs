//! One folder per resource, one file per endpoint.

pub mod cart;
