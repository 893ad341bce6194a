//! One endpoint per file; the handler's name is the operation id.

pub mod analytics;
pub mod categories;
pub mod products;
pub mod search;
