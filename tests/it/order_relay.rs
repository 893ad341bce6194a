//! The relay when something is wrong on the way out: what waits, what goes on, what is set aside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coheron_core::ports::{SchemaRegistrar, SchemaRegistrarError};
use coheron_core::retry::RetryClass;
use coheron_core::topics::{CATALOG_DOCUMENT_STATE, COMMERCE_ORDER_EVENT, ERP_DEAD_LETTERS, Topic};
use coheron_schemas::framing::unframe;
use coheron_schemas::records::{OrderAddress, OrderCustomer, OrderEvent, OrderPayment};
use coheron_store::dead_letters;
use coheron_store::documents::{self, NewDocument};
use coheron_store::outbox::{self, ClaimBounds, DocumentAnnouncement, NewOutboxMessage};
use coheron_stream::RecordProducer;
use coheron_testkit::{TestShop, TopicReader, eventually, run};
use coheron_worker::{RelayOutbox, WireFormat};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);

/// A registry that is away until it is told to come back.
#[derive(Default)]
struct Registry {
    is_back: AtomicBool,
}

#[async_trait]
impl SchemaRegistrar for Registry {
    async fn register_schema(&self, _: &str, _: &str) -> Result<i32, SchemaRegistrarError> {
        if self.is_back.load(Ordering::SeqCst) {
            return Ok(11);
        }
        Err(SchemaRegistrarError { retry_class: RetryClass::Transient, source: "connection refused".into() })
    }
}

#[test]
fn orders_wait_for_a_registry_that_is_away_and_everything_else_goes_out() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let registry = Arc::new(Registry::default());
        let relaying = relay(&shop, registry.clone())?;
        for order in 0..3 {
            send(&shop, &COMMERCE_ORDER_EVENT, &format!("order-{order}"), &serde_json::to_vec(&event())?).await?;
        }
        send(&shop, &CATALOG_DOCUMENT_STATE, "document", b"{}").await?;
        let documents = TopicReader::start(&shop.kafka, &[CATALOG_DOCUMENT_STATE]);
        let orders = TopicReader::start(&shop.kafka, &[COMMERCE_ORDER_EVENT]);
        eventually("the document", PATIENCE, async || (documents.records().len() == 1).then_some(())).await;
        // A record is there a moment before its message is gone.
        eventually("only the orders wait", PATIENCE, async || (waiting(&shop).await.ok()? == 3).then_some(())).await;

        registry.is_back.store(true, Ordering::SeqCst);
        eventually("the orders", PATIENCE, async || (orders.records().len() == 3).then_some(())).await;
        for record in orders.records() {
            assert_eq!(unframe(record.payload.as_deref().unwrap_or_default())?.schema_id, 11);
        }
        eventually("an empty outbox", PATIENCE, async || (waiting(&shop).await.ok()? == 0).then_some(())).await;
        relaying.cancel();
        Ok(())
    });
}

#[test]
fn a_message_that_is_no_record_is_set_aside_and_holds_nothing_up() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let registry = Arc::new(Registry { is_back: AtomicBool::new(true) });
        send(&shop, &COMMERCE_ORDER_EVENT, "broken", b"{\"event_id\": 5}").await?;
        send(&shop, &COMMERCE_ORDER_EVENT, "sound", &serde_json::to_vec(&event())?).await?;
        let relaying = relay(&shop, registry)?;
        let orders = TopicReader::start(&shop.kafka, &[COMMERCE_ORDER_EVENT]);
        let records = eventually("the sound order", PATIENCE, async || {
            Some(orders.records()).filter(|records| !records.is_empty())
        })
        .await;
        assert_eq!(records[0].key.as_deref(), Some(&b"sound"[..]));
        eventually("an empty outbox", PATIENCE, async || (waiting(&shop).await.ok()? == 0).then_some(())).await;
        let letters = dead_letters::latest(&shop.database, 10).await?;
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].stage.as_str(), letters[0].reason_code.as_str()), ("relay_outbox", "not_a_record"));
        let letter = dead_letters::find(&shop.database, letters[0].id).await?.expect("the letter");
        assert_eq!(letter.payload.as_deref(), Some(&b"{\"event_id\": 5}"[..]));
        relaying.cancel();
        Ok(())
    });
}

#[test]
fn states_leave_through_one_relay_at_a_time_and_events_through_any() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let mut other_relay = shop.database.begin_pipeline().await?;
        assert!(outbox::own_states(&mut other_relay).await?);
        send(&shop, &CATALOG_DOCUMENT_STATE, "document", b"{}").await?;
        send(&shop, &COMMERCE_ORDER_EVENT, "order", &serde_json::to_vec(&event())?).await?;

        let relaying = relay(&shop, Arc::new(Registry { is_back: AtomicBool::new(true) }))?;
        let documents = TopicReader::start(&shop.kafka, &[CATALOG_DOCUMENT_STATE]);
        let orders = TopicReader::start(&shop.kafka, &[COMMERCE_ORDER_EVENT]);
        eventually("the order", PATIENCE, async || (orders.records().len() == 1).then_some(())).await;
        eventually("only the document waits", PATIENCE, async || (waiting(&shop).await.ok()? == 1).then_some(())).await;
        assert!(documents.records().is_empty());

        other_relay.rollback().await?;
        eventually("the document", PATIENCE, async || (documents.records().len() == 1).then_some(())).await;
        relaying.cancel();
        Ok(())
    });
}

#[test]
fn more_than_a_batch_may_hold_goes_out_in_several_and_in_order() {
    run(async {
        let shop = TestShop::without_processes().await?;
        // Three batches of 16 MiB, on a topic of one partition.
        let payload = vec![b'x'; 3 * 1024 * 1024];
        for number in 0..12 {
            send(&shop, &ERP_DEAD_LETTERS, &number.to_string(), &payload).await?;
        }
        let relaying = relay(&shop, Arc::new(Registry::default()))?;
        let letters = TopicReader::start(&shop.kafka, &[ERP_DEAD_LETTERS]);
        eventually("an empty outbox", PATIENCE, async || (waiting(&shop).await.ok()? == 0).then_some(())).await;
        eventually("all letters", PATIENCE, async || (letters.records().len() == 12).then_some(())).await;
        let keys: Vec<_> = letters.records().into_iter().filter_map(|record| record.key).collect();
        assert_eq!(keys, (0..12).map(|number| number.to_string()).collect::<Vec<_>>());
        relaying.cancel();
        Ok(())
    });
}

#[test]
fn a_claim_ends_with_the_message_that_passes_the_bound() {
    run(async {
        let shop = TestShop::without_processes().await?;
        for (key, bytes) in [("a", 60), ("b", 60), ("c", 500), ("d", 10)] {
            send(&shop, &ERP_DEAD_LETTERS, key, &vec![b'x'; bytes]).await?;
        }
        let mut transaction = shop.database.begin_pipeline().await?;
        let new = |sku: &str, text: String| NewDocument {
            site_id: shop.site.id.0,
            sku: sku.to_owned(),
            document_json: Some(text),
            document_version: 1,
            content_hash: None,
        };
        let named = [new("large", format!("{{\"name\": \"{}\"}}", "x".repeat(200))), new("small", "{}".to_owned())];
        documents::upsert(&mut transaction, &named).await?;
        let announce = |sku| DocumentAnnouncement { site_id: shop.site.id.0, sku, headers: vec![] };
        let announcements = [announce("large"), announce("small"), announce("unknown")];
        outbox::announce_documents(&mut transaction, CATALOG_DOCUMENT_STATE.name, &announcements).await?;

        let mut batches = Vec::new();
        loop {
            let bounds = ClaimBounds { messages: 1_000, bytes: 100 };
            let claimed = outbox::claim(&mut transaction, bounds, &[]).await?;
            if claimed.is_empty() {
                break;
            }
            let ids: Vec<i64> = claimed.iter().map(|message| message.id).collect();
            outbox::delete(&mut transaction, &ids).await?;
            let keys = claimed.iter().map(|message| String::from_utf8_lossy(&message.key).into_owned());
            batches.push(keys.map(|key| key.replace(&format!("{}:", shop.site.id), "")).collect::<Vec<_>>());
        }
        assert_eq!(batches, [vec!["a", "b"], vec!["c"], vec!["d", "large"], vec!["small", "unknown"]]);
        transaction.rollback().await?;
        Ok(())
    });
}

/// Relays until the token is cancelled.
fn relay(shop: &TestShop, registry: Arc<Registry>) -> anyhow::Result<CancellationToken> {
    let producer = Arc::new(RecordProducer::new(&shop.kafka)?);
    let relay = RelayOutbox::new(shop.database.clone(), producer, WireFormat::new(registry, &shop.kafka.topic_prefix));
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move { relay.run(stop).await });
    Ok(cancel)
}

async fn send(shop: &TestShop, topic: &Topic, key: &str, payload: &[u8]) -> anyhow::Result<()> {
    let message =
        NewOutboxMessage { topic: topic.name, key: key.into(), payload: Some(payload.to_vec()), headers: vec![] };
    let mut transaction = shop.database.begin_pipeline().await?;
    outbox::insert(&mut transaction, &[message]).await?;
    transaction.commit().await?;
    Ok(())
}

async fn waiting(shop: &TestShop) -> anyhow::Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM outbox_messages").fetch_one(shop.database.pipeline()).await?)
}

fn event() -> OrderEvent {
    OrderEvent {
        event_id: "e".to_owned(),
        event_type: "placed".to_owned(),
        site: "shop".to_owned(),
        order_id: "o".to_owned(),
        order_number: "100001".to_owned(),
        occurred_at: 1,
        currency: "EUR".to_owned(),
        customer: OrderCustomer { email: "ada@example.com".to_owned() },
        shipping_address: OrderAddress {
            name: "Ada".to_owned(),
            company: None,
            line1: "Street 1".to_owned(),
            line2: None,
            city: "Berlin".to_owned(),
            region: None,
            postal_code: "10969".to_owned(),
            country: "DE".to_owned(),
            phone: None,
        },
        billing_address: None,
        shipping_method: "standard".to_owned(),
        lines: vec![],
        subtotal_minor: 0,
        discount_minor: 0,
        shipping_minor: 0,
        tax_minor: 0,
        total_minor: 0,
        tax_mode: "included".to_owned(),
        tax_rate_basis_points: 1_900,
        payment: OrderPayment { gateway: "test".to_owned(), reference: "p".to_owned(), amount_minor: 0 },
    }
}
