//! What visitors' browsers report is on the topic when it was acknowledged, and only then.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use coheron_core::topics::{TRACEPARENT, WEB_EVENT};
use coheron_core::web_event::{Device, WebEvent};
use coheron_stream::{KafkaSettings, Record, end_offsets};
use coheron_testkit::{Role, TestServers, TestShop, TopicReader, eventually, run};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shopper::{TRACE, TRACE_ID};

const PATIENCE: Duration = Duration::from_secs(30);
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
/// What the script may weigh on the way to a browser.
const MOST_SCRIPT_BYTES: usize = 2_048;

#[test]
fn acknowledged_events_are_on_the_topic() {
    run(async {
        let shop = TestShop::start_with(&[Role::Web]).await?;
        let single = json!({"event_id": Uuid::from_u128(1), "name": "view_item",
            "page": {"url": "https://shop.example/p/MUG?key=secret", "title": "Mug"},
            "items": [{"sku": "MUG", "price_minor": 1999, "currency": "EUR"}], "params": {"position": 3}});
        let keyed = collect(&shop, "application/json", &single).header("X-Coheron-Key", &shop.publishable_key);
        assert_eq!(keyed.header(TRACEPARENT, TRACE).send().await?.status(), 204);
        let batch = json!({"sent_at": "1999-01-01T00:00:10Z", "events": [
            {"event_id": Uuid::from_u128(2), "name": "page_view", "page": {"url": "https://shop.example/"},
                "occurred_at": "1999-01-01T00:00:04Z", "session_id": "s1"},
            {"event_id": Uuid::from_u128(3), "name": "purchase", "order_number": "100001", "value_minor": 1999,
                "currency": "EUR"}]});
        // As a beacon of the shop's own page comes: no key, but its domain.
        assert_eq!(collect(&shop, "text/plain;charset=UTF-8", &batch).send().await?.status(), 204);
        let pixel = shop.client.get(format!("{}/api/v1/collect/pixel.gif?title=Home", shop.base_url));
        let pixel = pixel.header("referer", "https://shop.example/c/1").header("user-agent", FIREFOX).send().await?;
        assert_eq!((pixel.status().as_u16(), &pixel.headers()["cache-control"]), (200, &"no-store".parse()?));

        let log = EventLog::follow(&shop.kafka);
        let events = log.when("four events", |events| events.len() == 4).await;
        let event =
            |id: u128| events.iter().find(|(_, event)| event.event_id == Uuid::from_u128(id)).context("an event");
        let (key, viewed) = event(1)?;
        assert_eq!(key, &format!("{}:{}", shop.site.id, viewed.visitor_id));
        assert_eq!((viewed.site_id, viewed.device), (shop.site.id, Device::Desktop));
        assert_eq!(viewed.page.url.as_deref(), Some("https://shop.example/p/MUG"), "keys of links are not kept");
        assert_eq!((viewed.items[0].sku.as_str(), viewed.params["position"].as_str()), ("MUG", "3"));
        let has_our_trace = |record: &Record| record.trace_id() == Some(TRACE_ID);
        assert_eq!(log.reader.records().iter().filter(|record| has_our_trace(record)).count(), 1);
        let (_, page_view) = event(2)?;
        assert_eq!((page_view.received_at - page_view.occurred_at).num_seconds(), 6, "by our clock");
        assert_eq!(event(3)?.1.order_number.as_deref(), Some("100001"));
        let counted = events.iter().find(|(_, event)| event.page.path.as_deref() == Some("/c/1"));
        assert_eq!(counted.context("the picture's page view")?.1.page.title.as_deref(), Some("Home"));
        assert!(events.iter().all(|(_, event)| event.visitor_id == viewed.visitor_id), "one visitor, without a cookie");
        Ok(())
    });
}

#[test]
fn refused_events_are_named_and_not_kept() {
    run(async {
        let shop = TestShop::start_with(&[Role::Web]).await?;
        let good = json!({"name": "page_view", "page": {"url": "https://shop.example/"}});
        for (body, field) in [
            (json!({"name": "page_view"}), "page.url"),
            (json!({"name": "not a name"}), "name"),
            (
                json!({"events": [good, {"name": "x", "items": [{"sku": "MUG", "quantity": -1}]}]}),
                "events[1].items[0].quantity",
            ),
            (json!({"name": "x", "visitor_id": "mine"}), "visitor_id"),
        ] {
            let answer = collect(&shop, "application/json", &body).send().await?;
            assert_eq!(answer.status(), 422, "{body}");
            let problem: Value = answer.json().await?;
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        let unknown_site = collect(&shop, "application/json", &good).header("host", "unknown.example").send().await?;
        assert_eq!(unknown_site.status(), 401);
        let unknown_key = collect(&shop, "application/json", &good).header("X-Coheron-Key", "pk_forged").send().await?;
        assert_eq!(unknown_key.status(), 401);
        let large = json!({"name": "x", "params": {"text": "y".repeat(70_000)}});
        assert_eq!(collect(&shop, "application/json", &large).send().await?.status(), 413);
        let stored: i64 = end_offsets(&shop.kafka, WEB_EVENT.name).await?.values().sum();
        assert_eq!(stored, 0);

        // A page of another origin may report with the publishable key of its shop.
        let preflight = shop.client.request(reqwest::Method::OPTIONS, format!("{}/api/v1/collect", shop.base_url));
        let preflight = preflight
            .header("origin", "https://elsewhere.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,x-coheron-key");
        let allowed = preflight.send().await?;
        assert_eq!(allowed.headers()["access-control-allow-origin"], "*");
        Ok(())
    });
}

#[test]
fn nothing_is_kept_before_consent_where_the_site_requires_it() {
    run(async {
        let shop = TestShop::without_processes().await?;
        sqlx::query("UPDATE website_sites SET settings = '{\"analytics\": {\"consent\": \"required\"}}' WHERE id = $1")
            .bind(shop.site.id.0)
            .execute(shop.database.pipeline())
            .await?;
        shop.start_role(Role::Web)?;
        shop.wait_until_ready().await;
        let (status, page) = shop.page("/").await?;
        assert_eq!(status, 200);
        assert!(page.contains("data-consent=\"required\"") && page.contains("data-consent-question"), "{page}");
        assert!(!page.contains("pixel.gif"), "a picture cannot ask");

        let event = |number: u128, consent: Value| {
            json!({"event_id": Uuid::from_u128(number), "name": "page_view", "consent": consent,
                "page": {"url": "https://shop.example/"}})
        };
        let agreed = event(1, json!({"analytics": true}));
        let batch = json!({"events": [event(2, Value::Null), event(3, json!({"analytics": false})), agreed]});
        assert_eq!(collect(&shop, "application/json", &event(4, Value::Null)).send().await?.status(), 204);
        assert_eq!(collect(&shop, "application/json", &batch).send().await?.status(), 204);
        let stored: i64 = end_offsets(&shop.kafka, WEB_EVENT.name).await?.values().sum();
        assert_eq!(stored, 1);
        let log = EventLog::follow(&shop.kafka);
        let events = log.when("the event with consent", |events| !events.is_empty()).await;
        assert_eq!(events[0].1.event_id, Uuid::from_u128(1));
        Ok(())
    });
}

#[test]
fn pages_bring_a_small_script() {
    run(async {
        let shop = TestShop::start_with(&[Role::Web]).await?;
        let (_, page) = shop.page("/").await?;
        assert!(page.contains("<noscript><img") && page.contains("/api/v1/collect/pixel.gif"), "{page}");
        let path = page.split('"').find(|part| part.ends_with("/events.js")).context("the script")?;
        let script = shop.client.get(format!("{}{path}", shop.base_url)).header("accept-encoding", "gzip");
        let script = script.send().await?.error_for_status()?;
        assert_eq!(script.headers()["content-encoding"], "gzip");
        let bytes = script.bytes().await?.len();
        assert!(bytes <= MOST_SCRIPT_BYTES, "{bytes} bytes");
        Ok(())
    });
}

#[test]
fn what_was_acknowledged_survives_a_broker_that_dies() {
    run(async {
        let servers = TestServers::start_private().await?;
        let shop = TestShop::on(&servers).await?;
        shop.start_role(Role::Web)?;
        shop.wait_until_ready().await;
        let load = Arc::new(Load::default());
        let senders: Vec<_> = (0..8)
            .map(|_| {
                let (load, client, url) =
                    (load.clone(), shop.client.clone(), format!("{}/api/v1/collect", shop.base_url));
                tokio::spawn(async move { load.send_until_stopped(&client, &url).await })
            })
            .collect();
        let patience = Duration::from_secs(60);
        eventually("events are acknowledged", patience, async || (load.acknowledged() >= 200).then_some(())).await;
        servers.infrastructure.kill_kafka().await?;
        eventually("somebody is told to come back", patience, async || {
            (load.refused.load(Ordering::Relaxed) >= 8).then_some(())
        })
        .await;
        servers.infrastructure.restart_kafka().await?;
        let before = load.acknowledged();
        eventually("events are acknowledged again", patience, async || {
            (load.acknowledged() >= before + 200).then_some(())
        })
        .await;
        load.is_over.store(true, Ordering::Relaxed);
        for sender in senders {
            sender.await??;
        }
        let acknowledged = load.ids();
        let log = EventLog::follow(&shop.kafka);
        let stored = log
            .when("every acknowledged event", |events| {
                let stored: BTreeSet<Uuid> = events.iter().map(|(_, event)| event.event_id).collect();
                acknowledged.is_subset(&stored)
            })
            .await;
        assert!(stored.len() >= acknowledged.len());
        drop(shop);
        Ok(())
    });
}

/// Senders that remember what was acknowledged.
#[derive(Default)]
struct Load {
    acknowledged: Mutex<BTreeSet<Uuid>>,
    refused: AtomicU64,
    is_over: AtomicBool,
}

impl Load {
    async fn send_until_stopped(&self, client: &reqwest::Client, url: &str) -> anyhow::Result<()> {
        while !self.is_over.load(Ordering::Relaxed) {
            let id = Uuid::now_v7();
            let body = json!({"event_id": id, "name": "page_view", "page": {"url": "https://shop.example/"}});
            let answer = client.post(url).body(body.to_string()).send().await?;
            match answer.status().as_u16() {
                204 => drop(self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(id)),
                503 => {
                    anyhow::ensure!(answer.headers().contains_key("retry-after"), "no Retry-After");
                    self.refused.fetch_add(1, Ordering::Relaxed);
                }
                other => anyhow::bail!("an answer {other}: {}", answer.text().await?),
            }
        }
        Ok(())
    }

    fn ids(&self) -> BTreeSet<Uuid> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Everything that is on the topic, with its keys.
struct EventLog {
    reader: TopicReader,
}

impl EventLog {
    fn follow(kafka: &KafkaSettings) -> Self {
        Self { reader: TopicReader::start(kafka, &[WEB_EVENT]) }
    }

    async fn when(&self, what: &str, condition: impl Fn(&[(String, WebEvent)]) -> bool) -> Vec<(String, WebEvent)> {
        eventually(what, PATIENCE, async || {
            let read = self.reader.records().into_iter().map(|record| {
                let key = String::from_utf8_lossy(record.key.as_deref().unwrap_or_default()).into_owned();
                (key, serde_json::from_slice(record.payload.as_deref().unwrap_or_default()).expect("a web event"))
            });
            let events: Vec<(String, WebEvent)> = read.collect();
            condition(&events).then_some(events)
        })
        .await
    }
}

fn collect(shop: &TestShop, content_type: &str, body: &Value) -> reqwest::RequestBuilder {
    let request = shop.client.post(format!("{}/api/v1/collect", shop.base_url));
    request.header("content-type", content_type).header("user-agent", FIREFOX).body(body.to_string())
}
