//! The reading half: what of an index is kept in memory, per segment and per commit.

pub(crate) mod follower;
pub(crate) mod live_numbers;
pub(crate) mod newer_numbers;
pub(crate) mod segment_columns;
pub(crate) mod site_reader;
pub(crate) mod snapshot;
pub(crate) mod string_table;
pub(crate) mod vocabulary;
