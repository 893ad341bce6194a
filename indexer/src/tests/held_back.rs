//! Changes of numbers alone: searchable at once, stored later, read again after a crash.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use coheron_core::document::{Availability, ProductDocument};
use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueSearch;
use coheron_core::product_query::ProductQuery;

use super::fixture::{Seen, Shop, Topic, a_site, euros, kitchen, product, settings};
use crate::{IndexSettings, SearchService};

const PATIENCE: Duration = Duration::from_secs(20);
const BY_PRICE: [(&str, &str); 1] = [("sort", "price")];

fn priced(product: &ProductDocument, amount_minor: i64) -> ProductDocument {
    ProductDocument { price: euros(amount_minor), ..product.clone() }
}

fn kitchen_topic(site_id: SiteId) -> Topic {
    let mut topic = Topic::default();
    for product in kitchen() {
        topic.publish(site_id, 1, &product);
    }
    topic
}

/// Of every product, which changes nothing else.
fn publish_new_prices(topic: &mut Topic, site_id: SiteId) {
    publish_prices(topic, site_id, 2);
}

fn publish_prices(topic: &mut Topic, site_id: SiteId, version: i64) {
    for product in kitchen() {
        topic.publish(site_id, version, &priced(&product, 2_100 * version));
    }
}

/// A shop that has read the kitchen, and the topic it goes on with.
async fn kitchen_in(dir: &Path) -> (Shop, SiteId, Topic) {
    let (shop, site_id) = (Shop::open(dir), a_site());
    let topic = kitchen_topic(site_id);
    shop.read(&topic).await;
    (shop, site_id, topic)
}

#[tokio::test]
async fn a_new_price_is_sorted_filtered_and_shown_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    assert_eq!(shop.skus(site_id, &BY_PRICE).await.first().map(String::as_str), Some("M-4"));

    let headphones = kitchen().into_iter().find(|product| product.sku.as_str() == "H-1").expect("headphones");
    let mut sold_out = priced(&headphones, 100);
    sold_out.availability = Availability::of_quantity(Some(0));
    topic.publish(site_id, 2, &sold_out);
    shop.read(&topic).await;
    assert_eq!(shop.skus(site_id, &BY_PRICE).await.first().map(String::as_str), Some("H-1"));
    assert_eq!(shop.skus(site_id, &[("price_max", "200")]).await, ["H-1"]);
    assert_eq!(shop.skus(site_id, &[("price_max", "200"), ("in_stock", "true")]).await, Vec::<String>::new());
    let whole = shop.search.product_document(site_id, "H-1").await.expect("an answer");
    assert_eq!(whole.as_deref(), Some(serde_json::to_string(&sold_out).expect("JSON").as_str()));
    assert_eq!(shop.search.product_document(site_id, "H-9").await.expect("an answer"), None);
    let page = shop.ask(site_id, super::fixture::text_question("headphones")).await;
    assert!(page.hits[0].document_json.contains("\"amount_minor\":100"), "{}", page.hits[0].document_json);
    assert_eq!(shop.seen.changed.lock().expect("a lock").len(), 3, "two partitions, then the new price");
}

#[tokio::test]
async fn what_a_crash_loses_is_read_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    publish_new_prices(&mut topic, site_id);
    shop.read(&topic).await;
    let (hashes, positions) =
        (shop.search.content_hashes(site_id).await.expect("hashes"), (shop.position(0).await, shop.position(1).await));
    assert_eq!(positions.0 + positions.1, 24);
    // Without `close`, as when the process is killed.
    drop(shop);

    let shop = Shop::open(dir.path());
    assert_eq!(shop.position(0).await + shop.position(1).await, 12, "what is stored stands before the new prices");
    shop.read(&topic).await;
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    shop.stage.close().await.expect("closed");
    drop(shop);

    let shop = Shop::open(dir.path());
    assert_eq!((shop.position(0).await, shop.position(1).await), positions);
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    assert_eq!(shop.skus(site_id, &[("price_min", "4200"), ("price_max", "4200")]).await.len(), 12);
    drop(shop);

    let elsewhere = reader_only(dir.path());
    assert_eq!(elsewhere.content_hashes(site_id).await.expect("hashes"), hashes);

    let shop = Shop::open_with(&IndexSettings { hold_back_ms: 0, ..settings(dir.path()) });
    let elsewhere = reader_only(dir.path());
    assert_eq!(elsewhere.content_hashes(site_id).await.expect("hashes"), hashes);
    assert_eq!((shop.position(0).await, shop.position(1).await), positions);
}

#[tokio::test]
async fn numbers_are_stored_in_time_although_nothing_else_comes() {
    let dir = tempfile::tempdir().expect("a folder");
    let patient = IndexSettings { hold_back_ms: 200, ..settings(dir.path()) };
    let (shop, site_id) = (Shop::open_with(&patient), a_site());
    let mut topic = kitchen_topic(site_id);
    shop.read(&topic).await;
    publish_new_prices(&mut topic, site_id);
    shop.read(&topic).await;
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    let elsewhere = reader_only(dir.path());
    let deadline = Instant::now() + PATIENCE;
    while elsewhere.content_hashes(site_id).await.expect("hashes") != hashes {
        assert!(Instant::now() < deadline, "the new prices were never stored");
        shop.stage.store_due().await.expect("stored");
    }
}

#[tokio::test]
async fn numbers_that_could_not_be_stored_are_stored_later() {
    let dir = tempfile::tempdir().expect("a folder");
    let impatient = IndexSettings { hold_back_ms: 1, ..settings(dir.path()) };
    let (shop, site_id) = (Shop::open_with(&impatient), a_site());
    let mut topic = kitchen_topic(site_id);
    shop.read(&topic).await;
    // A store that was begun may end after the folder is there.
    let in_the_way = numbers_file_of(dir.path(), site_id).with_extension("jsonl.new");
    let deadline = Instant::now() + PATIENCE;
    while std::fs::create_dir(&in_the_way).is_err() {
        assert!(Instant::now() < deadline, "the file is always being written");
    }
    for round in 0..20 {
        publish_prices(&mut topic, site_id, 2 + round);
        shop.read(&topic).await;
        shop.stage.store_due().await.expect("put off");
    }
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    let elsewhere = reader_only(dir.path());
    assert_ne!(elsewhere.content_hashes(site_id).await.expect("hashes"), hashes);
    std::fs::remove_dir(&in_the_way).expect("removed");
    while elsewhere.content_hashes(site_id).await.expect("hashes") != hashes {
        assert!(Instant::now() < deadline, "the new prices were never stored");
        shop.stage.store_due().await.expect("stored");
    }
}

#[tokio::test]
async fn a_change_of_text_before_the_numbers_are_stored_loses_neither() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    publish_new_prices(&mut topic, site_id);
    shop.read(&topic).await;
    topic.publish(site_id, 3, &product("M-1", "Green coffee bowl"));
    shop.read(&topic).await;
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    drop(shop);

    let shop = Shop::open(dir.path());
    assert_eq!(shop.position(0).await + shop.position(1).await, 12, "the new prices are read again");
    shop.read(&topic).await;
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    assert_eq!(shop.find(site_id, "bowl").await, ["M-1"]);
}

#[tokio::test]
async fn a_deletion_stores_the_numbers_before_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    publish_new_prices(&mut topic, site_id);
    topic.delete(site_id, 3, "M-2");
    shop.read(&topic).await;
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    let deleted_in = i32::from(b'2' % 2);
    let position = shop.position(deleted_in).await;
    drop(shop);

    let shop = Shop::open(dir.path());
    assert_eq!(shop.position(deleted_in).await, position, "nothing before the deletion is read again");
    shop.read(&topic).await;
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
}

#[tokio::test]
async fn stored_numbers_give_way_to_newer_entries() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    publish_new_prices(&mut topic, site_id);
    shop.read(&topic).await;
    shop.stage.close().await.expect("stored");
    // Beside the file of before: new texts, new texts and the old ones again, a product that goes and comes again.
    let named = |sku: &str| kitchen().into_iter().find(|product| product.sku.as_str() == sku).expect("a product");
    for (version, product) in
        [(3, product("M-1", "Green coffee bowl")), (3, product("M-3", "Other mug")), (4, priced(&named("M-3"), 77))]
    {
        topic.publish(site_id, version, &product);
        shop.read(&topic).await;
    }
    topic.delete(site_id, 3, "M-2");
    shop.read(&topic).await;
    topic.publish(site_id, 4, &priced(&named("M-2"), 66));
    shop.read(&topic).await;
    let positions = (shop.position(0).await, shop.position(1).await);
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    drop(shop);

    let shop = Shop::open(dir.path());
    assert_eq!((shop.position(0).await, shop.position(1).await), positions, "the commits reach further than the file");
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    assert_eq!(shop.skus(site_id, &[("price_max", "80"), ("sort", "price")]).await, ["M-2", "M-3"]);
    assert_eq!(shop.skus(site_id, &[("price_min", "4200"), ("price_max", "4200")]).await.len(), 9);
}

#[tokio::test]
async fn numbers_of_another_time_than_the_commit_are_noticed() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    let file = numbers_file_of(dir.path(), site_id);
    let old_numbers = std::fs::read(&file).expect("numbers");
    publish_new_prices(&mut topic, site_id);
    shop.read(&topic).await;
    shop.stage.close().await.expect("stored");
    topic.publish(site_id, 3, &product("M-1", "Green coffee bowl"));
    shop.read(&topic).await;
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    drop(shop);
    std::fs::write(&file, old_numbers).expect("written");

    let shop = Shop::open(dir.path()).beside(&topic);
    assert_eq!(shop.position(0).await, 0, "built again");
    shop.read(&topic).await;
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
}

#[tokio::test]
async fn a_rebuild_takes_held_back_numbers_with_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    publish_new_prices(&mut topic, site_id);
    shop.read(&topic).await;
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    shop.stage.rebuild_site(site_id).await.expect("started");
    shop.read(&topic).await;
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    drop(shop);
    let shop = Shop::open(dir.path());
    assert_eq!(shop.position(0).await + shop.position(1).await, 24);
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
}

#[tokio::test]
async fn too_many_held_back_numbers_are_written_into_their_entries() {
    let dir = tempfile::tempdir().expect("a folder");
    let few = IndexSettings { most_held_back: 3, ..settings(dir.path()) };
    let (shop, site_id) = (Shop::open_with(&few), a_site());
    let mut topic = kitchen_topic(site_id);
    for round in 0..20_i64 {
        for (at, product) in (0..).zip(kitchen()) {
            topic.publish(site_id, 2 + round, &priced(&product, 1_000 + round * 100 + at));
            shop.read(&topic).await;
        }
        the_cheapest_costs(&shop, site_id, 1_000 + round * 100).await;
    }
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    shop.stage.close().await.expect("closed");
    drop(shop);
    let shop = Shop::open(dir.path());
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    assert_eq!(reader_only(dir.path()).document_count(site_id), 12);
}

#[tokio::test]
async fn a_change_of_text_stands_beside_changed_numbers() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = kitchen_in(dir.path()).await;
    let mugs: Vec<ProductDocument> =
        kitchen().into_iter().filter(|product| product.sku.as_str().starts_with('M')).collect();
    for mug in &mugs {
        topic.publish(site_id, 2, &priced(mug, 100));
    }
    shop.read(&topic).await;
    topic.publish(site_id, 3, &product("M-1", "Green coffee bowl"));
    topic.delete(site_id, 3, "M-2");
    shop.read(&topic).await;
    assert_eq!(shop.skus(site_id, &[("price_max", "100")]).await, ["M-3", "M-4"]);
    assert_eq!(shop.find(site_id, "bowl").await, ["M-1"]);
    assert_eq!(shop.search.document_count(site_id), 11);
    for late_version in [1, 2] {
        topic.publish(site_id, late_version, &priced(&mugs[1], 5));
        shop.read(&topic).await;
        assert_eq!(shop.search.document_count(site_id), 11, "an older record does not revive a deleted product");
    }
}

#[tokio::test]
async fn work_in_the_background_loses_nothing_that_comes_meanwhile() {
    let dir = tempfile::tempdir().expect("a folder");
    let impatient = IndexSettings { hold_back_ms: 1, ..settings(dir.path()) };
    let (shop, site_id) = (Shop::open_with(&impatient), a_site());
    let mut topic = kitchen_topic(site_id);
    for round in 0..40_i64 {
        for (at, product) in (0..).zip(kitchen()) {
            topic.publish(site_id, 2 + round, &priced(&product, 1_000 + round * 100 + at));
        }
        shop.read(&topic).await;
        the_cheapest_costs(&shop, site_id, 1_000 + round * 100).await;
    }
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    shop.stage.close().await.expect("closed");
    drop(shop);
    let shop = Shop::open(dir.path());
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
}

/// Of the twelve products that are all still there.
async fn the_cheapest_costs(shop: &Shop, site_id: SiteId, amount_minor: i64) {
    let cheapest = shop.ask(site_id, ProductQuery::from_parameters(BY_PRICE).expect("a query")).await;
    let json = &cheapest.hits[0].document_json;
    assert!(json.contains(&format!("\"amount_minor\":{amount_minor}")), "not {amount_minor}: {json}");
    assert_eq!(cheapest.total, 12);
}

fn reader_only(dir: &Path) -> Arc<SearchService> {
    SearchService::open_reader_only(&settings(dir), Arc::new(Seen::default())).expect("a reader")
}

fn numbers_file_of(dir: &Path, site_id: SiteId) -> PathBuf {
    let generations = std::fs::read_dir(dir.join(site_id.to_string())).expect("a folder").flatten();
    let mut files = generations.map(|generation| generation.path().join("numbers.jsonl"));
    files.find(|file| file.exists()).expect("a numbers file")
}
