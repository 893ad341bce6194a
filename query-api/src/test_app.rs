//! The API over a search that answers what a test wants, for a site that needs no database.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::Utc;
use coheron_core::analytics_ports::{AnalyticsError, AnalyticsQuery, SqlAnswer, SqlQuestion};
use coheron_core::ids::{ApiKeyId, SiteId};
use coheron_core::money::Currency;
use coheron_core::ports::{CatalogueSearch, SearchError, SearchPage, Suggestions};
use coheron_core::product_query::ProductQuery;
use coheron_platform::auth::{Authenticator, PublishableSite, SecretKey, SiteResolver};
use coheron_platform::cache::{CacheSettings, TagGenerations};
use coheron_platform::openapi::assemble_api;
use coheron_store::api_keys::{ApiKey, ApiKeyKind};
use coheron_store::sites::Site;
use coheron_store::{Database, DatabaseSettings};
use indexmap::IndexMap;
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

use crate::QueryApiState;

pub(crate) const SITE: SiteId = SiteId(Uuid::from_u128(1));

/// Answers every search with the same page and remembers the questions.
#[derive(Default)]
pub(crate) struct FakeSearch {
    pub page: SearchPage,
    pub suggestions: Suggestions,
    pub questions: Mutex<Vec<ProductQuery>>,
    pub outage: Option<&'static str>,
}

/// Gives every question the outcome that a test prepared, and remembers the question.
#[derive(Default)]
pub(crate) struct FakeAnalytics {
    pub outcome: Mutex<Option<Result<SqlAnswer, AnalyticsError>>>,
    pub questions: Mutex<Vec<SqlQuestion>>,
}

pub(crate) struct TestApp {
    pub search: Arc<FakeSearch>,
    pub analytics: Arc<FakeAnalytics>,
    pub state: QueryApiState,
    pub generations: Arc<TagGenerations>,
    router: Router,
}

pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

#[async_trait]
impl CatalogueSearch for FakeSearch {
    async fn search(&self, site_id: SiteId, query: &ProductQuery) -> Result<SearchPage, SearchError> {
        self.fail_in_outage()?;
        assert_eq!(site_id, SITE);
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).push(query.clone());
        Ok(self.page.clone())
    }

    async fn product_document(&self, _site_id: SiteId, _sku: &str) -> Result<Option<String>, SearchError> {
        Ok(None)
    }

    async fn suggest(&self, _site_id: SiteId, _typed: &str, limit: usize) -> Result<Suggestions, SearchError> {
        self.fail_in_outage()?;
        let mut suggestions = self.suggestions.clone();
        suggestions.queries.truncate(limit);
        Ok(suggestions)
    }

    async fn category_counts(&self, _site_id: SiteId) -> Result<IndexMap<String, u64>, SearchError> {
        self.fail_in_outage()?;
        Ok(IndexMap::new())
    }
}

#[async_trait]
impl AnalyticsQuery for FakeAnalytics {
    async fn query(&self, site_id: SiteId, question: &SqlQuestion) -> Result<SqlAnswer, AnalyticsError> {
        assert_eq!(site_id, SITE);
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).push(question.clone());
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or(Err(AnalyticsError::Busy))
    }
}

impl FakeSearch {
    fn fail_in_outage(&self) -> Result<(), SearchError> {
        self.outage.map_or(Ok(()), |cause| Err(SearchError::Unavailable(cause.into())))
    }

    pub fn question_count(&self) -> usize {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl TestApp {
    pub fn new(search: FakeSearch) -> Self {
        let search = Arc::new(search);
        let analytics = Arc::new(FakeAnalytics::default());
        let generations = Arc::new(TagGenerations::new());
        // Nothing listens there: a test that needs the database sees it unavailable.
        let settings = DatabaseSettings { acquire_timeout_ms: 100, ..DatabaseSettings::default() };
        let database = Database::connect("postgres://127.0.0.1:9/none", &settings).expect("pools");
        let authenticator = Authenticator::new(database.clone(), SiteResolver::new(database.clone()));
        let port: Arc<dyn CatalogueSearch> = search.clone();
        let state = QueryApiState::new(
            database,
            authenticator,
            port,
            analytics.clone(),
            &generations,
            &CacheSettings::default(),
            Utc::now,
        );
        let site = Site {
            id: SITE,
            code: "demo".to_owned(),
            name: "Demo".to_owned(),
            currency: Currency::parse("EUR").expect("a currency"),
            locale: "en".to_owned(),
            settings: Value::Null,
        };
        let (router, _) = assemble_api(crate::router(state.clone()));
        let router = router.layer(Extension(PublishableSite(Arc::new(site))));
        Self { search, analytics, state, generations, router }
    }

    /// A key of the site with these scopes.
    pub fn secret_key(scopes: &[&str]) -> SecretKey {
        SecretKey(Arc::new(ApiKey {
            id: ApiKeyId(Uuid::from_u128(7)),
            site_id: SITE,
            kind: ApiKeyKind::Secret,
            name: "test".to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            hint: "sk_123456".to_owned(),
        }))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path)).await
    }

    pub async fn get_if_none_match(&self, path: &str, tag: &str) -> Answer {
        self.send(Request::get(path).header("if-none-match", tag)).await
    }

    async fn send(&self, request: axum::http::request::Builder) -> Answer {
        let request = request.body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("a response");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
