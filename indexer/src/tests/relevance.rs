//! Relevance on judged shop queries. Prints the figure; a change that lowers it below the floor fails.

use std::time::{Duration, Instant};

use coheron_core::document::ProductDocument;
use coheron_core::ids::SiteId;
use coheron_core::product_query::{FacetRequest, ProductQuery};
use coheron_stream::stage::{Advance, Batch, Stage};

use super::fixture::{Shop, Topic, a_site, skus_of, text_question, topic_partition};
use super::judged::{JudgedSet, ndcg_at_10};

const BATCH_RECORDS: usize = 1_000;
const SMALL_COMMITS: usize = 41;

#[tokio::test]
async fn relevance_of_general_goods() {
    assert_relevance("esci", 0.66).await;
}

#[tokio::test]
#[ignore = "19,406 products take about a minute to index without optimisation: cargo test -p coheron-indexer -- --ignored"]
async fn relevance_of_electronics() {
    assert_relevance("icecat", 0.76).await;
}

async fn assert_relevance(name: &str, floor: f64) {
    let Some(set) = JudgedSet::load(name) else { return };
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = (Shop::open(dir.path()), a_site());
    let started = Instant::now();
    let mut position = shop.position(0).await;
    for products in set.products.chunks(BATCH_RECORDS) {
        shop.stage.process(&batch_of(site_id, 1, products, &mut position)).await.expect("indexed");
    }
    let indexed = started.elapsed();
    let mut commits = Vec::new();
    for product in set.products.chunks(1).take(SMALL_COMMITS) {
        let started = Instant::now();
        shop.stage.process(&batch_of(site_id, 2, product, &mut position)).await.expect("indexed");
        commits.push(started.elapsed());
    }
    commits.sort_unstable();
    let started = Instant::now();
    let (mut sum, mut judged) = (0.0, 0u32);
    // A query without any relevant product says nothing about the order.
    for (query, grades) in set.queries.iter().filter(|(_, grades)| grades.values().any(|grade| *grade > 0)) {
        let page = shop.ask(site_id, text_question(query)).await;
        let ndcg = ndcg_at_10(&skus_of(&page), grades);
        if std::env::var_os("RELEVANCE_DETAILS").is_some() {
            println!("{ndcg:.3} {query} ({} found, {:?})", page.total, page.did_you_mean);
        }
        sum += ndcg;
        judged += 1;
    }
    let searched = started.elapsed();
    let started = Instant::now();
    let facets = FacetRequest::Automatic { most: 8 };
    for (query, _) in &set.queries {
        shop.ask(site_id, ProductQuery { facets: facets.clone(), ..text_question(query) }).await;
    }
    let with_facets = started.elapsed();
    let mean = sum / f64::from(judged);
    let each = |all: Duration, times: u32| all.as_secs_f64() * 1000.0 / f64::from(times);
    println!(
        "{name}: NDCG@10 {mean:.4} over {judged} queries; {} products in {indexed:.1?}; {:.2} ms per search, {:.2} ms with facets; {:.1?} for the middle commit of one change",
        set.products.len(),
        each(searched, judged),
        each(with_facets, u32::try_from(set.queries.len()).expect("few")),
        commits[SMALL_COMMITS / 2],
    );
    assert!(mean >= floor, "{name}: NDCG@10 {mean:.4} is below {floor}");
}

/// One partition is enough here: the records are numbered in the order of the file.
fn batch_of(site_id: SiteId, version: i64, products: &[ProductDocument], position: &mut i64) -> Batch {
    let mut topic = Topic::default();
    products.iter().for_each(|product| topic.publish(site_id, version, product));
    let from = *position;
    for record in &mut topic.records {
        (record.partition, record.offset) = (0, *position);
        *position += 1;
    }
    let advances = vec![Advance { partition: topic_partition(0), from, to: *position }];
    Batch { records: topic.records, advances, dead_letters: Vec::new() }
}
