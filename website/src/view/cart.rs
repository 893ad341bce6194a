//! The cart: as a page, and as the drawer beside a page.

use askama::Template;
use coheron_core::money::{Currency, Money};
use coheron_platform::shapes;
use coheron_storefront_api::shapes::cart::{Cart, CartLine, CartNotice};
use uuid::Uuid;

use super::cart_link::piece_count;
use super::delivery::TotalsView;
use super::label::value_label;
use super::picture::Picture;
use super::price::shown_amount;
use super::shell::{Head, Indexing, Shell, Shop};
use crate::listing_address::encode;
use crate::marks::FORM_MARK;

/// A cart in the words of a shop.
#[derive(Debug, Clone, Default)]
pub struct CartView {
    pub lines: Vec<CartLineView>,
    pub pieces: u32,
    /// Sum of the lines that can be bought.
    pub subtotal: String,
    pub subtotal_minor: i64,
    pub currency: String,
    /// Prices of lines, or lines themselves, that are not as the shopper put them in.
    pub has_notices: bool,
    /// Every line can be bought as it is.
    pub is_orderable: bool,
}

#[derive(Debug, Clone)]
pub struct CartLineView {
    pub id: Uuid,
    pub sku: String,
    pub name: String,
    /// None for what is no longer for sale.
    pub url: Option<String>,
    pub picture: Picture,
    /// `Sky, M`; empty for a product without variants.
    pub options: String,
    pub quantity: u32,
    pub unit_price: Option<String>,
    pub unit_price_minor: Option<i64>,
    pub total: Option<String>,
    pub notices: Vec<LineNotice>,
}

/// What the shopper has to know about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineNotice {
    pub words: String,
    /// `info` or `bad`: whether the line can be bought all the same.
    pub class: &'static str,
}

#[derive(Debug, Template)]
#[template(path = "cart.html")]
pub struct CartPage {
    pub shell: Shell,
    pub cart: CartView,
    /// Why the last change was not made.
    pub alert: Option<String>,
    /// With the cheapest delivery, where it is known.
    pub estimate: Option<Estimate>,
    pub form_mark: &'static str,
}

/// What the cart comes to by the cheapest delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    pub totals: TotalsView,
    /// There are dearer ways too, and the shopper chooses later.
    pub is_lowest: bool,
}

#[derive(Debug, Template)]
#[template(path = "cart_drawer.html")]
pub struct CartDrawer {
    pub cart: CartView,
    pub alert: Option<String>,
    pub form_mark: &'static str,
}

impl CartView {
    pub fn new(cart: &Cart) -> Self {
        let lines: Vec<CartLineView> = cart.items.iter().map(|line| CartLineView::new(line, &cart.notices)).collect();
        Self {
            pieces: pieces(cart),
            subtotal: amount(&cart.totals.subtotal),
            subtotal_minor: cart.totals.subtotal.amount_minor,
            currency: cart.currency.clone(),
            has_notices: lines.iter().any(|line| !line.notices.is_empty()),
            is_orderable: !lines.is_empty() && lines.iter().all(CartLineView::is_orderable),
            lines,
        }
    }

    /// `3 pieces`.
    pub fn count(&self) -> String {
        piece_count(self.pieces)
    }
}

impl CartLineView {
    fn new(line: &CartLine, notices: &[CartNotice]) -> Self {
        use coheron_core::cart::NoticeCode;

        let of_line = notices.iter().filter(|notice| notice.sku == line.sku).map(|notice| LineNotice {
            words: notice.message.clone(),
            class: if notice.code == NoticeCode::PriceChanged { "info" } else { "bad" },
        });
        let options: Vec<String> = line.options.iter().map(|(key, value)| value_label(key, value)).collect();
        Self {
            id: line.id,
            sku: line.sku.clone(),
            name: line.name.clone(),
            url: line.url.as_deref().map(|url| variant_url(url, line)),
            picture: line.image_url.as_deref().map_or_else(Picture::missing, |url| Picture::of_url(url, "")),
            options: options.join(", "),
            quantity: line.quantity,
            unit_price: line.unit_price.as_ref().map(amount),
            unit_price_minor: line.unit_price.as_ref().map(|price| price.amount_minor),
            total: line.line_total.as_ref().map(amount),
            notices: of_line.collect(),
        }
    }

    fn is_orderable(&self) -> bool {
        self.total.is_some() && self.notices.iter().all(|notice| notice.class == "info")
    }

    /// The class of the gravest notice.
    pub fn notice_class(&self) -> Option<&'static str> {
        if self.notices.is_empty() { None } else { Some(if self.is_orderable() { "info" } else { "bad" }) }
    }
}

/// The product page, with this variant chosen where there are several.
fn variant_url(url: &str, line: &CartLine) -> String {
    if line.options.is_empty() { url.to_owned() } else { format!("{url}?variant={}", encode(&line.sku)) }
}

impl CartPage {
    pub fn new(shop: &Shop, cart: CartView, alert: Option<String>, estimate: Option<Estimate>) -> Self {
        let head =
            Head { title: "Cart".to_owned(), indexing: Indexing::FollowOnly, kind: "website", ..Head::default() };
        Self { shell: Shell::new(shop, head), cart, alert, estimate, form_mark: FORM_MARK }
    }
}

impl CartDrawer {
    pub fn new(cart: CartView, alert: Option<String>) -> Self {
        Self { cart, alert, form_mark: FORM_MARK }
    }
}

/// Pieces of all lines.
pub fn pieces(cart: &Cart) -> u32 {
    cart.items.iter().fold(0, |sum, line| sum.saturating_add(line.quantity))
}

/// An amount of the storefront as a shop writes it.
pub fn amount(money: &shapes::Money) -> String {
    match Currency::parse(&money.currency) {
        Ok(currency) => shown_amount(Money::new(money.amount_minor, currency)),
        Err(_) => money.formatted.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn lines_carry_their_notices_and_block_the_way_where_they_must() {
        let cart = CartView::new(&sample::cart());
        assert_eq!((cart.pieces, cart.subtotal.as_str(), cart.lines.len()), (3, "€82.00", 2));
        assert_eq!(cart.lines[0].options, "Sky, M");
        assert_eq!(cart.lines[0].total.as_deref(), Some("€64.00"));
        assert_eq!(cart.lines[1].notice_class(), Some("info"));
        assert!(cart.has_notices && cart.is_orderable);
        let mut gone = sample::cart();
        gone.items[1].line_total = None;
        assert!(!CartView::new(&gone).is_orderable);
    }

    #[test]
    fn page_and_drawer_are_signed_forms() {
        let view = CartView::new(&sample::cart());
        let estimate = Estimate { totals: TotalsView::new(&sample::totals(8_200, 490)), is_lowest: true };
        let page = CartPage::new(&sample::shop(), view.clone(), None, Some(estimate)).render().expect("HTML");
        assert!(page.contains("from €4.90") && page.contains("€86.90"));
        let drawer = CartDrawer::new(view, Some("It is <sold out>".to_owned())).render().expect("HTML");
        for html in [&page, &drawer] {
            assert_eq!(html.matches("method=\"post\"").count(), html.matches(FORM_MARK).count());
            assert!(html.matches(FORM_MARK).count() >= 4, "two forms per line");
            assert!(html.contains("T-shirt") && html.contains("€82.00") && html.contains("/checkout"));
        }
        assert!(drawer.contains("&#60;sold out&#62;") && !drawer.contains("<html"));
    }

    #[test]
    fn an_empty_cart_leads_back_to_the_shelves() {
        let html = CartPage::new(&sample::shop(), CartView::default(), None, None).render().expect("HTML");
        assert!(html.contains("Your cart is empty") && html.contains("Kitchen"));
        assert!(!html.contains("/checkout"));
        assert!(CartDrawer::new(CartView::default(), None).render().expect("HTML").contains("Your cart is empty"));
    }
}
