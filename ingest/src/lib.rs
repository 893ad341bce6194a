//! The only door for facts from outside: records of the ERP topics become changes of the catalogue, or an error that
//! says why not, and what visitors' browsers report becomes records of `web.event.v1`. `docs/erp-contract.md` tells
//! integrators what is accepted here.

pub mod collector;
pub mod erp_decoder;
pub mod incoming_record;
pub mod ingest_error;
pub mod site_directory;

mod cloud_events;
mod decode_record;
mod feed_record;
mod feeds;
mod json;
mod schema_cache;
mod tombstone;

#[cfg(test)]
mod contract_page_tests;
