//! The endpoints with a sink that remembers.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, REFERER, RETRY_AFTER, USER_AGENT};
use axum::http::{Request, StatusCode};
use chrono::{DateTime, Utc};
use coheron_core::analytics_ports::{EventMessage, EventSink, EventSinkError};
use coheron_core::ids::SiteId;
use coheron_core::money::Currency;
use coheron_core::signature::SigningKey;
use coheron_core::web_event::{Device, WebEvent};
use coheron_platform::auth::{Authenticator, PublishableSite, SiteResolver};
use coheron_store::sites::Site;
use coheron_store::{Database, DatabaseSettings};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::{CollectorState, router};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

#[derive(Default)]
struct Sink {
    stored: Mutex<Vec<WebEvent>>,
    is_broken: bool,
}

#[async_trait]
impl EventSink for Sink {
    async fn store(&self, events: Vec<EventMessage>) -> Result<(), EventSinkError> {
        if self.is_broken {
            return Err(EventSinkError("the broker is away".into()));
        }
        let events = events.iter().map(|event| serde_json::from_slice(&event.payload).expect("a web event"));
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
        Ok(())
    }
}

struct Collector {
    sink: Arc<Sink>,
    site: Arc<Site>,
}

impl Collector {
    fn new(settings: Value, sink: Sink) -> Self {
        let site = Site {
            id: SiteId(Uuid::from_u128(1)),
            code: "shop".to_owned(),
            name: "Shop".to_owned(),
            currency: Currency::parse("EUR").expect("a currency"),
            locale: "en".to_owned(),
            settings,
        };
        Self { sink: Arc::new(sink), site: Arc::new(site) }
    }

    async fn send(&self, mut request: Request<Body>) -> (StatusCode, Value, axum::http::HeaderMap) {
        // Nothing listens there, and nothing here asks it: the pools connect on first use.
        let database = Database::connect("postgres://127.0.0.1:9/none", &DatabaseSettings::default()).expect("pools");
        let authenticator = Authenticator::new(database.clone(), SiteResolver::new(database.clone()));
        let state = CollectorState::new(database, authenticator, self.sink.clone(), 0, now);
        state.day_keys.remember(self.site.id, now().date_naive(), SigningKey::new(b"key".to_vec()));
        request.extensions_mut().insert(PublishableSite(self.site.clone()));
        let (app, _document) = router(state).split_for_parts();
        let response = app.oneshot(request).await.expect("a response");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null), headers)
    }

    async fn post(&self, content_type: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let request = Request::post("/collect").header(CONTENT_TYPE, content_type).header(USER_AGENT, FIREFOX);
        let (status, body, _headers) = self.send(request.body(body.into()).expect("a request")).await;
        (status, body)
    }

    fn stored(&self) -> Vec<WebEvent> {
        self.sink.stored.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("a time")
}

fn page_view() -> Value {
    json!({"name": "page_view", "page": {"url": "https://shop.example/p/MUG?key=secret"}})
}

#[tokio::test]
async fn one_event_and_a_batch_become_records() {
    let collector = Collector::new(json!({}), Sink::default());
    let (status, body) = collector.post("application/json", page_view().to_string()).await;
    assert_eq!((status, body), (StatusCode::NO_CONTENT, Value::Null));
    let id = Uuid::from_u128(9);
    let purchase = json!({"event_id": id, "name": "purchase", "order_number": "100001", "value_minor": 2000,
        "currency": "EUR", "items": [{"sku": "MUG", "quantity": 2, "price_minor": 1000}],
        "params": {"coupon": "SPRING", "lines": 1, "gift": true}, "occurred_at": "1999-01-01T00:00:07Z"});
    let batch = json!({"events": [page_view(), purchase], "sent_at": "1999-01-01T00:00:08Z"});
    let (status, body) = collector.post("text/plain;charset=UTF-8", batch.to_string()).await;
    assert_eq!((status, body), (StatusCode::NO_CONTENT, Value::Null));

    let stored = collector.stored();
    assert_eq!(stored.len(), 3);
    assert_eq!(stored[0].page.url.as_deref(), Some("https://shop.example/p/MUG"));
    assert_eq!(stored[0].device, Device::Desktop);
    let purchase = &stored[2];
    assert_eq!((purchase.event_id, purchase.order_number.as_deref()), (id, Some("100001")));
    let age = now() - purchase.occurred_at;
    assert_eq!(age.num_milliseconds(), 1_000, "the visitor's clock is years behind");
    assert!(stored.iter().all(|event| event.received_at == now()));
    assert_eq!((purchase.params["lines"].as_str(), purchase.params["gift"].as_str()), ("1", "true"));
    assert!(stored.iter().all(|event| event.visitor_id == stored[0].visitor_id && event.visitor_id.len() == 32));
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_of_it_is_kept() {
    let collector = Collector::new(json!({}), Sink::default());
    let too_many: Vec<Value> = vec![json!({"name": "tick"}); 101];
    for (body, field) in [
        (json!({"name": "page view"}), "name"),
        (json!({"page": {}}), "name"),
        (json!({"name": "page_view"}), "page.url"),
        (json!({"name": "x", "colour": "red"}), "colour"),
        (json!({"name": "x", "event_id": "7"}), "event_id"),
        (json!({"name": "x", "params": {"deep": {"er": 1}}}), "params.deep"),
        (json!({"name": "x", "occurred_at": "2001-01-01T00:00:00Z"}), "occurred_at"),
        (json!({"events": []}), "events"),
        (json!({"events": too_many}), "events"),
        (json!({"events": [page_view(), {"name": "x", "items": [{"sku": ""}]}]}), "events[1].items[0].sku"),
    ] {
        let (status, problem) = collector.post("application/json", body.to_string()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {problem}");
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    for (content_type, body, status) in [
        ("application/json", "{".to_owned(), StatusCode::BAD_REQUEST),
        ("application/xml", "{}".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json", "x".repeat(64 * 1024 + 1), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(collector.post(content_type, body).await.0, status);
    }
    assert_eq!(collector.stored(), []);
}

#[tokio::test]
async fn consent_is_waited_for_where_the_site_requires_it() {
    let consenting = |given: bool| {
        let mut event = page_view();
        event["consent"] = json!({"analytics": given, "marketing": false});
        event
    };
    for (settings, kept) in [(json!({"analytics": {"consent": "required"}}), 1), (json!({}), 2)] {
        let collector = Collector::new(settings, Sink::default());
        for event in [page_view(), consenting(true), consenting(false)] {
            let (status, _) = collector.post("application/json", event.to_string()).await;
            assert_eq!(status, StatusCode::NO_CONTENT);
        }
        assert_eq!(collector.stored().len(), kept);
    }
}

#[tokio::test]
async fn what_is_not_stored_is_not_acknowledged() {
    let broken = Collector::new(json!({}), Sink { is_broken: true, ..Sink::default() });
    let request = Request::post("/collect").body(Body::from(page_view().to_string())).expect("a request");
    let (status, problem, headers) = broken.send(request).await;
    assert_eq!((status, &problem["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("events_not_stored")));
    assert_eq!(headers[RETRY_AFTER], "2");
    assert!(!problem.to_string().contains("broker"));
}

#[tokio::test]
async fn a_page_that_keeps_its_address_back_is_counted_as_itself() {
    let collector = Collector::new(json!({}), Sink::default());
    let get = |path: &str| Request::get(path).header(REFERER, "https://shop.example/").body(Body::empty());
    let named = "/collect/pixel.gif?url=https%3A//shop.example/orders/7&title=Order";
    let (status, _, _) = collector.send(get(named).expect("a request")).await;
    assert_eq!(status, StatusCode::OK);
    let page = &collector.stored()[0].page;
    assert_eq!((page.url.as_deref(), page.path.as_deref()), (Some("https://shop.example/orders/7"), Some("/orders/7")));
}

#[tokio::test]
async fn a_picture_counts_the_page_that_shows_it() {
    let collector = Collector::new(json!({}), Sink::default());
    let get = |path: &str| Request::get(path).header(REFERER, "https://shop.example/orders/7?key=x");
    let (status, _, headers) =
        collector.send(get("/collect/pixel.gif?title=Order").body(Body::empty()).expect("a request")).await;
    assert_eq!((status, &headers[CONTENT_TYPE]), (StatusCode::OK, &"image/gif".parse().expect("a value")));
    assert_eq!(headers[CACHE_CONTROL], "no-store");
    let page = &collector.stored()[0].page;
    assert_eq!((page.url.as_deref(), page.title.as_deref()), (Some("https://shop.example/orders/7"), Some("Order")));
    assert_eq!(collector.stored()[0].device, Device::Bot, "no user agent");

    let named = "/collect/pixel.gif?url=https%3A%2F%2Fshop.example%2Fc%2F1";
    collector.send(get(named).body(Body::empty()).expect("a request")).await;
    assert_eq!(collector.stored()[1].page.path.as_deref(), Some("/c/1"));
    let (status, _, _) =
        collector.send(get("/collect/pixel.gif?colour=red").body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let asking = Collector::new(json!({"analytics": {"consent": "required"}}), Sink::default());
    let (status, _, _) = asking.send(get("/collect/pixel.gif").body(Body::empty()).expect("a request")).await;
    assert_eq!((status, asking.stored().len()), (StatusCode::OK, 0));
}
