//! From events on the topic to files, and the upkeep of the files.

pub mod event_file;
pub mod event_rows;
pub mod event_upkeep;
pub mod merge_event_files;
pub mod merge_plan;
pub mod write_events;
