//! What the templates show, made from catalogue values by pure functions: no I/O, no clock.

pub mod address_fields;
pub mod age;
pub mod card;
pub mod cart;
pub mod cart_link;
pub mod checkout;
pub mod checkout_fields;
pub mod colour;
pub mod countries;
pub mod delivery;
pub mod description;
pub mod empty_state;
pub mod facet;
pub mod home;
pub mod json_ld;
pub mod label;
pub mod listing;
pub mod narrowing;
pub mod option_group;
pub mod order;
pub mod pagination;
pub mod payment_choice;
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
pub mod waiting;
