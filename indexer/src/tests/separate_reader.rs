//! A reader beside a writer, as in two processes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use coheron_core::ports::{CatalogueObserver, CatalogueSearch};

use super::fixture::{Seen, Shop, Topic, a_site, product, settings, skus_of, text_question};
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

async fn wait_for(reader: &SearchService, site_id: coheron_core::ids::SiteId, name: &str) {
    let deadline = Instant::now() + PATIENCE;
    let word = name.split(' ').next().expect("a word");
    loop {
        let page = reader.search(site_id, &text_question(word)).await.expect("an answer");
        if skus_of(&page) == ["A"] && page.hits[0].document_json.contains(name) {
            return;
        }
        assert!(Instant::now() < deadline, "{name} never appeared");
        tokio::task::yield_now().await;
    }
}
