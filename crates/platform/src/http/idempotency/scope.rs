//! Within what a key is unique.

use std::fmt::Display;

use coheron_core::ids::SiteId;

/// The site, the operation and whose it is: equal keys of different scopes have nothing to do with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyScope {
    pub(super) site_id: SiteId,
    pub(super) text: String,
}

impl IdempotencyScope {
    /// `operation` is the operation id; `owner` is the resource that the caller has shown to own, for example the id
    /// of the cart, or the id of the API key where no resource exists yet.
    pub fn new(site_id: SiteId, operation: &'static str, owner: impl Display) -> Self {
        Self { site_id, text: format!("{operation} {owner}") }
    }
}
