//! Filters, facets, orders and pages.

use coheron_core::document::Availability;
use coheron_core::ports::{CatalogueSearch, FacetValue};
use coheron_core::product_query::{FacetRequest, ProductQuery};

use super::fixture::{Shop, Topic, a_site, category, kitchen_shop, product, skus_of, variant};

fn counts(values: &[FacetValue]) -> Vec<(&str, u64, bool)> {
    values.iter().map(|value| (value.label.as_str(), value.count, value.selected)).collect()
}

#[tokio::test]
async fn filters_narrow_and_combine() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    assert_eq!(shop.skus(site_id, &[("category", "mugs"), ("sort", "price")]).await, ["M-4", "M-1", "M-2", "M-3"]);
    assert_eq!(shop.skus(site_id, &[("category", "kitchen")]).await.len(), 7);
    assert_eq!(shop.skus(site_id, &[("brand", "Verd,Ostra"), ("filter[colour]", "Red")]).await, ["M-1", "K-3"]);
    assert_eq!(
        shop.skus(site_id, &[("price_min", "3900"), ("price_max", "4900"), ("sort", "-price")]).await,
        ["K-2", "K-3", "T-3"]
    );
    assert_eq!(shop.skus(site_id, &[("filter[colour]", "Pink")]).await, Vec::<String>::new());
    assert_eq!(shop.skus(site_id, &[("filter[unheard]", "x")]).await, Vec::<String>::new());
}

#[tokio::test]
async fn facets_are_counted_without_their_own_selection() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let query = ProductQuery::from_parameters([
        ("category", "kitchen"),
        ("brand", "Verd"),
        ("filter[colour]", "Red"),
        ("price_max", "2000"),
        ("facets", "brand,colour,category,material"),
    ])
    .expect("a query");
    let page = shop.ask(site_id, query).await;
    assert_eq!((skus_of(&page), page.total), (vec!["M-1".to_owned()], 1));
    // Red and up to 20: only M-1, whatever the brand; K-3 and M-3 are too dear.
    assert_eq!(counts(&page.facets["brand"]), [("Verd", 1, true)]);
    assert_eq!(counts(&page.facets["colour"]), [("Blue", 1, false), ("Red", 1, true)]);
    assert_eq!(counts(&page.facets["category"]), [("Kitchen", 1, true), ("Mugs", 1, false)]);
    assert_eq!(counts(&page.facets["material"]), [("Stoneware", 1, false)]);
    assert_eq!(page.price_range_minor, Some((1200, 1200)));

    let query =
        ProductQuery::from_parameters([("filter[colour]", "Red"), ("facets", "colour,brand")]).expect("a query");
    let page = shop.ask(site_id, query).await;
    assert_eq!(page.total, 3);
    let colours = counts(&page.facets["colour"]);
    assert!(colours.contains(&("Black", 3, false)) && colours.contains(&("Red", 3, true)), "{colours:?}");
    assert_eq!(counts(&page.facets["brand"]), [("Ostra", 1, false), ("Plainweave", 1, false), ("Verd", 1, false)]);
}

#[tokio::test]
async fn a_selected_value_is_shown_even_when_nothing_has_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let query = ProductQuery::from_parameters([("brand", "Nobody"), ("facets", "brand")]).expect("a query");
    let page = shop.ask(site_id, query).await;
    assert_eq!(page.total, 0);
    let brands = counts(&page.facets["brand"]);
    assert_eq!(brands.len(), 5);
    assert_eq!(brands[4], ("Nobody", 0, true));
}

#[tokio::test]
async fn automatic_facets_begin_with_the_brand_and_leave_out_what_names_things() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    for number in 0..60u32 {
        let mut product = product(&format!("P{number}"), "Lamp");
        product.brand = Some(["Auris", "Verd"][number as usize % 2].to_owned());
        product.categories = vec![category(&[("lamps", "Lamps")])];
        let colour = ["Red", "Sand", "Moss"][number as usize % 3];
        let attributes = serde_json::json!({
            "model": format!("LX-{number}"), "width_mm": number * 10, "colour": colour,
            "dimmable": number % 2 == 0, "voltage": 230,
        });
        product.attributes = serde_json::from_value(attributes).expect("attributes");
        topic.publish(site_id, 1, &product);
    }
    shop.read(&topic).await;
    let query = ProductQuery { facets: FacetRequest::Automatic { most: 8 }, ..ProductQuery::all() };
    let page = shop.ask(site_id, query).await;
    let keys: Vec<&str> = page.facets.keys().map(String::as_str).collect();
    assert_eq!(keys, ["brand", "colour", "dimmable"]);
    assert_eq!(counts(&page.facets["dimmable"]), [("no", 30, false), ("yes", 30, false)]);
}

#[tokio::test]
async fn options_of_variants_are_facets_and_filters() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    let mut tee = product("TEE", "Tee");
    tee.variants = vec![variant("TEE-S", &[("size", "S")]), variant("TEE-M", &[("size", "M"), ("colour", "Moss")])];
    topic.publish(site_id, 1, &tee);
    topic.publish(site_id, 1, &product("CAP", "Cap"));
    shop.read(&topic).await;
    assert_eq!(shop.skus(site_id, &[("filter[size]", "M,XL")]).await, ["TEE"]);
    let query = ProductQuery::from_parameters([("facets", "size")]).expect("a query");
    let page = shop.ask(site_id, query).await;
    assert_eq!(counts(&page.facets["size"]), [("M", 1, false), ("S", 1, false)]);
}

#[tokio::test]
async fn attributes_and_options_named_as_brand_and_category_are_neither() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    let mut lamp = product("LAMP", "Lamp");
    lamp.brand = Some("Auris".to_owned());
    lamp.categories = vec![category(&[("lamps", "Lamps")])];
    let attributes = serde_json::json!({
        "category": "outlet", "brand": ["Verd"], "category\u{1}sale": "x", "Category": "Bright", "colour": "Red",
    });
    lamp.attributes = serde_json::from_value(attributes).expect("attributes");
    lamp.variants = vec![variant("LAMP-S", &[("category", "outlet"), ("brand", "Verd"), ("size", "S")])];
    topic.publish(site_id, 1, &lamp);
    shop.read(&topic).await;

    for (key, value) in [("category", "outlet"), ("category", "sale\u{1}x"), ("brand", "Verd")] {
        assert_eq!(shop.skus(site_id, &[(key, value)]).await, Vec::<String>::new(), "{key}: {value}");
    }
    assert_eq!(shop.skus(site_id, &[("category", "lamps"), ("brand", "Auris")]).await, ["LAMP"]);
    assert_eq!(shop.skus(site_id, &[("filter[Category]", "Bright"), ("filter[size]", "S")]).await, ["LAMP"]);
    let counted = shop.search.category_counts(site_id).await.expect("counts");
    assert_eq!(counted.into_iter().collect::<Vec<_>>(), [("lamps".to_owned(), 1)]);
    let query = ProductQuery::from_parameters([("facets", "brand,category")]).expect("a query");
    let page = shop.ask(site_id, query).await;
    assert_eq!(counts(&page.facets["brand"]), [("Auris", 1, false)]);
    assert_eq!(counts(&page.facets["category"]), [("Lamps", 1, false)]);
    assert_eq!(shop.find(site_id, "outlet").await, ["LAMP"], "found as every text of the product is");
}

#[tokio::test]
async fn every_order_is_stable_and_keeps_missing_prices_last() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let mut topic = Topic::default();
    // Positions go on behind the kitchen's.
    for _ in 0..12 {
        topic.delete(site_id, 0, "X-0");
        topic.delete(site_id, 0, "X-1");
    }
    let mut unpriced = product("X-2", "apron");
    unpriced.availability = Availability::of_quantity(Some(0));
    topic.publish(site_id, 1, &unpriced);
    shop.read(&topic).await;
    let ascending = shop.skus(site_id, &[("sort", "price"), ("limit", "100")]).await;
    let descending = shop.skus(site_id, &[("sort", "-price"), ("limit", "100")]).await;
    assert_eq!((ascending[0].as_str(), ascending[12].as_str()), ("M-4", "X-2"));
    assert_eq!((descending[0].as_str(), descending[12].as_str()), ("H-1", "X-2"));
    // T-2 and M-3 cost the same: the first SKU comes first in both directions.
    let twins = |skus: &[String]| skus.iter().filter(|sku| *sku == "M-3" || *sku == "T-2").cloned().collect::<Vec<_>>();
    assert_eq!(twins(&ascending), ["M-3", "T-2"]);
    assert_eq!(twins(&descending), ["M-3", "T-2"]);
    let names = shop.skus(site_id, &[("sort", "name"), ("limit", "3")]).await;
    assert_eq!(names, ["X-2", "M-2", "H-2"], "upper and lower case sort together");
    assert_eq!(shop.skus(site_id, &[("sort", "newest"), ("limit", "1")]).await, ["H-2"]);
    assert_eq!(shop.skus(site_id, &[("sort", "popularity"), ("limit", "2")]).await, ["M-1", "M-2"]);
    assert_eq!(shop.skus(site_id, &[("limit", "2")]).await, ["M-1", "M-2"]);
    assert!(!shop.skus(site_id, &[("in_stock", "true"), ("limit", "100")]).await.contains(&"X-2".to_owned()));
}

#[tokio::test]
async fn pages_cut_one_list() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let whole = shop.skus(site_id, &[("sort", "name"), ("limit", "100")]).await;
    let mut paged = Vec::new();
    for offset in (0..15).step_by(5) {
        let query = ProductQuery::from_parameters([("sort", "name"), ("limit", "5")]).expect("a query");
        let page = shop.ask(site_id, ProductQuery { offset, ..query }).await;
        assert_eq!(page.total, 12);
        paged.extend(skus_of(&page));
    }
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn categories_count_their_descendants() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let counts = shop.search.category_counts(site_id).await.expect("counts");
    assert_eq!((counts["kitchen"], counts["mugs"], counts["shirts"]), (7, 4, 3));
    assert!(shop.search.category_counts(a_site()).await.expect("counts").is_empty());
}
