//! The sites that records may name.

use std::collections::HashMap;

use coheron_core::ids::SiteId;

/// Site codes and ids as records write them.
#[derive(Debug, Clone, Default)]
pub struct SiteDirectory {
    sites: HashMap<String, SiteId>,
}

impl SiteDirectory {
    /// From pairs of site id and code.
    pub fn new<Code: Into<String>>(sites: impl IntoIterator<Item = (SiteId, Code)>) -> Self {
        let sites = sites
            .into_iter()
            .flat_map(|(site_id, code)| [(code.into(), site_id), (site_id.to_string(), site_id)])
            .collect();
        Self { sites }
    }

    /// The site of a code or of an id in lower-case hyphenated form.
    pub fn find(&self, code_or_id: &str) -> Option<SiteId> {
        self.sites.get(code_or_id).copied()
    }
}
