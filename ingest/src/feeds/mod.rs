//! What each feed adds to the common contract: its fields, and which facts they make.

mod category;
mod order_status;
mod price;
mod product;
mod stock;
