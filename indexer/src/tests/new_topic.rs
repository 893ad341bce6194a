//! A topic that was made anew, so that it ends before what was read of it, or emptied.

use std::path::Path;

use coheron_core::ids::SiteId;

use super::fixture::{Shop, Topic, a_site, kitchen, product};
use crate::PartitionOffsets;

/// Every site has the kitchen.
async fn shop_in(dir: &Path, sites: &[SiteId]) -> Shop {
    let (shop, mut topic) = (Shop::open(dir), Topic::default());
    for product in kitchen() {
        sites.iter().for_each(|site_id| topic.publish(*site_id, 1, &product));
    }
    shop.read(&topic).await;
    shop.stage.close().await.expect("closed");
    shop
}

/// Two products of each site, one in each partition.
fn topic_made_anew(sites: &[SiteId]) -> Topic {
    let mut topic = Topic::default();
    for site_id in sites {
        topic.publish(*site_id, 2, &product("M-1", "Green mug"));
        topic.publish(*site_id, 2, &product("M-2", "Green mug"));
    }
    topic
}

async fn assert_has_the_new_products_alone(shop: &Shop, site_id: SiteId) {
    let mut found = shop.find(site_id, "green").await;
    found.sort_unstable();
    assert_eq!(found, ["M-1", "M-2"]);
    assert_eq!(shop.search.document_count(site_id), 2);
}

#[tokio::test]
async fn a_sound_index_is_built_again_beside_one_that_is_lost() {
    let (dir, sound, lost) = (tempfile::tempdir().expect("a folder"), a_site(), a_site());
    drop(shop_in(dir.path(), &[sound, lost]).await);
    std::fs::remove_dir_all(dir.path().join(lost.to_string())).expect("removed");

    let topic = topic_made_anew(&[sound, lost]);
    let shop = Shop::open(dir.path()).beside(&topic);
    assert_eq!(shop.search.document_count(sound), 12, "what it has serves until then");
    shop.read(&topic).await;
    for site_id in [sound, lost] {
        assert_has_the_new_products_alone(&shop, site_id).await;
    }
    shop.search.check_ready().expect("ready");
}

#[tokio::test]
async fn a_rebuild_serves_although_the_old_index_stood_further() {
    let (dir, old, new) = (tempfile::tempdir().expect("a folder"), a_site(), a_site());
    let topic = topic_made_anew(&[old, new]);
    // The process goes on: what it remembers of the old topic is not of this one.
    let shop = shop_in(dir.path(), &[old]).await.beside(&topic);
    shop.stage.rebuild_site(old).await.expect("started");
    shop.read(&topic).await;
    for site_id in [old, new] {
        assert_has_the_new_products_alone(&shop, site_id).await;
    }
}

#[tokio::test]
async fn nothing_is_waited_for_in_a_partition_that_was_emptied() {
    let (dir, sound, lost) = (tempfile::tempdir().expect("a folder"), a_site(), a_site());
    drop(shop_in(dir.path(), &[sound, lost]).await);
    std::fs::remove_dir_all(dir.path().join(lost.to_string())).expect("removed");

    let shop = Shop::open(dir.path());
    let emptied = |end| PartitionOffsets { earliest: end, end };
    *shop.seen.offsets.lock().expect("a lock") = [(0, emptied(10)), (1, emptied(14))].into();
    assert!(shop.search.check_ready().is_err());
    shop.position(0).await;
    shop.search.check_ready().expect("there is nothing to be read");
    assert_eq!(shop.search.document_count(lost), 0);
    assert_eq!(shop.search.document_count(sound), 12, "it stands at the ends, not beyond them");
}
