//! The shapes of parameters and answers, as the OpenAPI document describes them.
//!
//! Products travel as the text that the transforms stored; the types here are their contract, and tests hold the two
//! together.

pub mod analytics;
pub mod category;
pub mod parameters;
pub mod product;
pub mod product_list;
pub mod suggestions;
