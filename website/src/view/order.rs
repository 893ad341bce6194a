//! The page of an order: thanks at first, later the place to look where it is.

use askama::Template;
use chrono::SecondsFormat;
use coheron_core::address::Address;
use coheron_core::order::{OrderStatus, PaymentStatus};
use coheron_storefront_api::shapes::order::{self, Order};
use uuid::Uuid;

use super::cart::amount;
use super::checkout_fields::sentence;
use super::countries::country_name;
use super::delivery::TotalsView;
use super::label::value_label;
use super::picture::Picture;
use super::shell::{Head, Indexing, Shell, Shop};
use crate::listing_address::encode;
use crate::marks::FORM_MARK;

#[derive(Debug, Template)]
#[template(path = "order.html")]
pub struct OrderPage {
    pub shell: Shell,
    pub heading: String,
    pub lead: String,
    /// Why the last thing the shopper asked for was not done.
    pub alert: Option<String>,
    pub status: OrderStatusView,
    /// After how many seconds a browser without scripts loads the page again.
    pub reload_seconds: Option<u32>,
    pub lines: Vec<OrderLine>,
    pub totals: TotalsView,
    pub currency: String,
    pub delivery: String,
    pub addresses: Vec<AddressView>,
}

/// The part that changes while the page is open.
#[derive(Debug, Clone)]
pub struct OrderStatusView {
    pub id: Uuid,
    /// The signature that lets its holder see the order.
    pub key: String,
    pub number: String,
    /// The status as scripts know it.
    pub name: &'static str,
    pub words: &'static str,
    /// Empty for a cancelled order.
    pub steps: Vec<OrderStep>,
    pub document_number: Option<String>,
    /// What stands there until the number comes.
    pub without_document: &'static str,
    pub payment: &'static str,
    pub created: String,
    pub created_at: String,
    /// What the ERP says beside its status.
    pub note: Option<String>,
    pub can_cancel: bool,
    /// When a script looks again; none for an order that will not change any more.
    pub next_look_seconds: Option<u32>,
    pub form_mark: &'static str,
}

#[derive(Debug, Template)]
#[template(path = "order_status.html")]
pub struct OrderStatusFragment {
    pub status: OrderStatusView,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderStep {
    pub label: &'static str,
    /// `done`, `current` or `open`.
    pub class: &'static str,
    pub state_words: &'static str,
    pub is_current: bool,
}

#[derive(Debug, Clone)]
pub struct OrderLine {
    pub sku: String,
    pub name: String,
    pub url: Option<String>,
    pub picture: Picture,
    pub options: String,
    pub quantity: u32,
    pub unit_price: String,
    pub unit_price_minor: i64,
    pub total: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressView {
    pub heading: &'static str,
    pub lines: Vec<String>,
}

const STEPS: [(OrderStatus, &str); 4] = [
    (OrderStatus::Placed, "Ordered"),
    (OrderStatus::Acknowledged, "Booked"),
    (OrderStatus::Shipped, "Shipped"),
    (OrderStatus::Completed, "Delivered"),
];

impl OrderPage {
    pub fn new(shop: &Shop, order: &Order, key: &str, alert: Option<String>) -> Self {
        let head = Head {
            title: format!("Order {}", order.number),
            indexing: Indexing::FollowOnly,
            kind: "website",
            ..Head::default()
        };
        let status = OrderStatusView::new(order, key);
        let billing = match &order.addresses.billing {
            Some(address) => address_view("Billing address", address),
            None => AddressView { heading: "Billing address", lines: vec!["Same as the delivery address".to_owned()] },
        };
        let addresses = vec![address_view("Delivery address", &order.addresses.shipping), billing];
        let (heading, lead) = greeting(order);
        Self {
            shell: Shell::new(shop, head),
            heading,
            lead,
            alert,
            reload_seconds: status.reload_seconds(),
            status,
            lines: order.items.iter().map(OrderLine::new).collect(),
            totals: TotalsView::new(&order.totals),
            currency: order.currency.clone(),
            delivery: order.shipping_method.label.clone(),
            addresses,
        }
    }
}

impl OrderStatusView {
    pub fn new(order: &Order, key: &str) -> Self {
        let document_number = order.erp.document_number.clone();
        Self {
            id: order.id,
            key: key.to_owned(),
            number: order.number.clone(),
            name: order.status.name(),
            words: words(order.status),
            steps: steps(order.status),
            without_document: if order.status.is_final() { "none" } else { "comes in a moment" },
            document_number,
            payment: match order.payment_status {
                PaymentStatus::Paid => "Paid",
                PaymentStatus::Refunding => "Refund on its way",
                PaymentStatus::Refunded => "Refunded",
            },
            created: order.created_at.format("%-d %B %Y, %H:%M UTC").to_string(),
            created_at: order.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            note: order.erp.note.as_deref().map(sentence).filter(|note| !note.is_empty()),
            can_cancel: matches!(order.status, OrderStatus::Placed | OrderStatus::Acknowledged),
            next_look_seconds: next_look(order.status, order.payment_status),
            form_mark: FORM_MARK,
        }
    }

    /// Only where something is about to happen: a reload takes a reader away from where they are.
    fn reload_seconds(&self) -> Option<u32> {
        const SHORTEST: u32 = 5;
        self.next_look_seconds.filter(|seconds| *seconds < SHORTEST).map(|_| SHORTEST)
    }
}

impl OrderLine {
    fn new(item: &order::OrderLine) -> Self {
        let options: Vec<String> = item.options.iter().map(|(key, value)| value_label(key, value)).collect();
        let url = item.url.as_ref().map(|url| match options.is_empty() {
            true => url.clone(),
            false => format!("{url}?variant={}", encode(&item.sku)),
        });
        Self {
            sku: item.sku.clone(),
            name: item.name.clone(),
            url,
            picture: item.image_url.as_deref().map_or_else(Picture::missing, |url| Picture::of_url(url, "")),
            options: options.join(", "),
            quantity: item.quantity,
            unit_price: amount(&item.unit_price),
            unit_price_minor: item.unit_price.amount_minor,
            total: amount(&item.line_total),
        }
    }
}

fn greeting(order: &Order) -> (String, String) {
    let first_name = order.addresses.shipping.name.split_whitespace().next().unwrap_or_default();
    match order.status {
        OrderStatus::Cancelled => (
            format!("Order {} is cancelled", order.number),
            "Nothing will be delivered, and you get back what you paid.".to_owned(),
        ),
        _ => (
            format!("Thank you, {first_name}"),
            format!("A confirmation is on its way to {}. This page shows where your order is.", order.email),
        ),
    }
}

fn words(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Placed => "We have your order and are booking it.",
        OrderStatus::Acknowledged => "Your order is booked. Next it leaves the warehouse.",
        OrderStatus::Shipped => "Your parcel is on its way.",
        OrderStatus::Completed => "Your order has been delivered.",
        OrderStatus::Cancelled => "This order was cancelled.",
    }
}

fn steps(status: OrderStatus) -> Vec<OrderStep> {
    let Some(reached) = STEPS.iter().position(|(step, _)| *step == status) else { return Vec::new() };
    STEPS
        .iter()
        .enumerate()
        .map(|(index, (_, label))| {
            let (class, state_words) = match index {
                index if index < reached => ("done", ", done"),
                index if index == reached => ("current", ", now"),
                _ => ("open", ", still to come"),
            };
            OrderStep { label, class, state_words, is_current: index == reached }
        })
        .collect()
}

fn next_look(status: OrderStatus, payment: PaymentStatus) -> Option<u32> {
    match (status, payment) {
        (OrderStatus::Placed, _) | (_, PaymentStatus::Refunding) => Some(2),
        (OrderStatus::Acknowledged | OrderStatus::Shipped, _) => Some(10),
        (OrderStatus::Completed | OrderStatus::Cancelled, _) => None,
    }
}

fn address_view(heading: &'static str, address: &Address) -> AddressView {
    let city = format!("{} {}", address.postal_code, address.city);
    let lines = [
        Some(address.name.clone()),
        address.company.clone(),
        Some(address.line1.clone()),
        address.line2.clone(),
        Some(city),
        address.region.clone(),
        Some(country_name(&address.country).to_owned()),
    ];
    AddressView { heading, lines: lines.into_iter().flatten().filter(|line| !line.trim().is_empty()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn the_page_tells_number_document_and_steps() {
        let mut order = sample::order();
        let page = OrderPage::new(&sample::shop(), &order, "k3y", None);
        assert_eq!((page.heading.as_str(), page.reload_seconds), ("Thank you, Ada", Some(5)));
        let html = page.render().expect("HTML");
        assert!(html.contains("100001") && html.contains("comes in a moment") && html.contains("€86.90"));
        assert!(html.contains("http-equiv=\"refresh\""));
        assert!(html.contains(&format!("/orders/{}/status?key=k3y", order.id)));

        order.status = OrderStatus::Acknowledged;
        order.erp.document_number = Some("SO-4711".to_owned());
        let page = OrderPage::new(&sample::shop(), &order, "k3y", None);
        assert_eq!(page.reload_seconds, None);
        let classes: Vec<&str> = page.status.steps.iter().map(|step| step.class).collect();
        assert_eq!(classes, ["done", "current", "open", "open"]);
        assert!(page.render().expect("HTML").contains("SO-4711"));
    }

    #[test]
    fn only_what_has_not_left_can_be_cancelled() {
        let mut order = sample::order();
        for (status, can_cancel) in [
            (OrderStatus::Placed, true),
            (OrderStatus::Acknowledged, true),
            (OrderStatus::Shipped, false),
            (OrderStatus::Completed, false),
            (OrderStatus::Cancelled, false),
        ] {
            order.status = status;
            let fragment = OrderStatusFragment { status: OrderStatusView::new(&order, "k") };
            assert_eq!(fragment.render().expect("HTML").contains("/cancel"), can_cancel, "{}", status.name());
        }
    }

    #[test]
    fn the_picture_counts_the_page_without_what_opens_the_order() {
        let order = sample::order();
        let own = format!("https://shop.example/orders/{}", order.id);
        let shop = Shop { page_url: Some(own), ..sample::shop() };
        let html = OrderPage::new(&shop, &order, "k3y", None).render().expect("HTML");
        let picture = format!("pixel.gif?url=https%3A//shop.example/orders/{}&amp;title=Order%20100001", order.id);
        assert!(html.contains(&picture), "{html}");
        let html = OrderPage::new(&sample::shop(), &order, "k3y", None).render().expect("HTML");
        assert!(html.contains("pixel.gif?title=Order%20100001"), "{html}");
    }

    #[test]
    fn scripts_look_until_nothing_can_change() {
        assert_eq!(next_look(OrderStatus::Cancelled, PaymentStatus::Refunding), Some(2));
        assert_eq!(next_look(OrderStatus::Cancelled, PaymentStatus::Refunded), None);
        assert_eq!(next_look(OrderStatus::Completed, PaymentStatus::Paid), None);
    }
}
