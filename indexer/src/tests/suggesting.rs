//! Completions.

use coheron_core::ports::{CatalogueSearch, Suggestions};

use super::fixture::{Shop, Topic, a_site, category, kitchen_shop, product};

#[tokio::test]
async fn completes_queries_products_categories_and_brands() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let suggestions = shop.search.suggest(site_id, "mu", 6).await.expect("suggestions");
    assert_eq!(suggestions.queries.first().map(String::as_str), Some("mugs"));
    assert_eq!(suggestions.categories[0].url, "/c/mugs/mugs");
    assert!(suggestions.products.iter().any(|product| product.sku.as_str() == "M-1"), "{:?}", suggestions.products);
    let suggestions = shop.search.suggest(site_id, "pla", 6).await.expect("suggestions");
    assert_eq!(suggestions.brands, ["Plainweave"]);
    let suggestions = shop.search.suggest(site_id, "coffee ", 6).await.expect("suggestions");
    assert_eq!(suggestions.queries, ["coffee mug"]);
}

#[tokio::test]
async fn there_are_as_many_of_each_kind_as_asked_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    for number in 0..12 {
        let (id, name) = (format!("mugs-{number}"), format!("Mugs number {number}"));
        let mut product = product(&format!("M-{number}"), &format!("Mug number {number}"));
        product.brand = Some(format!("Mugsmith {number}"));
        product.categories = vec![category(&[(id.as_str(), name.as_str())])];
        topic.publish(site_id, 1, &product);
    }
    shop.read(&topic).await;
    for limit in [1, 10] {
        let suggestions = shop.search.suggest(site_id, "mug", limit).await.expect("suggestions");
        let counts = (suggestions.products.len(), suggestions.categories.len(), suggestions.brands.len());
        assert_eq!(counts, (limit, limit, limit));
        assert!(suggestions.queries.len() <= limit);
    }
}

#[tokio::test]
async fn completes_what_is_misspelt() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let suggestions = shop.search.suggest(site_id, "cofee", 6).await.expect("suggestions");
    assert!(suggestions.queries.contains(&"coffee mug".to_owned()), "{:?}", suggestions.queries);
    let suggestions = shop.search.suggest(site_id, "plainv", 6).await.expect("suggestions");
    assert_eq!(suggestions.brands, ["Plainweave"]);
}

#[tokio::test]
async fn nothing_typed_and_nothing_sold_suggest_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    for typed in ["", "  ", "🙂", "\""] {
        let suggestions = shop.search.suggest(site_id, typed, 6).await.expect("suggestions");
        assert_eq!(suggestions, Suggestions::default(), "{typed:?}");
    }
    assert_eq!(shop.search.suggest(a_site(), "mug", 6).await.expect("suggestions"), Suggestions::default());
}
