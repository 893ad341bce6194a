//! What the templates show, made from catalogue values by pure functions: no I/O, no clock.

pub mod age;
pub mod card;
pub mod colour;
pub mod description;
pub mod empty_state;
pub mod facet;
pub mod home;
pub mod json_ld;
pub mod label;
pub mod listing;
pub mod narrowing;
pub mod option_group;
pub mod pagination;
pub mod picture;
pub mod price;
pub mod problem;
pub mod product;
pub mod related;
#[cfg(test)]
pub mod sample;
pub mod shell;
pub mod sitemap;
pub mod stock;
pub mod suggest;
