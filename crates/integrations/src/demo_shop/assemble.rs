//! Makes the products of one type.

use chrono::{DateTime, Duration, Utc};
use coheron_core::attribute::{AttributeValue, Attributes};
use coheron_core::change::{Image, ProductFacts, VariantFacts};
use coheron_core::sku::Sku;
use indexmap::IndexMap;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::DemoProduct;
use super::colours::{Colour, colours_for};
use super::pictures::{View, picture_url};
use super::pricing::{price, stock};
use super::product_type::{Brand, Detail, Extra, Material, Measure, MeasureAttribute, ProductType, Size};
use super::text::{describe, name_of};

/// The newest products of the demo shop came into the range on this day (2026-10-15, 08:00 UTC). Fixed, because two
/// runs must be equal.
const NEWEST_RELEASE_SECONDS: i64 = 1_792_051_200;
const OLDEST_RELEASE_DAYS: f64 = 1_400.0;

/// One combination out of a type's tables.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub product_type: &'static ProductType,
    pub brand: &'static Brand,
    pub material: &'static Material,
    pub detail: &'static Detail,
    pub measure: Option<&'static Measure>,
    pub weight_g: u32,
}

/// What of a product can be sold: one per colour and size.
struct Sellable {
    sku: Sku,
    colour: &'static Colour,
    size: Option<&'static Size>,
}

pub(super) fn assemble_products(
    rng: &mut ChaCha8Rng,
    product_type: &'static ProductType,
    category_id: &str,
) -> Vec<DemoProduct> {
    let mut combinations = combinations(product_type);
    combinations.shuffle(rng);
    combinations.truncate(product_type.count);
    let mut products = Vec::with_capacity(combinations.len());
    let mut number = 100;
    for (material, detail, measure) in combinations {
        number += rng.random_range(1..=9_u32);
        let weight_g = rng.random_range(product_type.weight_g.0..=product_type.weight_g.1) / 5 * 5;
        let choice =
            Choice { product_type, brand: pick(rng, product_type.brands), material, detail, measure, weight_g };
        products.extend(assemble_product(rng, choice, number, category_id));
    }
    products
}

fn combinations(
    product_type: &'static ProductType,
) -> Vec<(&'static Material, &'static Detail, Option<&'static Measure>)> {
    let measures: Vec<Option<&'static Measure>> =
        if product_type.measures.is_empty() { vec![None] } else { product_type.measures.iter().map(Some).collect() };
    let mut combinations = Vec::new();
    for material in product_type.materials {
        for detail in product_type.details {
            combinations.extend(measures.iter().map(|measure| (material, detail, *measure)));
        }
    }
    combinations
}

/// None only where the tables made an invalid SKU or currency, which a test rules out.
fn assemble_product(rng: &mut ChaCha8Rng, choice: Choice, number: u32, category_id: &str) -> Option<DemoProduct> {
    let Choice { product_type, brand, .. } = choice;
    let sku = Sku::parse(format!("{}-{}-{number}", brand.code, product_type.code)).ok()?;
    let colours = pick_colours(rng, choice);
    let name = name_of(&choice);
    let picture_seed = rng.random_range(1..1_000_u32);
    let sellables = sellables(&sku, product_type, &colours)?;
    let base = price::of_choice(rng, &choice)?;

    let mut images: Vec<Image> =
        colours.iter().map(|colour| image(product_type, &name, colour, picture_seed, View::Front)).collect();
    images.extend(colours.first().map(|colour| image(product_type, &name, colour, picture_seed, View::CloseUp)));

    let is_single = sellables.len() == 1 && product_type.sizes.is_empty();
    let variants = if is_single {
        Vec::new()
    } else {
        sellables
            .iter()
            .map(|sellable| VariantFacts {
                sku: sellable.sku.clone(),
                options: options(sellable),
                images: [View::Front, View::CloseUp]
                    .map(|view| image(product_type, &name, sellable.colour, picture_seed, view))
                    .into(),
            })
            .collect()
    };
    let prices = sellables
        .iter()
        .map(|sellable| (sellable.sku.clone(), base.for_size(sellable.size.map_or(100, |size| size.price_percent))))
        .collect();
    let stock =
        sellables.iter().map(|sellable| (sellable.sku.clone(), stock::of_sellable(rng, base.amount_minor))).collect();
    let facts = ProductFacts {
        description: describe(rng, &choice),
        brand: Some(brand.name.to_owned()),
        category_ids: vec![category_id.to_owned()],
        attributes: attributes(rng, &choice, &colours),
        images,
        variants,
        gtins: vec![gtin(rng)],
        mpn: Some(format!("{}{number}", product_type.code)),
        popularity: 0.0,
        released_at: released_at(rng),
        name,
    };
    Some(DemoProduct { sku, facts, prices, stock })
}

fn pick_colours(rng: &mut ChaCha8Rng, choice: Choice) -> Vec<&'static Colour> {
    let mut colours = colours_for(choice.material.name, choice.product_type.colours);
    colours.shuffle(rng);
    let most = if choice.product_type.sizes.is_empty() { 5 } else { 3 };
    colours.truncate(rng.random_range(1..=most));
    colours
}

fn sellables(sku: &Sku, product_type: &'static ProductType, colours: &[&'static Colour]) -> Option<Vec<Sellable>> {
    if product_type.sizes.is_empty() && colours.len() == 1 {
        return Some(vec![Sellable { sku: sku.clone(), colour: colours[0], size: None }]);
    }
    let mut sellables = Vec::new();
    for colour in colours {
        if product_type.sizes.is_empty() {
            let sku = Sku::parse(format!("{sku}-{}", colour.code)).ok()?;
            sellables.push(Sellable { sku, colour, size: None });
        }
        for size in product_type.sizes {
            let sku = Sku::parse(format!("{sku}-{}-{}", colour.code, size.code)).ok()?;
            sellables.push(Sellable { sku, colour, size: Some(size) });
        }
    }
    Some(sellables)
}

fn options(sellable: &Sellable) -> IndexMap<String, String> {
    let mut options = IndexMap::from([("colour".to_owned(), sellable.colour.name.to_owned())]);
    options.extend(sellable.size.map(|size| ("size".to_owned(), size.label.to_owned())));
    options
}

fn image(product_type: &ProductType, name: &str, colour: &Colour, seed: u32, view: View) -> Image {
    let colour_name = colour.name.to_lowercase();
    let alt = match view {
        View::Front => format!("{name}, {colour_name}"),
        View::CloseUp => format!("{name}, {colour_name}, close-up"),
    };
    Image { url: picture_url(product_type.picture, colour, seed, view), alt }
}

fn attributes(rng: &mut ChaCha8Rng, choice: &Choice, colours: &[&'static Colour]) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert("material".to_owned(), AttributeValue::Text(material_label(choice.material.name)));
    attributes.insert(
        "colour".to_owned(),
        AttributeValue::List(colours.iter().map(|colour| colour.name.to_owned()).collect()),
    );
    let sizes = choice.product_type.sizes;
    if !sizes.is_empty() {
        let labels = sizes.iter().map(|size| size.label.to_owned()).collect();
        attributes.insert("size".to_owned(), AttributeValue::List(labels));
    }
    if let Some(measure) = choice.measure {
        let (key, value) = match measure.attribute {
            MeasureAttribute::Number(key, value) => (key, AttributeValue::Number(value)),
            MeasureAttribute::Text(key) => (key, AttributeValue::Text(capitalised(measure.label))),
        };
        attributes.insert(key.to_owned(), value);
    }
    for extra in choice.product_type.extras {
        let (key, value) = match extra {
            Extra::Flag(key, percent) => (key, AttributeValue::Flag(rng.random_range(0..100) < *percent)),
            Extra::Number(key, values) => (key, AttributeValue::Number(*pick(rng, values))),
            Extra::Text(key, values) => (key, AttributeValue::Text((*pick(rng, values)).to_owned())),
            Extra::List(key, values) => {
                let mut chosen: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
                chosen.shuffle(rng);
                chosen.truncate(rng.random_range(1..=3));
                (key, AttributeValue::List(chosen))
            }
        };
        attributes.insert((*key).to_owned(), value);
    }
    for flag in choice.material.flags {
        attributes.insert((*flag).to_owned(), AttributeValue::Flag(true));
    }
    attributes.insert("weight_g".to_owned(), AttributeValue::Number(f64::from(choice.weight_g)));
    attributes.insert("made_in".to_owned(), AttributeValue::Text(choice.brand.made_in.to_owned()));
    attributes
}

/// The material by itself, where the name has it as an adjective.
fn material_label(name: &str) -> String {
    capitalised(&name.replace("-cased", " veneer").replace("fabric-covered", "fabric").replace('-', " "))
}

/// An EAN-13 in the range that is kept for use inside a shop, so it never names a real product.
fn gtin(rng: &mut ChaCha8Rng) -> String {
    let body = 200_000_000_000 + rng.random_range(0..10_000_000_000_u64);
    let digits = body.to_string();
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn released_at(rng: &mut ChaCha8Rng) -> Option<DateTime<Utc>> {
    let share: f64 = rng.random_range(0.0..1.0);
    // Squared, so that a shop's range is younger than an even spread would make it.
    let days = (share * share * OLDEST_RELEASE_DAYS) as i64;
    DateTime::from_timestamp(NEWEST_RELEASE_SECONDS, 0)?.checked_sub_signed(Duration::days(days))
}

pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// One of the values; the tables have no empty lists.
pub(super) fn pick<'values, Value>(rng: &mut ChaCha8Rng, values: &'values [Value]) -> &'values Value {
    &values[rng.random_range(0..values.len())]
}
