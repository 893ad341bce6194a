//! Orders, apart from HTTP.

pub mod cancel;
pub mod event;
pub mod read;
