//! The streaming vocabulary: records, stages and the loop that feeds a stage from Kafka, effectively once.
//!
//! Hidden contract: a stage owns its position. The loop starts every partition where the stage says it stands, hands
//! over batches with the positions they move, and never trusts the broker's group offsets, which serve lag display only.

pub mod record;
pub mod stage;
