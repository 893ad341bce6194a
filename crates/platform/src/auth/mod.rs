//! Who asks, and for which site.

mod authenticator;
mod extractors;
mod key_text;
mod scopes;
mod site_resolver;
#[cfg(test)]
pub(crate) mod test_keys;

use axum::http::HeaderName;

pub use authenticator::Authenticator;
pub use extractors::{CurrentSite, PublishableSite, SecretKey};
pub use key_text::{GeneratedKey, KeyHash, generate_key, hash_key};
pub use scopes::{KNOWN_SCOPES, is_known_scope};
pub use site_resolver::{SiteResolver, host_name};

/// The header that carries an API key; `Authorization: Bearer <key>` is accepted too.
pub const KEY_HEADER: HeaderName = HeaderName::from_static("x-coheron-key");
