//! The shapes of requests and answers.

pub mod cart;
