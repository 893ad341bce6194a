//! Positions, restarts, repeated and late records, damage.

use coheron_core::ports::CatalogueSearch;
use coheron_core::retry::RetryClass;
use coheron_core::sku::Sku;
use coheron_stream::stage::{Advance, Batch, DeadLetter, Stage, StageError};

use super::fixture::{Shop, Topic, a_site, kitchen, product, text_question, time, topic_partition};
use crate::schema::LAYOUT_VERSION;

#[tokio::test]
async fn a_restart_continues_where_the_stores_stood() {
    let dir = tempfile::tempdir().expect("a folder");
    let (site_id, mut topic) = (a_site(), Topic::default());
    for product in kitchen() {
        topic.publish(site_id, 1, &product);
    }
    let shop = Shop::open(dir.path());
    shop.read(&topic).await;
    let positions = (shop.position(0).await, shop.position(1).await);
    assert_eq!(positions.0 + positions.1, 12);
    shop.stage.close().await.expect("closed");
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    drop(shop);

    let shop = Shop::open(dir.path());
    assert_eq!((shop.position(0).await, shop.position(1).await), positions);
    assert_eq!(shop.search.document_count(site_id), 12);
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    topic.publish(site_id, 2, &product("M-1", "Green coffee mug"));
    shop.read(&topic).await;
    assert_eq!(shop.find(site_id, "green").await, ["M-1"]);
    assert_eq!(shop.seen.changed.lock().expect("a lock").len(), 1);
}

#[tokio::test]
async fn repeated_and_late_records_change_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    topic.publish(site_id, 5, &product("A", "Newest name"));
    shop.read(&topic).await;
    topic.publish(site_id, 5, &product("A", "Newest name"));
    topic.publish(site_id, 4, &product("A", "Older name"));
    topic.delete(site_id, 3, "A");
    shop.read(&topic).await;
    assert_eq!(shop.find(site_id, "name").await, ["A"]);
    assert_eq!(shop.find(site_id, "newest").await, ["A"]);
    assert_eq!(shop.seen.changed.lock().expect("a lock").len(), 1);
    // Within one batch the highest version wins, in whatever order it came.
    topic.publish(site_id, 9, &product("A", "Final wording"));
    topic.publish(site_id, 8, &product("A", "Draft wording"));
    shop.read(&topic).await;
    assert_eq!(shop.find(site_id, "final").await, ["A"]);
    assert_eq!(shop.search.document_count(site_id), 1);
}

#[tokio::test]
async fn a_tombstone_deletes_and_an_older_record_does_not_revive() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    topic.publish(site_id, 1, &product("A", "Thing"));
    topic.publish(site_id, 1, &product("C", "Thing"));
    topic.delete(site_id, 3, "A");
    shop.read(&topic).await;
    assert_eq!(shop.find(site_id, "thing").await, ["C"]);
    topic.delete(site_id, 4, "C");
    shop.read(&topic).await;
    topic.publish(site_id, 2, &product("C", "Thing"));
    shop.read(&topic).await;
    assert_eq!(shop.find(site_id, "thing").await, Vec::<String>::new());
    topic.publish(site_id, 5, &product("C", "Thing again"));
    shop.read(&topic).await;
    assert_eq!(shop.find(site_id, "thing").await, ["C"]);
}

#[tokio::test]
async fn a_damaged_or_missing_index_is_built_again_from_the_start() {
    let (first, second, mut topic) = (a_site(), a_site(), Topic::default());
    for product in kitchen() {
        topic.publish(first, 1, &product);
        topic.publish(second, 1, &product);
    }
    type Damage = fn(&std::path::Path);
    let damages: [(&str, Damage); 5] = [
        ("removed", |site| std::fs::remove_dir_all(site).expect("removed")),
        ("garbled commit", |site| write_in_generation(site, "meta.json", b"{")),
        ("garbled numbers", |site| write_in_generation(site, "numbers.jsonl", b"{")),
        ("garbled segments", |site| {
            for file in files_of(site).into_iter().filter(|file| file.extension().is_some_and(|end| end == "store")) {
                let mut bytes = std::fs::read(&file).expect("a file");
                bytes[0] ^= 0xff;
                std::fs::write(&file, bytes).expect("written");
            }
        }),
        ("another layout", |site| {
            let meta = files_of(site).into_iter().find(|file| file.ends_with("meta.json")).expect("a commit");
            let text = std::fs::read_to_string(&meta).expect("text");
            let other = text.replace(&format!("layout_version\\\":{LAYOUT_VERSION}"), "layout_version\\\":0");
            assert_ne!(text, other);
            std::fs::write(&meta, other).expect("written");
        }),
    ];
    for (name, damage) in damages {
        let dir = tempfile::tempdir().expect("a folder");
        let shop = Shop::open(dir.path());
        shop.read(&topic).await;
        let hashes = shop.search.content_hashes(first).await.expect("hashes");
        assert_eq!(hashes.len(), 12);
        shop.stage.close().await.expect("closed");
        drop(shop);
        damage(&dir.path().join(first.to_string()));

        let shop = Shop::open(dir.path()).beside(&topic);
        shop.seen.forget();
        for partition in [0, 1] {
            assert_eq!(shop.position(partition).await, 0, "{name}");
            assert!(shop.search.check_ready().is_err(), "{name}");
            assert!(shop.search.search(first, &text_question("mug")).await.is_err(), "{name}: half an index serves");
            assert_eq!(shop.search.document_count(second), 12, "{name}");
            shop.read_partition(&topic, partition).await.expect("read");
        }
        shop.search.check_ready().expect("ready");
        assert_eq!(shop.search.content_hashes(first).await.expect("hashes"), hashes, "{name}");
        assert_eq!(*shop.seen.replaced.lock().expect("a lock"), [first], "{name}");
        assert!(shop.seen.changed.lock().expect("a lock").is_empty(), "{name}: the other site was read past");
    }
}

#[tokio::test]
async fn a_rebuild_serves_the_old_index_until_the_new_one_has_caught_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    for product in kitchen() {
        topic.publish(site_id, 1, &product);
    }
    shop.read(&topic).await;
    let hashes = shop.search.content_hashes(site_id).await.expect("hashes");
    shop.stage.rebuild_site(site_id).await.expect("started");
    assert_eq!(shop.search.document_count(site_id), 12);

    // The running loop goes on where it was: it is told to start again.
    let even = i64::try_from(topic.records.iter().filter(|record| record.partition == 0).count()).expect("a count");
    let advances = vec![Advance { partition: topic_partition(0), from: even, to: even + 1 }];
    let error = shop.stage.process(&Batch { advances, ..Batch::default() }).await.expect_err("fenced");
    assert_eq!(error.retry_class(), RetryClass::Fenced);

    assert_eq!(shop.position(0).await, 0);
    shop.seen.forget();
    shop.read(&topic).await;
    assert_eq!(shop.search.content_hashes(site_id).await.expect("hashes"), hashes);
    assert_eq!(*shop.seen.replaced.lock().expect("a lock"), [site_id]);
    assert_eq!(shop.position(0).await, even);
    let generations = std::fs::read_dir(dir.path().join(site_id.to_string())).expect("a folder").flatten();
    assert_eq!(generations.filter(|entry| entry.path().is_dir()).count(), 1);
}

#[tokio::test]
async fn a_rebuild_that_fails_begins_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    for product in kitchen() {
        topic.publish(site_id, 1, &product);
    }
    shop.read(&topic).await;
    let site = dir.path().join(site_id.to_string());
    let serving = std::fs::read_to_string(site.join("CURRENT")).expect("a generation serves");
    shop.stage.rebuild_site(site_id).await.expect("started");
    let generations = std::fs::read_dir(&site).expect("a folder").flatten().map(|entry| entry.path());
    let builds: Vec<_> = generations.filter(|path| path.is_dir() && !path.ends_with(serving.trim())).collect();
    assert_eq!(builds.len(), 1);
    std::fs::remove_dir_all(&builds[0]).expect("removed");

    let error = shop.try_read(&topic).await.expect_err("the folder of the build is gone");
    assert_eq!(error.retry_class(), RetryClass::Transient);
    assert_eq!(shop.search.document_count(site_id), 12, "what serves goes on");
    shop.search.check_ready().expect("ready");
    assert_eq!(shop.position(0).await, 0, "it is built from the start again");
    shop.seen.forget();
    shop.read(&topic).await;
    assert_eq!(*shop.seen.replaced.lock().expect("a lock"), [site_id]);
    assert_ne!(std::fs::read_to_string(site.join("CURRENT")).expect("a generation serves"), serving);
    assert_eq!(shop.position(0).await, 5, "once it serves, nothing is built any more");
}

#[tokio::test]
async fn what_one_site_shows_is_told_though_another_fails() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut sites = [a_site(), a_site()];
    // In the order in which they are written.
    sites.sort_unstable();
    let [sound, broken] = sites;
    let (shop, mut topic) = (Shop::open(dir.path()), Topic::default());
    let publish = |topic: &mut Topic, version, name| {
        sites.iter().for_each(|site_id| topic.publish(*site_id, version, &product("M-1", name)));
    };
    publish(&mut topic, 1, "Blue mug");
    shop.read(&topic).await;
    std::fs::remove_dir_all(dir.path().join(broken.to_string())).expect("removed");
    shop.seen.forget();

    publish(&mut topic, 2, "Green mug");
    let error = shop.try_read(&topic).await.expect_err("a folder is gone");
    assert_eq!(error.retry_class(), RetryClass::Transient);
    let mug = Sku::parse("M-1").expect("a SKU");
    assert_eq!(*shop.seen.changed.lock().expect("a lock"), [(sound, vec![mug])]);
    assert_eq!(*shop.seen.replaced.lock().expect("a lock"), [broken], "it may have shown a part");
    assert_eq!(shop.find(broken, "blue").await, ["M-1"], "what was read before goes on serving");
    shop.search.check_ready().expect("ready");

    shop.seen.forget();
    publish(&mut topic, 3, "Green mug");
    while let Err(error) = shop.try_read(&topic).await {
        assert_eq!(error.retry_class(), RetryClass::Fenced);
    }
    assert_eq!(shop.find(broken, "green").await, ["M-1"]);
    let replaced = shop.seen.replaced.lock().expect("a lock");
    assert!(replaced.contains(&broken), "another generation serves");
    assert!(!replaced.contains(&sound));
}

#[tokio::test]
async fn sites_do_not_see_each_other() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, first, second, mut topic) = (Shop::open(dir.path()), a_site(), a_site(), Topic::default());
    topic.publish(first, 1, &product("A", "Shared name"));
    topic.publish(second, 1, &product("B", "Shared name"));
    topic.delete(a_site(), 1, "Z");
    shop.read(&topic).await;
    assert_eq!(shop.find(first, "shared").await, ["A"]);
    assert_eq!(shop.find(second, "shared").await, ["B"]);
    assert_eq!(shop.find(a_site(), "shared").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_bad_record_is_poison_with_its_reason_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = (Shop::open(dir.path()), a_site());
    let mut good = Topic::default();
    good.publish(site_id, 1, &product("A", "Good"));
    let mut other_sku = Topic::default();
    other_sku.push(site_id, "B", 1, Some(serde_json::to_vec(&product("A", "Good")).expect("json")));
    let mut garbled = Topic::default();
    garbled.push(site_id, "B", 1, Some(b"{\"sku\":".to_vec()));
    let mut unversioned = good.records.clone();
    unversioned[0].headers.clear();
    let mut keyless = good.records.clone();
    keyless[0].key = None;
    for (bad, expected) in [
        (other_sku.records, "bad_document"),
        (garbled.records, "bad_document"),
        (unversioned, "missing_version"),
        (keyless, "bad_key"),
    ] {
        let records = good.records.iter().chain(&bad).cloned().collect();
        let error = shop.stage.process(&Batch { records, ..Batch::default() }).await.expect_err("poison");
        assert!(matches!(error, StageError::Poison { reason_code, .. } if reason_code == expected), "{error:?}");
        assert_eq!(shop.search.document_count(site_id), 0);
        let letter =
            DeadLetter { record: bad[0].clone(), reason_code: expected, reason: error.to_string(), schema_id: None };
        let batch = Batch { dead_letters: vec![letter], ..Batch::default() };
        shop.stage.process(&batch).await.expect("buried");
    }
    assert_eq!(shop.seen.buried.lock().expect("a lock").len(), 4);
}

#[tokio::test]
async fn a_document_comes_back_byte_for_byte() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    let mut odd = product("A", "Odd \"name\" 🙂 <b>");
    odd.updated_at = time(9);
    topic.publish(site_id, 1, &odd);
    shop.read(&topic).await;
    let page = shop.ask(site_id, super::fixture::text_question("odd")).await;
    assert_eq!(page.hits[0].document_json.as_bytes(), topic.records[0].payload.as_deref().expect("a payload"));
}

fn files_of(site: &std::path::Path) -> Vec<std::path::PathBuf> {
    let generations = std::fs::read_dir(site).expect("a folder").flatten().map(|entry| entry.path());
    generations
        .filter(|path| path.is_dir())
        .flat_map(|generation| std::fs::read_dir(generation).expect("a folder").flatten().map(|entry| entry.path()))
        .collect()
}

fn write_in_generation(site: &std::path::Path, file: &str, bytes: &[u8]) {
    let path = files_of(site).into_iter().find(|path| path.ends_with(file)).expect("the file");
    std::fs::write(path, bytes).expect("written");
}
