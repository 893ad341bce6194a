//! A reader beside a writer, as in two processes.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use coheron_core::document::ProductDocument;
use coheron_core::ports::{CatalogueObserver, CatalogueSearch};

use super::fixture::{Seen, Shop, Topic, a_site, euros, product, settings, skus_of, text_question};
use crate::reading::follower::Follower;
use crate::sites::Sites;
use crate::{IndexSettings, SearchService};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn follows_commits_new_sites_and_swaps() {
    let dir = tempfile::tempdir().expect("a folder");
    let seen = Arc::new(Seen::default());
    let reader =
        SearchService::open_reader_only(&settings(dir.path()), Arc::clone(&seen) as Arc<dyn CatalogueObserver>)
            .expect("a reader");
    let shop = Shop::open_with(&IndexSettings { hold_back_ms: 0, ..settings(dir.path()) });
    let (site_id, mut topic) = (a_site(), Topic::default());
    for (version, name) in [(1, "First name"), (2, "Second name")] {
        topic.publish(site_id, version, &product("A", name));
        shop.read(&topic).await;
        wait_for(&reader, site_id, name).await;
    }
    shop.stage.rebuild_site(site_id).await.expect("started");
    topic.publish(site_id, 3, &product("A", "Third name"));
    shop.read(&topic).await;
    wait_for(&reader, site_id, "Third name").await;
    // The observer is told after a commit has become readable.
    let deadline = Instant::now() + PATIENCE;
    while seen.replaced.lock().expect("a lock").len() < 3 {
        assert!(Instant::now() < deadline, "the observer was not told of every commit");
        tokio::task::yield_now().await;
    }
    assert_eq!(reader.document_count(site_id), 1);
}

#[tokio::test]
async fn follows_numbers_that_are_kept_beside_entries() {
    let dir = tempfile::tempdir().expect("a folder");
    let seen = Arc::new(Seen::default());
    let observer = Arc::clone(&seen) as Arc<dyn CatalogueObserver>;
    let reader = SearchService::open_reader_only(&settings(dir.path()), observer).expect("a reader");
    let (site_id, mut topic) = (a_site(), Topic::default());
    for (first_version, hold_back_ms) in [(1, 0), (6, 1)] {
        let shop = Shop::open_with(&IndexSettings { hold_back_ms, ..settings(dir.path()) });
        for version in first_version..first_version + 5 {
            let priced = ProductDocument { price: euros(version * 100), ..product("A", "First name") };
            topic.publish(site_id, version, &priced);
            shop.read(&topic).await;
        }
        shop.stage.close().await.expect("stored");
        wait_for(&reader, site_id, &format!("\"amount_minor\":{}", (first_version + 4) * 100)).await;
    }
}

#[tokio::test]
async fn tells_a_lost_index_from_a_shop_without_products() {
    let dir = tempfile::tempdir().expect("a folder");
    let (site_id, mut topic) = (a_site(), Topic::default());
    let early = reader_of(dir.path());
    early.check_ready().expect("nothing was ever written here");
    assert_eq!(early.search(site_id, &text_question("name")).await.expect("an answer").total, 0);

    let shop = Shop::open(dir.path());
    topic.publish(site_id, 1, &product("A", "First name"));
    shop.read(&topic).await;
    wait_for(&early, site_id, "First name").await;
    drop(shop);
    std::fs::remove_dir_all(dir.path().join(site_id.to_string())).expect("removed");

    let late = reader_of(dir.path());
    assert!(late.check_ready().is_err());
    assert!(late.search(site_id, &text_question("name")).await.is_err());
    assert_eq!(late.search(a_site(), &text_question("name")).await.expect("an answer").total, 0);
    let shop = Shop::open(dir.path()).beside(&topic);
    wait_for(&early, site_id, "First name").await;
    early.check_ready().expect("what it has read goes on serving");
    topic.publish(site_id, 2, &product("A", "Second name"));
    shop.read(&topic).await;
    for reader in [early, late] {
        wait_for(&reader, site_id, "Second name").await;
        reader.check_ready().expect("ready");
    }
}

#[tokio::test]
async fn what_was_read_before_the_folder_was_emptied_goes_on_serving() {
    let dir = tempfile::tempdir().expect("a folder");
    let (site_id, mut topic) = (a_site(), Topic::default());
    let [(mut without_sites, knows_none), (mut early, known), (mut late, not_known)] = [(); 3]
        .map(|()| (Follower::open(dir.path(), Arc::new(Seen::default())).expect("a follower"), Sites::default()));
    without_sites.look(&knows_none);
    let shop = Shop::open(dir.path());
    topic.publish(site_id, 1, &product("A", "First name"));
    shop.read(&topic).await;
    drop(shop);
    early.look(&known);
    known.check_ready().expect("everything is read");

    for entry in std::fs::read_dir(dir.path()).expect("a folder").flatten() {
        let path = entry.path();
        let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        removed.expect("removed");
    }
    let shop = Shop::open(dir.path()).beside(&topic);
    without_sites.look(&knows_none);
    early.look(&known);
    late.look(&not_known);
    known.check_ready().expect("it can answer from memory");
    assert!(known.snapshot(site_id).expect("an answer").is_some());
    for sites in [&knows_none, &not_known] {
        assert!(sites.check_ready().is_err() && sites.snapshot(site_id).is_err(), "nothing was read before");
    }

    shop.read(&topic).await;
    for (follower, sites) in [(&mut without_sites, &knows_none), (&mut early, &known), (&mut late, &not_known)] {
        follower.look(sites);
        sites.check_ready().expect("ready");
        assert!(sites.snapshot(site_id).expect("an answer").is_some());
    }
}

fn reader_of(dir: &Path) -> Arc<SearchService> {
    SearchService::open_reader_only(&settings(dir), Arc::new(Seen::default())).expect("a reader")
}

/// Until the product is found by "name" and its document contains the text.
async fn wait_for(reader: &SearchService, site_id: coheron_core::ids::SiteId, text: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        // Until the writer has asked where the topic ends, it cannot be told that a site has no products.
        if let Ok(page) = reader.search(site_id, &text_question("name")).await
            && skus_of(&page) == ["A"]
            && page.hits[0].document_json.contains(text)
        {
            return;
        }
        assert!(Instant::now() < deadline, "{text} never appeared");
        tokio::task::yield_now().await;
    }
}
