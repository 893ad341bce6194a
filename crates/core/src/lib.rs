//! Business values and rules of the shop: identifiers, money, catalogue facts, the product document, queries and
//! the ports that other crates implement. Nothing here performs I/O and nothing knows about an async runtime.

pub mod address;
pub mod analytics_ports;
pub mod as_of;
pub mod attribute;
pub mod cart;
pub mod change;
pub mod checkout;
pub mod clock;
pub mod commerce_ports;
pub mod document;
pub mod document_numbers;
pub mod ids;
pub mod money;
pub mod order;
pub mod ports;
pub mod product_query;
pub mod product_size;
pub mod purchase;
pub mod retry;
pub mod signature;
pub mod sku;
pub mod slug;
pub mod topics;
pub mod web_event;
