//! The records of the ERP contract: their Avro schemas, Rust types, wire format and the rules by which a schema may
//! change. The `.avsc` files in `schemas/avro` are the contract; the types here follow them.

pub mod canonical;
pub mod codec;
pub mod compatibility;
pub mod framing;
pub mod record_kind;
pub mod records;
pub mod writer_schema;

mod order_records;
mod schema_shape;
