//! Read-only SQL over the events and orders of one site.

mod answer;
mod engine;
mod event_table;
mod failure;
mod formats;
mod functions;
mod information_schema;
mod json_values;
mod memory_guard;
mod order_table;
mod pauses;
pub mod service;
mod session;
mod statement;
mod text_growth;

#[cfg(test)]
mod tests;
