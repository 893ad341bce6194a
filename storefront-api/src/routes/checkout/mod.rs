//! Checkouts.

pub mod check_out;
