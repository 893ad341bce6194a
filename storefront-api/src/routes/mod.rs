//! The endpoints.

pub mod cart;
pub mod checkout;
pub mod orders;
