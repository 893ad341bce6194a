//! The page of one product.

use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};
use coheron_core::cart::{MAX_LINE_QUANTITY, TaxMode};
use coheron_core::document::{DocumentVariant, ProductDocument};
use coheron_core::money::{Currency, Money};
use coheron_storefront_api::shapes::checkout::ShippingRate;

use super::cart::amount;
use super::description::{excerpt, paragraphs};
use super::json_ld;
use super::label::{attribute_label, key_label};
use super::option_group::{OptionGroup, choose_variant, option_groups};
use super::picture::Picture;
use super::price::{PriceView, shown_amount};
use super::shell::{Crumb, Head, Shell, Shop};
use super::stock::StockView;
use crate::listing_address::ListingAddress;
use crate::marks::{AGE_MARK, FORM_MARK, RELATED_MARK};

const MOST_PICTURES: usize = 7;

#[derive(Debug, Template)]
#[template(path = "product.html")]
pub struct ProductPage {
    pub shell: Shell,
    pub crumbs: Vec<Crumb>,
    pub name: String,
    pub brand: Option<BrandLink>,
    /// SKU of the chosen variant, or of the product without variants.
    pub sku: String,
    pub gallery: Vec<Picture>,
    pub price: Option<PriceView>,
    /// What the price contains, and what is put on top of it.
    pub price_note: &'static str,
    /// Delivery and returns, in a few words each.
    pub promises: Vec<String>,
    pub option_groups: Vec<OptionGroup>,
    pub stock: StockView,
    /// None for what cannot be bought now.
    pub offer: Option<Offer>,
    /// When the stock figure was confirmed, for machines; `AGE_MARK` stands beside it.
    pub stock_time: Option<String>,
    pub description: Vec<String>,
    pub facts: Vec<Fact>,
}

/// What the form that puts the product into the cart needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub price_minor: i64,
    pub currency: Currency,
    /// The most pieces at once.
    pub most: i64,
    pub form_mark: &'static str,
}

impl Offer {
    pub fn price(&self) -> Money {
        Money::new(self.price_minor, self.currency)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandLink {
    pub name: String,
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl ProductPage {
    const AGE_MARK: &str = AGE_MARK;
    const RELATED_MARK: &str = RELATED_MARK;

    /// An unknown variant shows the one that is shown first.
    pub fn new(shop: &Shop, tax_mode: TaxMode, document: &ProductDocument, variant_sku: Option<&str>) -> Self {
        let variant = choose_variant(document, variant_sku);
        let crumbs = crumbs(document);
        let gallery = Picture::gallery(document, variant, MOST_PICTURES);
        let head = head(shop, document, &crumbs, &gallery);
        let root_url = crumbs.get(1).and_then(|crumb| crumb.url.clone());
        Self {
            shell: Shell::new(shop, head).with_current(root_url.as_deref()),
            name: document.name.clone(),
            brand: document.brand.as_ref().map(|name| brand_link(shop, name)),
            sku: variant.map_or(&document.sku, |variant| &variant.sku).as_str().to_owned(),
            gallery,
            price: price(document, variant),
            price_note: price_note(tax_mode),
            offer: offer(shop, document, variant),
            promises: return_words(shop).into_iter().collect(),
            option_groups: variant.map(|variant| option_groups(document, variant)).unwrap_or_default(),
            stock: StockView::new(&variant.map_or(document.availability, |variant| variant.availability)),
            stock_time: stock_time(document).map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            description: paragraphs(&document.description),
            facts: facts(document, variant),
            crumbs,
        }
    }

    /// Names what sending one piece costs, in the cheapest way.
    pub fn promise_delivery(&mut self, cheapest: &ShippingRate) {
        self.promises.insert(0, delivery_words(cheapest));
    }
}

fn delivery_words(rate: &ShippingRate) -> String {
    let price = if rate.price.amount_minor == 0 { "free".to_owned() } else { amount(&rate.price) };
    format!("{}: {price}", rate.label)
}

fn return_words(shop: &Shop) -> Option<String> {
    shop.return_days.map(|days| format!("{days} days to return"))
}

/// When the ERP last told the stock that the page shows. Of several variants it is known for the latest figure alone,
/// which need not be that of the chosen one: there the page claims nothing.
pub fn stock_time(document: &ProductDocument) -> Option<DateTime<Utc>> {
    if document.variants.len() > 1 {
        return None;
    }
    document.stock_as_of.as_ref().map(|as_of| as_of.erp_time)
}

fn price(document: &ProductDocument, variant: Option<&DocumentVariant>) -> Option<PriceView> {
    match variant {
        Some(variant) => variant.price.map(|price| PriceView::new(price, variant.list_price)),
        None => document.price.map(|price| PriceView::new(price, document.list_price)),
    }
}

/// As cart and checkout sum up.
fn price_note(tax_mode: TaxMode) -> &'static str {
    match tax_mode {
        TaxMode::Included => "incl. VAT, plus delivery",
        TaxMode::Added => "plus VAT and delivery",
    }
}

fn offer(shop: &Shop, document: &ProductDocument, variant: Option<&DocumentVariant>) -> Option<Offer> {
    let (price, availability) = match variant {
        Some(variant) => (variant.price?, variant.availability),
        None => (document.price?, document.availability),
    };
    if price.currency != shop.currency || !availability.is_orderable() {
        return None;
    }
    let most = availability.quantity.unwrap_or(1).clamp(1, i64::from(MAX_LINE_QUANTITY));
    Some(Offer { price_minor: price.amount_minor, currency: price.currency, most, form_mark: FORM_MARK })
}

fn crumbs(document: &ProductDocument) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb { name: "Home".to_owned(), url: Some("/".to_owned()) }];
    let path = document.categories.first().map(|category| category.path.as_slice()).unwrap_or_default();
    crumbs.extend(path.iter().map(|step| Crumb {
        name: step.name.clone(),
        url: Some(coheron_core::document::category_url(&step.id, &step.name)),
    }));
    crumbs
}

fn head(shop: &Shop, document: &ProductDocument, crumbs: &[Crumb], gallery: &[Picture]) -> Head {
    let title = match &document.brand {
        Some(brand) => format!("{}, {brand}", document.name),
        None => document.name.clone(),
    };
    let price = document.price.map(|price| format!("{}. ", shown_amount(price))).unwrap_or_default();
    let text = match document.description.is_empty() {
        true => format!("{} at {}, with current price and stock.", document.name, shop.name),
        false => document.description.clone(),
    };
    let picture = gallery.first().filter(|picture| **picture != Picture::missing());
    Head {
        title,
        description: format!("{price}{}", excerpt(&text, 150)),
        canonical: Some(shop.absolute(&document.url)),
        kind: "product",
        image: picture.map(|picture| shop.absolute(&picture.url)),
        json_ld: vec![
            json_ld::for_script(&json_ld::product(shop, document)),
            json_ld::for_script(&json_ld::breadcrumbs(shop, crumbs, &document.url)),
        ],
        ..Head::default()
    }
}

fn brand_link(shop: &Shop, name: &str) -> BrandLink {
    let everything = ListingAddress::for_search(shop.currency, std::iter::empty());
    let url = everything.map(|address| address.changed(|query| query.brands = vec![name.to_owned()]).href());
    BrandLink { name: name.to_owned(), url: url.unwrap_or_else(|_| "/search".to_owned()) }
}

fn facts(document: &ProductDocument, variant: Option<&DocumentVariant>) -> Vec<Fact> {
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let chosen = variant.into_iter().flat_map(|variant| &variant.options);
    let mut facts: Vec<Fact> =
        chosen.map(|(key, value)| fact(&key_label(key), super::label::value_label(key, value))).collect();
    // Feeds repeat all colours of a product among its attributes; the chosen one has been told already.
    let is_option = |key: &str| variant.is_some_and(|variant| variant.options.contains_key(key));
    for (key, value) in document.attributes.iter().filter(|(key, _)| !is_option(key)) {
        let shown = attribute_label(key, value);
        if !shown.is_empty() {
            facts.push(fact(&key_label(key), shown));
        }
    }
    facts.extend(document.brand.iter().map(|brand| fact("Brand", brand.clone())));
    let sku = variant.map_or(&document.sku, |variant| &variant.sku);
    facts.push(fact("Article number", sku.as_str().to_owned()));
    facts.extend(document.mpn.iter().map(|mpn| fact("Maker's number", mpn.clone())));
    facts.extend(document.gtins.first().map(|gtin| fact("GTIN", gtin.clone())));
    facts
}

#[cfg(test)]
mod tests {
    use coheron_core::attribute::AttributeValue;

    use super::*;
    use crate::view::sample;

    #[test]
    fn shows_the_chosen_variant() {
        let mut document = sample::shirt();
        let colours = AttributeValue::List(vec!["Sky".to_owned(), "Moss".to_owned()]);
        document.attributes.insert("colour".to_owned(), colours);
        let page = ProductPage::new(&sample::shop(), TaxMode::Included, &document, Some("PW-TS-MOSS-L"));
        assert_eq!(page.price.as_ref().map(|price| price.now.as_str()), Some("€34.00"));
        assert_eq!(page.stock.words, "Sold out");
        assert_eq!(page.offer, None);
        assert_eq!(page.sku, "PW-TS-MOSS-L");
        assert_eq!(page.gallery[0].url, "/demo-pictures/tee-moss-3.svg");
        let html = page.render().expect("HTML");
        assert_eq!(page.facts.iter().filter(|fact| fact.label == "Colour").count(), 1);
        assert_eq!(html.matches(RELATED_MARK).count(), 1);
        assert!(html.contains(r#"<link rel="canonical" href="https://shop.example/p/PW-TS/"#));
        assert!(html.contains("application/ld+json"));
    }

    #[test]
    fn the_age_of_a_figure_stands_only_beside_that_figure() {
        let marks = |document: &ProductDocument| {
            let page = ProductPage::new(&sample::shop(), TaxMode::Included, document, None);
            page.render().expect("HTML").matches(AGE_MARK).count()
        };
        let mut document = sample::shirt();
        assert_eq!(marks(&document), 0, "it may be another variant's");
        document.variants.truncate(1);
        assert_eq!(marks(&document), 1);
        assert_eq!(marks(&sample::mug()), 1);
    }

    #[test]
    fn texts_of_the_feed_are_in_the_language_of_the_shop_and_the_rest_is_english() {
        let shop = Shop { catalogue_lang: "de".to_owned(), ..sample::shop() };
        let html = ProductPage::new(&shop, TaxMode::Included, &sample::mug(), None).render().expect("HTML");
        assert!(html.contains(r#"<html lang="en">"#) && html.contains(r#"<h1 lang="de">Stoneware"#), "{html}");
        assert!(html.contains(r#"<div class="prose" lang="de">"#) && html.contains(r#"<td lang="de">Stoneware"#));
    }

    #[test]
    fn what_can_be_bought_has_a_form() {
        let page = ProductPage::new(&sample::shop(), TaxMode::Included, &sample::shirt(), Some("PW-TS-MOSS-M"));
        assert_eq!(page.offer.as_ref().map(|offer| (offer.price_minor, offer.most)), Some((3_200, 9)));
        let html = page.render().expect("HTML");
        assert!(html.contains(r#"name="sku" value="PW-TS-MOSS-M""#) && html.contains(FORM_MARK));
        let mut dollars = sample::shop();
        dollars.currency = coheron_core::money::Currency::parse("USD").expect("a currency");
        assert_eq!(ProductPage::new(&dollars, TaxMode::Included, &sample::shirt(), None).offer, None);
    }

    #[test]
    fn delivery_and_returns_are_told_beside_the_price() {
        let page = ProductPage::new(&sample::shop(), TaxMode::Included, &sample::shirt(), None);
        let price = page.offer.as_ref().expect("an offer").price();
        let with_delivery = |amount_minor| {
            let rate = ShippingRate {
                method: "standard".to_owned(),
                label: "Standard delivery".to_owned(),
                price: Money::new(amount_minor, price.currency).into(),
            };
            let mut page = ProductPage::new(&sample::shop(), TaxMode::Included, &sample::shirt(), None);
            page.promise_delivery(&rate);
            page.render().expect("HTML")
        };
        assert!(with_delivery(490).contains("<li>Standard delivery: €4.90</li>"));
        assert!(with_delivery(0).contains("<li>Standard delivery: free</li>"));
        assert!(page.render().expect("HTML").contains("<li>30 days to return</li>"));
    }

    #[test]
    fn the_price_says_whether_tax_comes_on_top() {
        let html = |tax_mode| ProductPage::new(&sample::shop(), tax_mode, &sample::mug(), None).render().expect("HTML");
        let (included, added) = (html(TaxMode::Included), html(TaxMode::Added));
        assert!(included.contains(">incl. VAT, plus delivery<") && !included.contains("plus VAT"));
        assert!(added.contains(">plus VAT and delivery<") && !added.contains("incl. VAT"));
    }

    #[test]
    fn a_bare_product_renders_too() {
        let mut document = sample::mug();
        document.brand = None;
        document.description.clear();
        document.categories.clear();
        document.attributes.clear();
        document.images.clear();
        document.price = None;
        document.stock_as_of = None;
        document.availability = coheron_core::document::Availability::of_quantity(None);
        let page = ProductPage::new(&sample::shop(), TaxMode::Included, &document, None);
        let html = page.render().expect("HTML");
        assert!(html.contains("Stock not known yet"));
        assert!(!html.contains(AGE_MARK));
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let evil = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>";
        let mut document = sample::shirt();
        document.name = evil.to_owned();
        document.description = format!("a \"quote\" {evil}");
        document.brand = Some(evil.to_owned());
        document.mpn = Some(evil.to_owned());
        document.attributes.insert(evil.to_owned(), AttributeValue::Text(evil.to_owned()));
        document.variants[0].options.insert("size".to_owned(), evil.to_owned());
        document.images[0].alt = "\" onerror=\"alert(1)".to_owned();
        let html = ProductPage::new(&sample::shop(), TaxMode::Included, &document, None).render().expect("HTML");
        assert!(!html.contains("<script>alert"));
        assert!(!html.contains("<img src=x"));
        assert!(!html.contains("\" onerror=\""));
    }
}
