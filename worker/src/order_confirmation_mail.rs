//! The text of an order confirmation, as HTML and as plain text. A pure function of the order.

use askama::Template;
use coheron_core::address::Address;
use coheron_core::cart::TaxMode;
use coheron_core::commerce_ports::Mail;
use coheron_core::money::{Currency, Money};
use coheron_core::purchase::{Purchase, PurchasedLine};

/// What the mail is made of.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmedOrder<'a> {
    pub shop_name: &'a str,
    pub language: &'a str,
    pub number: i64,
    pub purchase: &'a Purchase,
    /// The order's own page; none where the shop has no address.
    pub link: Option<&'a str>,
    /// Equal for every attempt at this mail.
    pub message_id: &'a str,
}

#[derive(Template)]
#[template(path = "order_confirmation.html")]
struct HtmlPart<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "order_confirmation.txt")]
struct TextPart<'a> {
    view: &'a View<'a>,
}

struct View<'a> {
    shop_name: &'a str,
    language: &'a str,
    number: i64,
    lines: Vec<Line<'a>>,
    sums: Vec<Sum>,
    total: String,
    tax_note: Option<String>,
    shipping_address: Vec<String>,
    billing_address: Option<Vec<String>>,
    link: Option<&'a str>,
}

struct Line<'a> {
    name: &'a str,
    /// `Colour: oak, Size: L`; empty where nothing sets the product apart.
    options: String,
    sku: &'a str,
    quantity: u32,
    unit_price: String,
    line_total: String,
}

struct Sum {
    label: String,
    amount: String,
}

pub fn order_confirmation_mail(order: &ConfirmedOrder<'_>) -> Result<Mail, askama::Error> {
    let view = View::of(order);
    let shop_name: String =
        order.shop_name.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    Ok(Mail {
        to: order.purchase.email.clone(),
        subject: format!("Your order {} at {shop_name}", order.number),
        text: TextPart { view: &view }.render()?,
        html: HtmlPart { view: &view }.render()?,
        message_id: order.message_id.to_owned(),
    })
}

impl<'a> View<'a> {
    fn of(order: &ConfirmedOrder<'a>) -> Self {
        let purchase = order.purchase;
        let total = purchase.totals.total;
        Self {
            shop_name: order.shop_name,
            language: order.language,
            number: order.number,
            lines: purchase.lines.iter().map(|line| Line::of(line, total.currency)).collect(),
            sums: sums(purchase),
            total: total.display_for_shoppers(),
            tax_note: tax_note(purchase),
            shipping_address: address_lines(&purchase.shipping_address),
            billing_address: purchase.billing_address.as_ref().map(address_lines),
            link: order.link,
        }
    }
}

impl<'a> Line<'a> {
    fn of(line: &'a PurchasedLine, currency: Currency) -> Self {
        let options: Vec<String> =
            line.options.iter().map(|(name, value)| format!("{}: {value}", label(name))).collect();
        Self {
            name: &line.name,
            options: options.join(", "),
            sku: &line.sku,
            quantity: line.quantity,
            unit_price: Money::new(line.unit_price_minor, currency).display_for_shoppers(),
            line_total: Money::new(line.line_total_minor, currency).display_for_shoppers(),
        }
    }
}

/// `seat_height` is read as `Seat height`.
fn label(attribute: &str) -> String {
    let words = attribute.replace('_', " ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => words,
    }
}

/// What adds up to the total, in the order of the calculation.
fn sums(purchase: &Purchase) -> Vec<Sum> {
    let totals = &purchase.totals;
    let mut sums = vec![Sum { label: "Subtotal".to_owned(), amount: totals.subtotal.display_for_shoppers() }];
    if totals.discount.amount_minor > 0 {
        let amount = format!("−{}", totals.discount.display_for_shoppers());
        sums.push(Sum { label: "Discount".to_owned(), amount });
    }
    let shipping =
        if totals.shipping.amount_minor == 0 { "Free".to_owned() } else { totals.shipping.display_for_shoppers() };
    sums.push(Sum { label: purchase.shipping_label.clone(), amount: shipping });
    if purchase.tax_rule.mode == TaxMode::Added {
        let label = format!("Tax, {}", percent(purchase.tax_rule.rate_basis_points));
        sums.push(Sum { label, amount: totals.tax.display_for_shoppers() });
    }
    sums
}

fn tax_note(purchase: &Purchase) -> Option<String> {
    let is_contained = purchase.tax_rule.mode == TaxMode::Included && purchase.totals.tax.amount_minor > 0;
    is_contained.then(|| {
        let rate = percent(purchase.tax_rule.rate_basis_points);
        format!("Includes {} of tax ({rate})", purchase.totals.tax.display_for_shoppers())
    })
}

/// 1,900 basis points are `19%`, 725 are `7.25%`.
fn percent(basis_points: u32) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    if rest == 0 {
        return format!("{whole}%");
    }
    format!("{whole}.{}%", format!("{rest:02}").trim_end_matches('0'))
}

fn address_lines(address: &Address) -> Vec<String> {
    let mut lines = vec![address.name.clone()];
    lines.extend(address.company.clone());
    lines.push(address.line1.clone());
    lines.extend(address.line2.clone());
    lines.push(format!("{} {}", address.postal_code, address.city));
    lines.extend(address.region.clone());
    lines.push(address.country.clone());
    lines
}

#[cfg(test)]
mod tests {
    use coheron_core::cart::{TaxRule, Totals};
    use indexmap::IndexMap;

    use super::*;

    fn purchase() -> Purchase {
        let euros = |amount_minor| Money::new(amount_minor, Currency::parse("EUR").expect("a currency"));
        Purchase {
            email: "ada@example.com".to_owned(),
            shipping_address: Address {
                name: "Ada <b>Example</b>".to_owned(),
                company: None,
                line1: "Lindenstraße 1".to_owned(),
                line2: None,
                city: "Berlin".to_owned(),
                region: None,
                postal_code: "10969".to_owned(),
                country: "DE".to_owned(),
                phone: None,
            },
            billing_address: None,
            shipping_method: "standard".to_owned(),
            shipping_label: "Standard delivery".to_owned(),
            lines: vec![PurchasedLine {
                sku: "CHAIR-OAK".to_owned(),
                name: "Chair & <script>table".to_owned(),
                url: None,
                image_url: None,
                options: IndexMap::from([("seat_colour".to_owned(), "Oak".to_owned())]),
                quantity: 2,
                unit_price_minor: 4_950,
                line_total_minor: 9_900,
            }],
            totals: Totals {
                subtotal: euros(9_900),
                discount: euros(0),
                shipping: euros(490),
                tax: euros(1_659),
                total: euros(10_390),
            },
            tax_rule: TaxRule { mode: TaxMode::Included, rate_basis_points: 1_900 },
        }
    }

    fn mail(purchase: &Purchase) -> Mail {
        let order = ConfirmedOrder {
            shop_name: "linden & loft",
            language: "en",
            number: 100_001,
            purchase,
            link: Some("https://shop.example/orders/1?key=ab"),
            message_id: "order-1@shop.example",
        };
        order_confirmation_mail(&order).expect("a mail")
    }

    #[test]
    fn both_parts_say_what_was_bought_and_where_it_goes() {
        let mail = mail(&purchase());
        assert_eq!(
            (mail.to.as_str(), mail.subject.as_str()),
            ("ada@example.com", "Your order 100001 at linden & loft")
        );
        for part in [&mail.text, &mail.html] {
            for expected in
                ["100001", "CHAIR-OAK", "Seat colour: Oak", "€49.50", "€99.00", "€4.90", "€103.90", "€16.59", "19%"]
            {
                assert!(part.contains(expected), "{expected} is missing in\n{part}");
            }
            assert!(part.contains("https://shop.example/orders/1?key=ab"), "{part}");
            assert!(part.contains("10969 Berlin"), "{part}");
        }
        assert!(mail.text.contains("Chair & <script>table"), "{}", mail.text);
    }

    #[test]
    fn what_was_typed_is_text_and_never_markup() {
        let html = mail(&purchase()).html;
        assert!(!html.contains("<script>") && !html.contains("<b>Example"), "{html}");
        assert!(html.contains("Chair &#38; &#60;script&#62;table"), "{html}");
    }

    #[test]
    fn tax_that_is_added_is_a_sum_of_its_own() {
        let mut purchase = purchase();
        purchase.tax_rule = TaxRule { mode: TaxMode::Added, rate_basis_points: 725 };
        purchase.totals.shipping.amount_minor = 0;
        purchase.totals.discount.amount_minor = 100;
        let text = mail(&purchase).text;
        assert!(text.contains("Tax, 7.25%") && !text.contains("Includes"), "{text}");
        assert!(text.contains("Free") && text.contains("−€1.00"), "{text}");
    }

    #[test]
    fn a_shop_name_cannot_break_the_subject() {
        let purchase = purchase();
        let order = ConfirmedOrder {
            shop_name: "Shop\r\nBcc: eve@example.com",
            language: "en",
            number: 1,
            purchase: &purchase,
            link: None,
            message_id: "order-1@shop.example",
        };
        let mail = order_confirmation_mail(&order).expect("a mail");
        assert!(!mail.subject.chars().any(char::is_control), "{}", mail.subject);
        assert!(!mail.html.contains("href="), "{}", mail.html);
    }
}
