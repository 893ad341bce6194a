//! The role `web`: website, APIs, their documentation, health and metrics on one listener.

use std::sync::Arc;

use axum::Router;
use chrono::Utc;
use coheron_analytics::DataFusionQuery;
use coheron_core::analytics_ports::AnalyticsQuery;
use coheron_core::ids::SiteId;
use coheron_ingest::collector::{self, CollectorState};
use coheron_platform::auth::{Authenticator, SiteResolver};
use coheron_platform::cache::{Tag, TagGenerations};
use coheron_platform::http;
use coheron_platform::rate_limit::RateLimiter;
use coheron_platform::{health, openapi};
use coheron_query_api::QueryApiState;
use coheron_store::notifications::{CATEGORIES_CHANNEL, Notifications};
use coheron_store::{Database, StoreError};
use coheron_storefront_api::StorefrontApiState;
use coheron_website::WebsiteState;
use tokio_util::sync::CancellationToken;

use super::adapters::Adapters;
use super::search::Search;
use super::{Surroundings, Tasks, bind, demo_pictures, dev_pages, health_checks, serve, storefront};
use crate::event_sink::KafkaEventSink;

/// The OpenAPI document of all APIs, without any state.
pub fn openapi_document() -> utoipa::openapi::OpenApi {
    let apis =
        coheron_query_api::openapi().merge_from(coheron_storefront_api::openapi()).merge_from(collector::openapi());
    openapi::base_document().nest(openapi::API_ROOT, apis)
}

pub async fn start(surroundings: &Surroundings, search: &Search, tasks: &mut Tasks) -> anyhow::Result<()> {
    let settings = &surroundings.configuration.http;
    let listener = bind(settings.listen, "http.listen")?;
    let adapters = Adapters::open(&surroundings.configuration)?;
    let events = Arc::new(KafkaEventSink::new(surroundings.configuration.kafka()?)?);
    let analytics = surroundings.configuration.analytics.clone();
    let analytics = Arc::new(DataFusionQuery::open(surroundings.database.clone(), analytics)?);
    let router = router(surroundings, search, &adapters, events, analytics);
    serve(tasks, surroundings, listener, router);
    let (database, generations) = (surroundings.database.clone(), search.generations.clone());
    let cancel = surroundings.cancel.clone();
    tasks.spawn(async move {
        follow_category_changes(&database, &generations, &cancel).await;
        Ok(())
    });
    Ok(())
}

fn router(
    surroundings: &Surroundings,
    search: &Search,
    adapters: &Adapters,
    events: Arc<KafkaEventSink>,
    analytics: Arc<dyn AnalyticsQuery>,
) -> Router {
    let configuration = &surroundings.configuration;
    let database = &surroundings.database;
    let sites = SiteResolver::new(database.clone());
    let authenticator = Authenticator::new(database.clone(), sites.clone());
    let limiter = Arc::new(RateLimiter::new(&configuration.rate_limit).with_authenticator(authenticator.clone()));

    let query_api = coheron_query_api::router(QueryApiState::new(
        database.clone(),
        authenticator.clone(),
        search.service.clone(),
        analytics,
        &search.generations,
        &configuration.cache,
        Utc::now,
    ));
    let storefront = storefront::open(surroundings, adapters);
    let storefront_api =
        coheron_storefront_api::router(StorefrontApiState::new(storefront.clone(), authenticator.clone()));
    let collector = collector::router(CollectorState::new(
        database.clone(),
        authenticator,
        events,
        configuration.rate_limit.trusted_proxies,
        Utc::now,
    ));
    let (api, document) = openapi::assemble_api(query_api.merge(storefront_api).merge(collector));
    let website = coheron_website::router(WebsiteState::new(
        database.clone(),
        search.service.clone(),
        sites,
        storefront,
        search.generations.clone(),
        &configuration.cache,
        Utc::now,
    ));
    let mut router = website
        .merge(api)
        .merge(openapi::router(document))
        .merge(dev_pages::router(adapters.mail_folder.clone(), adapters.test_gateway.clone()))
        .merge(health::router(search.add_health_check(health_checks(database)), surroundings.metrics.clone()));
    if configuration.website.demo_pictures {
        router = router.merge(demo_pictures::router());
    }
    coheron_website::show_problems_as_pages(http::surround(router, &configuration.http, limiter))
}

/// Empties what was rendered from a category tree that changed. After a lost connection anything may have changed.
async fn follow_category_changes(database: &Database, generations: &TagGenerations, cancel: &CancellationToken) {
    while !cancel.is_cancelled() {
        let followed = follow_until_failure(database, generations, cancel).await;
        if let Err(error) = followed {
            tracing::warn!(%error, "category changes cannot be followed, trying again");
            tokio::select! {
                () = cancel.cancelled() => {}
                () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
            }
        }
    }
}

async fn follow_until_failure(
    database: &Database,
    generations: &TagGenerations,
    cancel: &CancellationToken,
) -> Result<(), StoreError> {
    let mut notifications = Notifications::listen(database, CATEGORIES_CHANNEL).await?;
    loop {
        let notification = tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            notification = notifications.next() => notification?,
        };
        match notification.as_deref().map(str::parse::<SiteId>) {
            Some(Ok(site_id)) => generations.bump(&Tag::Site(site_id)),
            _ => generations.bump_all(),
        }
    }
}
