//! From what a shopper typed to the products that match.

pub(crate) mod search;
pub(crate) mod spelling;
pub(crate) mod text_query;
pub(crate) mod understanding;
