//! An index that is being built serves when it has caught up, and not before.

use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueSearch;

use super::fixture::{Shop, Topic, a_site, kitchen, product, text_question};

async fn is_unanswered(shop: &Shop, site_id: SiteId) -> bool {
    let search = &shop.search;
    let answers = [
        search.search(site_id, &text_question("mug")).await.is_ok(),
        search.suggest(site_id, "mug", 5).await.is_ok(),
        search.category_counts(site_id).await.is_ok(),
        search.product_document(site_id, "M-1").await.is_ok(),
    ];
    answers == [false; 4]
}

fn kitchen_topic(sites: &[SiteId]) -> Topic {
    let mut topic = Topic::default();
    for product in kitchen() {
        sites.iter().for_each(|site_id| topic.publish(*site_id, 1, &product));
    }
    topic
}

#[tokio::test]
async fn a_new_shop_with_an_empty_topic_waits_for_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, first, second, mut topic) = (Shop::open(dir.path()), a_site(), a_site(), Topic::default());
    assert!(shop.search.check_ready().is_err(), "nobody has asked what the topic holds");
    assert!(is_unanswered(&shop, first).await);

    assert_eq!(shop.position(0).await, 0);
    shop.search.check_ready().expect("ready");
    assert_eq!(shop.find(first, "mug").await, Vec::<String>::new());
    for site_id in [first, second] {
        topic.publish(site_id, 1, &product("M-1", "Blue mug"));
        shop.read(&topic).await;
        assert_eq!(shop.find(site_id, "mug").await, ["M-1"], "the first product is found as soon as it is read");
        shop.search.check_ready().expect("a new site has nothing to wait for");
    }
}

#[tokio::test]
async fn a_lost_folder_is_not_taken_for_a_new_shop() {
    let (first, second, nobody) = (a_site(), a_site(), a_site());
    let topic = kitchen_topic(&[first, second]);
    let dir = tempfile::tempdir().expect("a folder");
    // Twice: the first time it dies on the way, after it has found the sites.
    for partitions in [&[0][..], &[0, 1]] {
        let shop = Shop::open(dir.path()).beside(&topic);
        for partition in partitions {
            assert!(shop.search.check_ready().is_err());
            for site_id in [first, second, nobody] {
                assert!(is_unanswered(&shop, site_id).await);
            }
            assert_eq!(shop.position(*partition).await, 0);
            shop.read_partition(&topic, *partition).await.expect("read");
        }
        assert_eq!(shop.search.check_ready().is_ok(), partitions.len() == 2);
    }

    let shop = Shop::open(dir.path());
    shop.search.check_ready().expect("nothing has to be asked");
    assert_eq!((shop.search.document_count(first), shop.search.document_count(second)), (12, 12));
    assert_eq!(shop.find(nobody, "mug").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_index_that_catches_up_tells_the_caches() {
    let dir = tempfile::tempdir().expect("a folder");
    let site_id = a_site();
    let topic = kitchen_topic(&[site_id]);
    let shop = Shop::open(dir.path()).beside(&topic);
    shop.read_partition(&topic, 0).await.expect("read");
    assert!(shop.seen.replaced.lock().expect("a lock").is_empty());
    shop.read_partition(&topic, 1).await.expect("read");
    assert_eq!(*shop.seen.replaced.lock().expect("a lock"), [site_id]);
    assert!(shop.seen.changed.lock().expect("a lock").is_empty(), "nobody could see them one by one");
}
