//! Memory caches whose entries are valid only while what they were made of has not changed.

mod generations;
mod tagged;

pub use generations::{Tag, TagGenerations};
pub use tagged::{CacheSettings, TaggedCache};
