//! The shapes of requests and answers.

pub mod address;
pub mod cart;
pub mod checkout;
pub mod order;
