//! An index that was not kept up for so long that the topic has forgotten deletions.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::ids::SiteId;
use coheron_stream::stage::{Advance, Batch, Stage};

use super::fixture::{Shop, Topic, a_site, product, settings, time, topic_partition};

fn first_day() -> DateTime<Utc> {
    time(0)
}

fn five_days_later() -> DateTime<Utc> {
    first_day() + TimeDelta::days(5)
}

fn a_week_later() -> DateTime<Utc> {
    first_day() + TimeDelta::days(7)
}

/// A and B are indexed on the first day.
async fn index_two_products(dir: &Path, site_id: SiteId) -> Topic {
    let shop = Shop::open_by(first_day, &settings(dir));
    let mut topic = Topic::default();
    topic.publish(site_id, 1, &product("A", "Thing"));
    topic.publish(site_id, 1, &product("B", "Thing"));
    shop.read(&topic).await;
    shop.stage.close().await.expect("closed");
    topic
}

/// B is deleted and forgotten, D comes after it in the same partition.
fn forget_a_deletion(topic: &mut Topic, site_id: SiteId) {
    topic.delete(site_id, 2, "B");
    topic.publish(site_id, 1, &product("D", "Thing"));
    let key_of_b = format!("{site_id}:B");
    topic.records.retain(|record| record.key.as_deref() != Some(key_of_b.as_bytes()));
}

async fn found(shop: &Shop, site_id: SiteId) -> Vec<String> {
    let mut skus = shop.find(site_id, "thing").await;
    skus.sort_unstable();
    skus
}

#[tokio::test]
async fn what_was_away_for_too_long_is_built_again_while_it_serves() {
    let (dir, site_id) = (tempfile::tempdir().expect("a folder"), a_site());
    let mut topic = index_two_products(dir.path(), site_id).await;
    forget_a_deletion(&mut topic, site_id);

    // It dies on the way, after the old generation has read on: that must not pass for one that missed nothing.
    let shop = Shop::open_by(a_week_later, &settings(dir.path())).beside(&topic);
    shop.read_partition(&topic, 0).await.expect("read");
    assert_eq!(found(&shop, site_id).await, ["A", "B", "D"]);
    shop.search.check_ready().expect("ready");
    shop.stage.close().await.expect("closed");
    drop(shop);

    let shop = Shop::open_by(a_week_later, &settings(dir.path())).beside(&topic);
    assert_eq!(found(&shop, site_id).await, ["A", "B", "D"]);
    shop.read(&topic).await;
    assert_eq!(found(&shop, site_id).await, ["A", "D"]);
    drop(shop);

    let shop = Shop::open_by(a_week_later, &settings(dir.path()));
    assert_eq!(shop.position(0).await, 3, "it is not built again once more");
}

#[tokio::test]
async fn what_was_away_for_a_short_time_reads_on() {
    let (dir, site_id) = (tempfile::tempdir().expect("a folder"), a_site());
    let mut topic = index_two_products(dir.path(), site_id).await;
    topic.delete(site_id, 2, "B");
    let shop = Shop::open_by(five_days_later, &settings(dir.path()));
    assert_eq!(shop.position(0).await, 1);
    shop.read(&topic).await;
    assert_eq!(found(&shop, site_id).await, ["A"]);
    drop(shop);

    // From the fifth day on it counts anew.
    let shop = Shop::open_by(a_week_later, &settings(dir.path()));
    assert_eq!(shop.position(0).await, 2);
}

#[tokio::test]
async fn where_nothing_has_come_since_nothing_was_missed() {
    let (dir, site_id) = (tempfile::tempdir().expect("a folder"), a_site());
    let topic = index_two_products(dir.path(), site_id).await;
    let shop = Shop::open_by(a_week_later, &settings(dir.path())).beside(&topic);
    shop.read(&topic).await;
    assert_eq!((shop.position(0).await, shop.position(1).await), (1, 1));
    assert_eq!(found(&shop, site_id).await, ["A", "B"]);
}

/// Of the one test that lets time pass.
static DAY: AtomicI64 = AtomicI64::new(0);

fn passing_time() -> DateTime<Utc> {
    first_day() + TimeDelta::days(DAY.load(Ordering::SeqCst))
}

/// The session in which it was opened goes on: nobody asks for its positions.
async fn read_on_in_the_same_session(shop: &Shop, topic: &Topic) {
    let last = topic.records.last().expect("a record").clone();
    let partition = topic_partition(last.partition);
    let advances = vec![Advance { partition, from: last.offset, to: last.offset + 1 }];
    shop.stage.process(&Batch { records: vec![last], advances, ..Batch::default() }).await.expect("processed");
}

#[tokio::test]
async fn a_quiet_topic_is_not_taken_for_absence() {
    for (confirmed_on, expected) in [(&[4, 8][..], 2), (&[][..], 0)] {
        let (dir, site_id) = (tempfile::tempdir().expect("a folder"), a_site());
        DAY.store(0, Ordering::SeqCst);
        let mut topic = index_two_products(dir.path(), site_id).await;
        let shop = Shop::open_by(passing_time, &settings(dir.path())).beside(&topic);
        assert_eq!(shop.position(0).await, 1);
        for day in confirmed_on {
            DAY.store(*day, Ordering::SeqCst);
            shop.stage.confirm_reading().await.expect("confirmed");
        }
        DAY.store(9, Ordering::SeqCst);
        topic.publish(site_id, 2, &product("B", "Thing"));
        read_on_in_the_same_session(&shop, &topic).await;
        shop.stage.close().await.expect("closed");
        drop(shop);

        let shop = Shop::open_by(passing_time, &settings(dir.path())).beside(&topic);
        assert_eq!(shop.position(0).await, expected, "confirmed on {confirmed_on:?}");
    }
}

#[tokio::test]
async fn what_was_not_read_is_not_confirmed() {
    let (dir, site_id) = (tempfile::tempdir().expect("a folder"), a_site());
    let mut topic = index_two_products(dir.path(), site_id).await;
    let shop = Shop::open_by(five_days_later, &settings(dir.path()));
    assert_eq!(shop.position(0).await, 1);
    forget_a_deletion(&mut topic, site_id);
    let shop = shop.beside(&topic);
    shop.stage.confirm_reading().await.expect("asked");
    shop.stage.close().await.expect("closed");
    drop(shop);

    let shop = Shop::open_by(a_week_later, &settings(dir.path())).beside(&topic);
    assert_eq!(shop.position(0).await, 0);
}
