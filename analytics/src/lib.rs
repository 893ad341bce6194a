//! Web events to Parquet files, and SQL over them and over orders.
//!
//! Hidden contract: a file of events counts from the moment its row in the manifest is committed, together with the ids
//! of its events and the position of the stage. Nothing in the folder means anything without the manifest.

mod columns;
mod error;
mod querying;
mod settings;
mod writing;

pub use error::EventFileError;
pub use querying::service::{DataFusionQuery, OpenError};
pub use settings::AnalyticsSettings;
pub use writing::event_file::EventFolder;
pub use writing::event_upkeep::{keep_up_event_files, remove_replaced_files, remove_unknown_files};
pub use writing::merge_event_files::merge_event_files;
pub use writing::write_events::{DeadLetterWriter, WriteEvents};
