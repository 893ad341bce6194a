//! What secret keys can be allowed.

/// Every scope that some endpoint requires. `tests/it/site_isolation.rs` compares it with what the endpoints say.
pub const KNOWN_SCOPES: [&str; 4] = ["analytics:read", "analytics:sql", "orders:read", "orders:write"];

/// Whether a key with this scope may do anything: it is known, an area of known ones as `orders:*`, or `*`.
pub fn is_known_scope(granted: &str) -> bool {
    KNOWN_SCOPES.iter().any(|required| covers(granted, required))
}

/// The scope `*` covers everything; `orders:*` covers `orders:read` and `orders:write`.
pub(super) fn covers(granted: &str, required: &str) -> bool {
    granted == "*"
        || granted == required
        || granted.strip_suffix('*').is_some_and(|area| area.ends_with(':') && required.starts_with(area))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_known_by_name_by_area_or_all_at_once() {
        for known in KNOWN_SCOPES.into_iter().chain(["*", "orders:*", "analytics:*"]) {
            assert!(is_known_scope(known), "{known}");
        }
        for unknown in
            ["", "orders", "orders:", "orders:reed", "Orders:read", "order*", "orders:read*", ":*", "pages:*"]
        {
            assert!(!is_known_scope(unknown), "{unknown}");
        }
    }
}
