//! Orders.

mod access;
pub mod cancel_order;
pub mod get_order;
pub mod list_orders;
