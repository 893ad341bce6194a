//! Whether a visitor may be counted.

use coheron_store::sites::Site;

use super::shapes::EventConsent;

/// A site that requires consent (`"analytics": {"consent": "required"}` in its settings) counts who gave it; any other
/// site counts who did not refuse.
pub fn may_be_kept(site: &Site, consent: Option<&EventConsent>) -> bool {
    match consent.and_then(|consent| consent.analytics) {
        Some(given) => given,
        None => !site.requires_analytics_consent(),
    }
}
