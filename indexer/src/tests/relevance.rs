//! Relevance on judged shop queries. Prints the figure; a change that lowers it below the floor fails.

use std::time::Instant;

use coheron_core::product_query::{FacetRequest, ProductQuery};
use coheron_stream::stage::{Advance, Batch, Stage};

use super::fixture::{Shop, Topic, a_site, skus_of, text_question, topic_partition};
use super::judged::{JudgedSet, ndcg_at_10};

const BATCH_RECORDS: usize = 1_000;

#[tokio::test]
async fn relevance_of_general_goods() {
    assert_relevance("esci", 0.60).await;
}

#[tokio::test]
async fn relevance_of_electronics() {
    assert_relevance("icecat", 0.72).await;
}

async fn assert_relevance(name: &str, floor: f64) {
    let Some(set) = JudgedSet::load(name) else { return };
    let dir = tempfile::tempdir().expect("a folder");
    let kept = std::env::var("KEEP").ok().map(|k| std::path::PathBuf::from(format!("{k}-{name}")));
    let path = kept.clone().unwrap_or_else(|| dir.path().to_path_buf());
    let exists = path.join("SITES").exists();
    let site_id = if kept.is_some() { coheron_core::ids::SiteId(uuid::Uuid::from_u128(7)) } else { a_site() };
    let shop = Shop::open(&path);
    let started = Instant::now();
    let mut position = 0;
    for products in set.products.chunks(BATCH_RECORDS) {
        if exists { break; }
        let mut topic = Topic::default();
        products.iter().for_each(|product| topic.publish(site_id, 1, product));
        // One partition is enough here: renumbered in the order of the file.
        let from = position;
        for record in &mut topic.records {
            (record.partition, record.offset) = (0, position);
            position += 1;
        }
        let advances = vec![Advance { partition: topic_partition(0), from, to: position }];
        let batch = Batch { records: topic.records, advances, dead_letters: Vec::new() };
        shop.stage.process(&batch).await.expect("indexed");
    }
    let indexed = started.elapsed();
    let started = Instant::now();
    let mut sum = 0.0;
    let mut judged = 0u32;
    for (query, grades) in &set.queries {
        let page = shop.ask(site_id, text_question(query)).await;
        let ndcg = ndcg_at_10(&skus_of(&page), grades);
        if std::env::var_os("RELEVANCE_DETAILS").is_some() {
            println!("{ndcg:.3} {query} ({} found, {:?})", page.total, page.did_you_mean);
        }
        if std::env::var("SHOW").is_ok_and(|show| query.contains(&show)) {
            for sku in skus_of(&page).iter().take(10) {
                let product = set.products.iter().find(|product| product.sku.as_str() == sku).expect("x");
                println!("    {:?} {} | {:?}", grades.get(sku), product.name.chars().take(110).collect::<String>(), product.brand);
            }
            println!("  best:");
            for (sku, _) in grades.iter().filter(|(_, grade)| **grade >= 2).take(6) {
                if let Some(product) = set.products.iter().find(|product| product.sku.as_str() == sku) {
                println!("    {:?} {} | {:?}", grades.get(sku), product.name.chars().take(110).collect::<String>(), product.brand);
                }
            }
        }
        if grades.values().all(|grade| *grade == 0) { continue; }
        judged += 1;
        sum += ndcg;
    }
    let searched = started.elapsed();
    let started = Instant::now();
    let facets = FacetRequest::Automatic { most: 8 };
    for (query, _) in &set.queries {
        shop.ask(site_id, ProductQuery { facets: facets.clone(), ..text_question(query) }).await;
    }
    let with_facets = started.elapsed();
    let queries = f64::from(u32::try_from(set.queries.len()).expect("few"));
    let mean = sum / f64::from(judged);
    let each = |all: std::time::Duration| all.as_secs_f64() * 1000.0 / queries;
    println!(
        "{name}: NDCG@10 {mean:.4} over {queries} queries; {} products in {indexed:.1?}; {:.2} ms per search, {:.2} ms with facets",
        set.products.len(),
        each(searched),
        each(with_facets),
    );
    assert!(mean >= floor, "{name}: NDCG@10 {mean:.4} is below {floor}");
}
