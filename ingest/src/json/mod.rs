//! Records in JSON: plain, as CloudEvents, or in the envelope of a change data capture connector.

pub(crate) mod envelope;
pub(crate) mod fields;
pub(crate) mod ordered_value;
