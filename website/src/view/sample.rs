//! A few products for tests.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::address::Address;
use coheron_core::as_of::AsOf;
use coheron_core::attribute::AttributeValue;
use coheron_core::change::Image;
use coheron_core::document::{
    Availability, CategoryCrumb, DocumentCategory, DocumentVariant, ProductDocument, product_url,
};
use coheron_core::money::{Currency, Money};
use coheron_core::order::{OrderStatus, PaymentStatus};
use coheron_core::ports::{FacetValue, SearchHit, SearchPage};
use coheron_core::sku::Sku;
use coheron_core::slug::slugify;
use coheron_platform::shapes;
use coheron_storefront_api::shapes::cart::{Cart, CartLine, CartNotice, CartTotals};
use coheron_storefront_api::shapes::order::{Order, OrderAddresses, OrderErp, OrderLine, OrderShippingMethod};
use indexmap::IndexMap;
use uuid::Uuid;

use super::shell::{Counting, Shop};
use crate::category_tree::{CategoryRow, CategoryTree};

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time")
}

pub fn eur(amount_minor: i64) -> Money {
    Money::new(amount_minor, Currency::parse("EUR").expect("a currency"))
}

pub fn shop() -> Shop {
    let row = |id: &str, parent: Option<&str>, name: &str, position: i32| CategoryRow {
        id: id.to_owned(),
        parent_id: parent.map(str::to_owned),
        name: name.to_owned(),
        position,
    };
    let mut rows = vec![
        row("kitchen", None, "Kitchen", 0),
        row("drinkware", Some("kitchen"), "Cups and mugs", 0),
        row("mugs", Some("drinkware"), "Mugs", 0),
        row("espresso", Some("drinkware"), "Espresso cups", 1),
    ];
    for (position, name) in (1..).zip(["Living", "Lighting", "Clothing", "Bags", "Sound", "Plants", "Garden", "Desk"]) {
        rows.push(row(&name.to_lowercase(), None, name, position));
    }
    Shop {
        name: "Harbour & Field".to_owned(),
        catalogue_lang: "en".to_owned(),
        currency: Currency::parse("EUR").expect("a currency"),
        base_url: "https://shop.example".to_owned(),
        categories: Arc::new(CategoryTree::new(rows)),
        total_products: 2_140,
        counting: Counting::AtOnce,
        return_days: Some(30),
        page_url: None,
        now: now(),
    }
}

pub fn mug() -> ProductDocument {
    let name = "Stoneware mug, 350 ml";
    let sku = Sku::parse("TW-MG-350").expect("a SKU");
    let as_of = AsOf {
        topic: "erp.product.change.v1".to_owned(),
        partition: 0,
        offset: 7,
        erp_time: now() - TimeDelta::seconds(2),
        entity_version: 1,
    };
    let crumb = |id: &str, name: &str| CategoryCrumb { id: id.to_owned(), name: name.to_owned() };
    ProductDocument {
        url: product_url(sku.as_str(), &slugify(name)),
        slug: slugify(name),
        sku,
        name: name.to_owned(),
        description: "A mug for long mornings, thrown in small batches.\n\nThe thick wall keeps tea warm.".to_owned(),
        brand: Some("Tidewater".to_owned()),
        categories: vec![DocumentCategory {
            id: "mugs".to_owned(),
            name: "Mugs".to_owned(),
            path: vec![crumb("kitchen", "Kitchen"), crumb("drinkware", "Cups and mugs"), crumb("mugs", "Mugs")],
        }],
        attributes: IndexMap::from([
            ("material".to_owned(), AttributeValue::Text("Stoneware".to_owned())),
            ("capacity_ml".to_owned(), AttributeValue::Number(350.0)),
            ("dishwasher_safe".to_owned(), AttributeValue::Flag(true)),
        ]),
        images: vec![Image { url: "/demo-pictures/mug-terracotta-7.svg".to_owned(), alt: String::new() }],
        price: Some(eur(1_800)),
        list_price: None,
        availability: Availability::of_quantity(Some(14)),
        variants: Vec::new(),
        gtins: vec!["4006381333931".to_owned()],
        mpn: Some("TW350".to_owned()),
        popularity: 0.5,
        released_at: None,
        updated_at: as_of.erp_time,
        stock_as_of: Some(as_of.clone()),
        as_of,
    }
}

/// Three colours in three sizes; moss is sold out in L, and L costs more.
pub fn shirt() -> ProductDocument {
    let mut document = mug();
    document.name = "Heavy cotton T-shirt, straight fit".to_owned();
    document.sku = Sku::parse("PW-TS").expect("a SKU");
    document.slug = slugify(&document.name);
    document.url = product_url("PW-TS", &document.slug);
    document.brand = Some("Plainweave".to_owned());
    document.images = vec![Image { url: "/demo-pictures/tee-sky-3.svg".to_owned(), alt: String::new() }];
    document.price = Some(eur(3_200));
    document.list_price = Some(eur(4_000));
    for colour in ["Sky", "Moss", "Sand"] {
        for size in ["S", "M", "L"] {
            let sold_out = colour == "Moss" && size == "L";
            document.variants.push(DocumentVariant {
                sku: Sku::parse(format!("PW-TS-{}-{size}", colour.to_uppercase())).expect("a SKU"),
                options: IndexMap::from([
                    ("colour".to_owned(), colour.to_owned()),
                    ("size".to_owned(), size.to_owned()),
                ]),
                images: vec![Image {
                    url: format!("/demo-pictures/tee-{}-3.svg", colour.to_lowercase()),
                    alt: format!("T-shirt in {colour}"),
                }],
                price: Some(eur(if size == "L" { 3_400 } else { 3_200 })),
                list_price: Some(eur(4_000)),
                availability: Availability::of_quantity(Some(if sold_out { 0 } else { 9 })),
            });
        }
    }
    document
}

pub fn hit(document: &ProductDocument) -> SearchHit {
    SearchHit {
        document_json: serde_json::to_string(document).expect("JSON"),
        highlight: IndexMap::from([("name".to_owned(), "Stoneware <mark>mug</mark>, 350 ml".to_owned())]),
    }
}

pub fn page() -> SearchPage {
    let values = |prefix: &str, count: u64| -> Vec<FacetValue> {
        (1..=count)
            .map(|number| FacetValue {
                value: format!("{prefix} {number}"),
                label: format!("{prefix} {number}"),
                count: 40 - number,
                selected: false,
            })
            .collect()
    };
    SearchPage {
        hits: vec![hit(&mug()), hit(&shirt())],
        total: 148,
        facets: IndexMap::from([("brand".to_owned(), values("Brand", 10)), ("material".to_owned(), values("Kind", 3))]),
        price_range_minor: Some((900, 21_995)),
        did_you_mean: None,
    }
}

/// Two shirts and a mug whose price has changed, without delivery.
pub fn cart() -> Cart {
    let line = |id: u128, document: &ProductDocument, sku: &str, quantity: u32, unit: i64| CartLine {
        id: Uuid::from_u128(id),
        sku: sku.to_owned(),
        name: document.name.clone(),
        url: Some(document.url.clone()),
        image_url: document.images.first().map(|image| image.url.clone()),
        options: IndexMap::new(),
        quantity,
        unit_price: Some(eur(unit).into()),
        line_total: Some(eur(unit * i64::from(quantity)).into()),
        availability: Availability::of_quantity(Some(9)).into(),
    };
    let shirt = CartLine {
        options: IndexMap::from([("colour".to_owned(), "Sky".to_owned()), ("size".to_owned(), "M".to_owned())]),
        ..line(1, &shirt(), "PW-TS-SKY-M", 2, 3_200)
    };
    Cart {
        id: Uuid::from_u128(42),
        version: 4,
        currency: "EUR".to_owned(),
        items: vec![shirt, line(2, &mug(), "TW-MG-350", 1, 1_800)],
        promotions: Vec::new(),
        totals: totals(8_200, 0),
        notices: vec![CartNotice {
            code: coheron_core::cart::NoticeCode::PriceChanged,
            sku: "TW-MG-350".to_owned(),
            message: "The price of Stoneware mug, 350 ml changed from €17.00 to €18.00".to_owned(),
        }],
        expires_at: now() + TimeDelta::days(30),
        token: None,
    }
}

pub fn address() -> Address {
    Address {
        name: "Ada Example".to_owned(),
        company: None,
        line1: "Lindenstraße 1".to_owned(),
        line2: None,
        city: "Berlin".to_owned(),
        region: None,
        postal_code: "10969".to_owned(),
        country: "DE".to_owned(),
        phone: None,
    }
}

/// The cart of `cart()`, ordered and not yet known to the ERP.
pub fn order() -> Order {
    let item = |line: CartLine| OrderLine {
        sku: line.sku,
        name: line.name,
        url: line.url,
        image_url: line.image_url,
        options: line.options,
        quantity: line.quantity,
        unit_price: line.unit_price.expect("a price"),
        line_total: line.line_total.expect("a price"),
    };
    Order {
        id: Uuid::from_u128(77),
        number: "100001".to_owned(),
        version: 1,
        status: OrderStatus::Placed,
        payment_status: PaymentStatus::Paid,
        fulfilment_status: OrderStatus::Placed.fulfilment(),
        currency: "EUR".to_owned(),
        email: "ada@example.com".to_owned(),
        items: cart().items.into_iter().map(item).collect(),
        totals: totals(8_200, 490),
        shipping_method: OrderShippingMethod { method: "standard".to_owned(), label: "Standard".to_owned() },
        addresses: OrderAddresses { shipping: address(), billing: None },
        created_at: now(),
        erp: OrderErp { document_number: None, acknowledged_at: None, status: None, note: None },
    }
}

/// With 19 % contained.
pub fn totals(subtotal: i64, shipping: i64) -> CartTotals {
    let total = subtotal + shipping;
    let money = |amount| shapes::Money::from(eur(amount));
    CartTotals {
        subtotal: money(subtotal),
        discount: money(0),
        shipping: money(shipping),
        tax: money((total * 19 + 59) / 119),
        total: money(total),
    }
}
