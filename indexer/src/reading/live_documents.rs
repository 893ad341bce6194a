//! Documents that were replaced since the last commit, because only their numbers changed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::DocAddress;

#[derive(Debug, Default)]
pub(crate) struct LiveDocuments(RwLock<HashMap<DocAddress, Arc<str>>>);

impl LiveDocuments {
    pub(crate) fn get(&self, address: DocAddress) -> Option<Arc<str>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&address).cloned()
    }

    pub(crate) fn replace(&self, address: DocAddress, json: Arc<str>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(address, json);
    }
}
