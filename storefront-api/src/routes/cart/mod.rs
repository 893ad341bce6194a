//! Carts.

pub mod add_cart_item;
pub mod change_cart_item;
pub mod create_cart;
pub mod get_cart;
pub mod remove_cart_item;
