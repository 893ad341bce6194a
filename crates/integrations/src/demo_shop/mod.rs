//! A believable shop without any file: invented makers, a category tree of three levels, variants, prices and stock.
//! The same seed gives the same shop on every machine.

mod assemble;
mod brands;
mod colours;
mod departments;
mod materials;
pub mod pictures;
mod pricing;
mod product_type;
mod text;

use std::collections::HashSet;

use coheron_core::change::CategoryFacts;
use coheron_core::slug::slugify;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

pub use crate::erp_catalogue::CatalogueProduct as DemoProduct;

/// A generated shop.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoShop {
    /// Categories by id, parents before their children.
    pub categories: Vec<(String, CategoryFacts)>,
    pub products: Vec<DemoProduct>,
}

impl DemoShop {
    pub fn generate(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut products = Vec::new();
        for department in departments::ALL {
            for group in department.groups {
                for product_type in group.types {
                    let path = [department.name, group.name, product_type.leaf];
                    products.extend(assemble::assemble_products(&mut rng, product_type, &category_id(&path)));
                }
            }
        }
        assign_popularity(&mut rng, &mut products);
        Self { categories: categories(), products }
    }
}

fn categories() -> Vec<(String, CategoryFacts)> {
    let mut categories = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |path: &[&str], position: usize| {
        let (Some(name), id) = (path.last(), category_id(path)) else { return };
        if seen.insert(id.clone()) {
            let parent_id = (path.len() > 1).then(|| category_id(&path[..path.len() - 1]));
            let position = i32::try_from(position).unwrap_or(i32::MAX);
            categories.push((id, CategoryFacts { name: (*name).to_owned(), parent_id, position }));
        }
    };
    for (department_position, department) in departments::ALL.iter().enumerate() {
        add(&[department.name], department_position);
        for (group_position, group) in department.groups.iter().enumerate() {
            add(&[department.name, group.name], group_position);
            for (type_position, product_type) in group.types.iter().enumerate() {
                add(&[department.name, group.name, product_type.leaf], type_position);
            }
        }
    }
    categories
}

fn category_id(path: &[&str]) -> String {
    path.iter().map(|name| slugify(name)).collect::<Vec<_>>().join("-")
}

/// A few products sell most: the figure falls with the rank, and the tail is long.
fn assign_popularity(rng: &mut ChaCha8Rng, products: &mut [DemoProduct]) {
    let mut ranks: Vec<u32> = (1..).take(products.len()).collect();
    ranks.shuffle(rng);
    for (product, rank) in products.iter_mut().zip(ranks) {
        let popularity = 1_000.0 / f64::from(rank).powf(0.85);
        product.facts.popularity = (popularity * 100.0).round() / 100.0;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::LazyLock;

    use coheron_core::attribute::AttributeValue;

    use super::*;

    static SHOP: LazyLock<DemoShop> = LazyLock::new(|| DemoShop::generate(1));

    #[test]
    fn equal_seeds_give_equal_shops_and_others_differ() {
        assert_eq!(DemoShop::generate(1), *SHOP);
        assert_ne!(DemoShop::generate(2), *SHOP);
    }

    #[test]
    fn the_shop_is_large_and_every_product_is_distinct_and_valid() {
        let shop = &*SHOP;
        assert!(shop.products.len() >= 2_100, "{} products", shop.products.len());
        let names: HashSet<_> = shop.products.iter().map(|product| &product.facts.name).collect();
        assert_eq!(names.len(), shop.products.len());
        let brands: HashSet<_> = shop.products.iter().map(|product| &product.facts.brand).collect();
        assert!(brands.len() >= 25, "{} brands", brands.len());
        let mut skus = HashSet::new();
        for product in &shop.products {
            product.facts.validate().expect("valid facts");
            assert!(skus.insert(product.sku.clone()), "{}", product.sku);
            for variant in &product.facts.variants {
                assert!(skus.insert(variant.sku.clone()), "{}", variant.sku);
            }
        }
    }

    #[test]
    fn categories_form_a_tree_of_three_levels_that_holds_every_product() {
        let shop = &*SHOP;
        let by_id: HashMap<_, _> = shop.categories.iter().map(|(id, facts)| (id.as_str(), facts)).collect();
        assert_eq!(by_id.len(), shop.categories.len());
        assert_eq!(shop.categories.iter().filter(|(_, facts)| facts.parent_id.is_none()).count(), 9);
        let depth = |id: &str| {
            let mut depth = 1;
            let mut at = by_id.get(id).expect("a category");
            while let Some(parent) = &at.parent_id {
                depth += 1;
                at = by_id.get(parent.as_str()).expect("the parent");
            }
            depth
        };
        for product in &shop.products {
            assert_eq!(product.facts.category_ids.len(), 1);
            assert_eq!(depth(&product.facts.category_ids[0]), 3, "{}", product.facts.name);
        }
    }

    #[test]
    fn everything_that_can_be_sold_has_a_price_and_stock() {
        let shop = &*SHOP;
        let (mut reduced, mut sold_out, mut low) = (0, 0, 0);
        for product in &shop.products {
            let expected: Vec<_> = if product.facts.variants.is_empty() {
                vec![product.sku.clone()]
            } else {
                product.facts.variants.iter().map(|variant| variant.sku.clone()).collect()
            };
            assert_eq!(product.prices.iter().map(|(sku, _)| sku.clone()).collect::<Vec<_>>(), expected);
            assert_eq!(product.stock.iter().map(|(sku, _)| sku.clone()).collect::<Vec<_>>(), expected);
            for (_, price) in &product.prices {
                price.validate().expect("a valid price");
                assert!(price.amount_minor >= 300, "{}: {}", product.facts.name, price.amount_minor);
                if let Some(list) = price.list_amount_minor {
                    reduced += 1;
                    assert!(list > price.amount_minor);
                }
            }
            sold_out += product.stock.iter().filter(|(_, stock)| stock.on_hand == 0).count();
            low += product.stock.iter().filter(|(_, stock)| (1..=5).contains(&stock.on_hand)).count();
        }
        assert!(reduced > 100 && sold_out > 100 && low > 100, "{reduced} {sold_out} {low}");
    }

    #[test]
    fn every_picture_can_be_drawn() {
        let shop = &*SHOP;
        let mut kinds = HashSet::new();
        for product in &shop.products {
            assert!(!product.facts.images.is_empty());
            let of_variants = product.facts.variants.iter().flat_map(|variant| &variant.images);
            for image in product.facts.images.iter().chain(of_variants) {
                assert!(pictures::draw(&image.url).is_some(), "{}", image.url);
                kinds.extend(image.url.trim_start_matches("/demo-pictures/").split('-').next().map(str::to_owned));
            }
        }
        assert!(kinds.len() >= 50, "{} kinds of pictures", kinds.len());
    }

    #[test]
    fn attributes_are_typed() {
        let shop = &*SHOP;
        let values = || shop.products.iter().flat_map(|product| product.facts.attributes.values());
        assert!(values().any(|value| matches!(value, AttributeValue::Flag(_))));
        assert!(values().any(|value| matches!(value, AttributeValue::Number(_))));
        assert!(values().any(|value| matches!(value, AttributeValue::Text(_))));
        assert!(values().any(|value| matches!(value, AttributeValue::List(_))));
        assert!(shop.products.iter().all(|product| product.facts.attributes.contains_key("weight_g")));
    }

    #[test]
    fn codes_in_skus_stand_for_one_thing_each() {
        let types = || departments::ALL.iter().flat_map(|department| department.groups).flat_map(|group| group.types);
        let codes: HashSet<_> = types().map(|product_type| product_type.code).collect();
        assert_eq!(codes.len(), types().count());
        let makers = || brands::ALL.iter().copied().flatten();
        let codes: HashSet<_> = makers().map(|brand| brand.code).collect();
        assert_eq!(codes.len(), makers().count());
    }

    #[test]
    fn texts_are_concrete_and_complete() {
        for product in &SHOP.products {
            let text = &product.facts.description;
            assert!(text.len() > 120 && text.len() < 1_200, "{}: {text}", product.facts.name);
            assert!(!text.contains("  ") && !text.contains('{') && text.ends_with('.'), "{text}");
        }
    }
}
