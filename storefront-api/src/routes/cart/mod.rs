//! Carts.

pub mod add_cart_item;
mod answer_change;
pub mod change_cart_item;
pub mod create_cart;
pub mod get_cart;
pub mod list_shipping_rates;
pub mod remove_cart_item;
