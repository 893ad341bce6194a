//! What carts are made of, apart from HTTP.

pub mod change;
pub mod opened;
pub mod sellable;
pub mod token;
pub mod view;
