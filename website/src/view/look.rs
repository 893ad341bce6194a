use super::*;
use crate::listing_address::ListingAddress;
use askama::Template;
use coheron_core::document::Availability;
use coheron_core::ports::{FacetValue, SearchHit, SearchPage};
use indexmap::IndexMap;

fn hits(n: usize) -> Vec<SearchHit> {
    let names = [
        ("Stoneware mug with thick handle, 350 ml", "Tidewater", "mug", "terracotta", 1800),
        ("Insulated bottle, 750 ml, keeps 24 h cold", "Norfell", "bottle", "navy", 3450),
        ("Linen table lamp with dimmer", "Lumen Works", "lamp", "oat", 8900),
        ("Dining chair, oiled oak and felt", "Aldernoak", "chair", "moss", 14900),
        ("Rolltop backpack 22 l, recycled canvas", "Passage", "backpack", "plum", 11900),
        ("Heavy cotton T-shirt, straight fit", "Plainweave", "tee", "sky", 3200),
        ("Over-ear headphones, wired", "Kessel Audio", "headphones", "charcoal", 12950),
        ("Monstera in a glazed pot", "Verd", "plant", "sage", 4900),
    ];
    (0..n)
        .map(|i| {
            let (name, brand, kind, colour, price) = names[i % names.len()];
            let mut d = if i % 3 == 0 { sample::shirt() } else { sample::mug() };
            d.name = name.into();
            d.brand = Some(brand.into());
            d.price = Some(sample::eur(price));
            d.list_price = (i % 4 == 1).then(|| sample::eur(price * 5 / 4));
            d.sku = coheron_core::sku::Sku::parse(format!("X-{i}")).expect("sku");
            if i % 5 == 4 {
                d.availability = Availability::of_quantity(Some(3));
            }
            if i == 5 {
                d.availability = Availability::of_quantity(Some(0));
            }
            if i % 7 == 3 {
                d.released_at = Some(sample::now());
            }
            d.images = vec![coheron_core::change::Image {
                url: format!("/demo-pictures/{kind}-{colour}-{i}.svg"),
                alt: name.into(),
            }];
            let mut h = sample::hit(&d);
            h.highlight.clear();
            h
        })
        .collect()
}
fn write(name: &str, t: &impl Template) {
    let html = t.render().expect("html").replace(product::AGE_MARK, "2 seconds ago");
    std::fs::create_dir_all("/tmp/site/www").expect("dir");
    std::fs::write(format!("/tmp/site/www/{name}.html"), html).expect("write");
}
#[test]
fn write_pages() {
    let shop = sample::shop();
    let v = |items: &[(&str, u64)], sel: &str| {
        items
            .iter()
            .map(|(l, c)| FacetValue { value: (*l).into(), label: (*l).into(), count: *c, selected: *l == sel })
            .collect::<Vec<_>>()
    };
    let page = SearchPage {
        hits: hits(24),
        total: 148,
        facets: IndexMap::from([
            (
                "brand".to_owned(),
                v(
                    &[
                        ("Tidewater", 23),
                        ("Aldernoak", 19),
                        ("Norfell", 17),
                        ("Plainweave", 12),
                        ("Passage", 9),
                        ("Verd", 7),
                        ("Kessel Audio", 6),
                        ("Lumen Works", 5),
                        ("Fjord & Son", 3),
                    ],
                    "Tidewater",
                ),
            ),
            ("material".to_owned(), v(&[("Stoneware", 31), ("Oak", 26), ("Linen", 18)], "")),
            ("colour".to_owned(), v(&[("Terracotta", 31), ("Moss", 26), ("Sky", 18), ("Sand", 18)], "")),
            ("capacity_ml".to_owned(), v(&[("350", 31), ("750", 26)], "")),
            ("dishwasher_safe".to_owned(), v(&[("yes", 31), ("no", 26)], "")),
        ]),
        price_range_minor: Some((900, 21900)),
        did_you_mean: None,
    };
    let counts = IndexMap::from([("mugs".to_owned(), 34u64), ("espresso".to_owned(), 12)]);
    let c = shop.categories.find("drinkware").expect("c");
    let address = ListingAddress::for_category(
        &c.url,
        "drinkware",
        shop.currency,
        [("brand", "Tidewater"), ("in_stock", "true")],
    )
    .expect("a");
    let parts =
        listing::ListingParts { shop: &shop, address: &address, page: &page, counts: &counts, suggestions: None };
    write("listing", &listing::ListingPage::of_category(&parts, c));
    let address = ListingAddress::for_search(shop.currency, [("q", "coton shrit"), ("page", "3")]).expect("a");
    let page2 = SearchPage { did_you_mean: Some("cotton shirt".into()), ..page.clone() };
    let parts =
        listing::ListingParts { shop: &shop, address: &address, page: &page2, counts: &counts, suggestions: None };
    write("search", &listing::ListingPage::of_search(&parts));
    let empty = SearchPage::default();
    let address = ListingAddress::for_search(shop.currency, [("q", "zeppelin"), ("in_stock", "true")]).expect("a");
    let sug = coheron_core::ports::Suggestions {
        queries: vec!["zip hoodie".into(), "slippers".into()],
        ..Default::default()
    };
    let parts = listing::ListingParts {
        shop: &shop,
        address: &address,
        page: &empty,
        counts: &counts,
        suggestions: Some(&sug),
    };
    write("empty", &listing::ListingPage::of_search(&parts));
    let d = sample::shirt();
    let p = product::ProductPage::new(&shop, &d, Some("PW-TS-MOSS-M"));
    let found = SearchPage { hits: hits(7), ..page.clone() };
    let rel = related::RelatedFragment::new("none", &d.categories[0], &found, shop.now).render().expect("rel");
    let html =
        p.render().expect("html").replace(product::AGE_MARK, "2 seconds ago").replace(product::RELATED_MARK, &rel);
    std::fs::write("/tmp/site/www/product.html", html).expect("w");
    let tiles = shop
        .categories
        .roots()
        .enumerate()
        .map(|(i, c)| home::CategoryTile {
            name: c.name.clone(),
            url: c.url.clone(),
            count: "240 products".into(),
            picture: picture::Picture::of_url(
                &format!(
                    "/demo-pictures/{}-{}-{i}.svg",
                    ["mug", "chair", "lamp", "tee", "backpack", "headphones", "plant", "bottle", "mug"][i % 9],
                    ["sky", "moss", "oat", "plum"][i % 4]
                ),
                "x",
            ),
        })
        .collect();
    write("home", &home::HomePage::new(home::HomeParts { shop: &shop, tiles, newest: &page, popular: &page }));
    write("404", &problem::ProblemPage::not_found(&shop));
    write(
        "400",
        &problem::ProblemPage::bad_request(
            &shop,
            &[coheron_core::product_query::ParameterError::new(
                "sort",
                "invalid",
                "must be one of relevance, price, -price, name, newest, popularity",
            )],
        ),
    );
    write("plain", &problem::PlainProblemPage::no_such_shop());
    let s = coheron_core::ports::Suggestions {
        queries: vec!["mug".into(), "mug with handle".into()],
        brands: vec!["Mugworks".into()],
        categories: vec![coheron_core::ports::CategorySuggestion {
            id: "mugs".into(),
            name: "Mugs".into(),
            url: "/c/mugs/mugs".into(),
        }],
        products: (0..4)
            .map(|i| coheron_core::ports::ProductSuggestion {
                sku: coheron_core::sku::Sku::parse("A").expect("s"),
                name: "Stoneware mug with thick handle, 350 ml".into(),
                url: "/p/a/b".into(),
                image_url: Some(format!("/demo-pictures/mug-sky-{i}.svg")),
                price: Some(sample::eur(1800)),
            })
            .collect(),
    };
    write("suggest", &suggest::SuggestFragment::new(&s));
}
