//! What carts are made of, apart from HTTP.

pub mod access;
pub mod change;
pub mod create;
pub mod opened;
pub mod sellable;
pub mod token;
pub mod view;
