//! Web events into files, and SQL over them and over orders.

mod asking;
mod examples;
pub mod seeded;
mod writing;
