//! Shoppers: each asks one thing after the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::queries::{Queries, Query, QueryKind};
use crate::system::ShopApi;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Searches,
    Suggestions,
}

/// What all shoppers of a measurement have in common.
pub struct Shoppers {
    asks: Asks,
    api: ShopApi,
    texts: Vec<String>,
    facets: Arc<str>,
    seed: u64,
}

pub struct Shopper {
    asks: Asks,
    api: ShopApi,
    facets: Arc<str>,
    queries: Queries,
}

/// A request that is ready to be sent.
pub struct Request {
    api: ShopApi,
    asks: Asks,
    query: Query,
    facets: Arc<str>,
}

pub struct Answered {
    pub kind: QueryKind,
    /// None where the request failed.
    pub answer_bytes: Option<usize>,
    pub took: Duration,
}

impl Shoppers {
    pub fn new(asks: Asks, api: ShopApi, texts: Vec<String>, facets: String, seed: u64) -> Self {
        Self { asks, api, texts, facets: facets.into(), seed }
    }

    /// Every shopper has an order of its own.
    pub fn shopper(&self, number: u64) -> Shopper {
        Shopper {
            asks: self.asks,
            api: self.api.clone(),
            facets: Arc::clone(&self.facets),
            queries: Queries::new(self.texts.clone(), self.seed.wrapping_add(number)),
        }
    }
}

impl Shopper {
    pub fn next_request(&mut self) -> Request {
        let query = match self.asks {
            Asks::Searches => self.queries.next_query(),
            Asks::Suggestions => self.queries.next_typed(),
        };
        Request { api: self.api.clone(), asks: self.asks, query, facets: Arc::clone(&self.facets) }
    }
}

impl Request {
    /// Sends the request and reads the answer to its end; the time counts from `due`.
    pub async fn send(self, due: Instant) -> Answered {
        let text = self.query.text.as_str();
        let answer = match self.asks {
            Asks::Searches => self.api.fetch("/search", &[("q", text), ("facets", &self.facets)]).await,
            Asks::Suggestions => self.api.fetch("/search/suggest", &[("q", text)]).await,
        };
        Answered { kind: self.query.kind, answer_bytes: answer.ok(), took: due.elapsed() }
    }
}
