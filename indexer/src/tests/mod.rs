//! Behaviour of the whole crate over small catalogues, and its relevance over judged ones.

mod absence;
mod building;
mod durability;
pub(crate) mod fixture;
mod held_back;
mod judged;
mod listing;
mod new_topic;
mod relevance;
mod searching;
mod separate_reader;
mod suggesting;
