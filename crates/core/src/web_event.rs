//! What a visitor did: the record of `web.event.v1`, its limits and its checks.

mod address_text;
mod device;
mod times;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::change::FieldProblem;
use crate::ids::SiteId;
use crate::money::Currency;
use crate::sku::MAX_SKU_BYTES;

pub use address_text::{path_of, without_secrets};
pub use device::Device;
pub use times::{OLDEST_ACCEPTED, time_of_event};

/// Largest body of one request, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// Most events of one request.
pub const MAX_EVENTS: usize = 100;
/// Most items of one event.
pub const MAX_ITEMS: usize = 50;
/// Most parameters of one event.
pub const MAX_PARAMS: usize = 30;
/// Longest name of an event or a parameter, in bytes.
pub const MAX_NAME_BYTES: usize = 40;
/// Longest address of a page or referrer, in bytes.
pub const MAX_URL_BYTES: usize = 2_000;
/// Longest other text, in bytes.
pub const MAX_TEXT_BYTES: usize = 500;
/// Longest session or order number, in bytes.
pub const MAX_KEY_BYTES: usize = 64;

/// The names that reports know, as GA4 has them. Others are kept too and mean what their sender says.
pub mod names {
    pub const PAGE_VIEW: &str = "page_view";
    pub const VIEW_ITEM: &str = "view_item";
    pub const VIEW_ITEM_LIST: &str = "view_item_list";
    pub const SEARCH: &str = "search";
    pub const ADD_TO_CART: &str = "add_to_cart";
    pub const BEGIN_CHECKOUT: &str = "begin_checkout";
    pub const PURCHASE: &str = "purchase";
}

/// One event as JSON on the topic. Its sender's clock, its address and its user agent are gone: what is left of them is
/// `occurred_at`, `visitor_id` and `device`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebEvent {
    /// Chosen by the sender: an event that came twice counts once.
    pub event_id: Uuid,
    pub site_id: SiteId,
    pub name: String,
    /// By our clock; never later than `received_at`.
    #[serde(with = "times::milliseconds")]
    pub occurred_at: DateTime<Utc>,
    #[serde(with = "times::milliseconds")]
    pub received_at: DateTime<Utc>,
    /// The same for one address and user agent on one site during one day (UTC), and for nothing else.
    pub visitor_id: String,
    /// One open tab of a browser, as the script counts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(default)]
    pub page: WebPage,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<WebEventItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_term: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    pub device: Device,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// Where it happened. Empty for events that no page sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WebPage {
    /// Without the parameters that let whoever has them in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WebEventItem {
    pub sku: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Of one piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl WebPage {
    /// A page by its address, from which what lets people in is taken away.
    pub fn at(url: Option<&str>, title: Option<String>, referrer: Option<&str>) -> Self {
        let url = url.filter(|url| !url.is_empty()).map(without_secrets);
        Self {
            path: url.as_deref().map(|url| path_of(url).to_owned()),
            url,
            title: title.filter(|title| !title.is_empty()),
            referrer: referrer.filter(|referrer| !referrer.is_empty()).map(without_secrets),
        }
    }
}

impl WebEvent {
    /// Records of one visitor lie in one partition, in their order.
    pub fn key(&self) -> String {
        format!("{}:{}", self.site_id, self.visitor_id)
    }

    /// Everything that is not accepted, each with its field.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        if !is_name(&self.name) {
            problems.push(FieldProblem::new("name", NAME_RULE));
        }
        if self.name == names::PAGE_VIEW && self.page.url.is_none() {
            problems.push(FieldProblem::new("page.url", "is required for a page_view"));
        }
        let texts = [
            ("session_id", &self.session_id, MAX_KEY_BYTES),
            ("page.url", &self.page.url, MAX_URL_BYTES),
            ("page.title", &self.page.title, MAX_TEXT_BYTES),
            ("page.referrer", &self.page.referrer, MAX_URL_BYTES),
            ("search_term", &self.search_term, MAX_TEXT_BYTES),
            ("order_number", &self.order_number, MAX_KEY_BYTES),
        ];
        for (field, text, most) in texts {
            problems.extend(text.as_deref().and_then(|text| text_problem(text, most)).map(|why| why.of(field)));
        }
        for (field, url) in [("page.url", &self.page.url), ("page.referrer", &self.page.referrer)] {
            if url.as_deref().is_some_and(|url| !is_web_address(url)) {
                problems.push(FieldProblem::new(field, "must begin with http:// or https://"));
            }
        }
        problems.extend(amount_problem(self.value_minor).map(|why| why.of("value_minor")));
        problems.extend(currency_problem(self.currency.as_deref()).map(|why| why.of("currency")));
        if self.value_minor.is_some() && self.currency.is_none() {
            problems.push(FieldProblem::new("currency", "is required with a value"));
        }
        if self.items.len() > MAX_ITEMS {
            problems.push(FieldProblem::new("items", format!("has {}; at most {MAX_ITEMS}", self.items.len())));
        }
        for (at, item) in self.items.iter().enumerate().take(MAX_ITEMS) {
            item.add_problems(at, &mut problems);
        }
        self.add_param_problems(&mut problems);
        problems
    }

    fn add_param_problems(&self, problems: &mut Vec<FieldProblem>) {
        if self.params.len() > MAX_PARAMS {
            problems.push(FieldProblem::new("params", format!("has {}; at most {MAX_PARAMS}", self.params.len())));
            return;
        }
        for (name, value) in &self.params {
            if !is_name(name) {
                let shown: String = name.chars().take(MAX_NAME_BYTES).collect();
                problems.push(FieldProblem::new(format!("params.{shown}"), NAME_RULE));
            } else if let Some(why) = text_problem(value, MAX_TEXT_BYTES) {
                problems.push(why.of(&format!("params.{name}")));
            }
        }
    }
}

impl WebEventItem {
    fn add_problems(&self, at: usize, problems: &mut Vec<FieldProblem>) {
        let faults = [
            ("sku", self.sku.is_empty().then(|| Fault("is required".to_owned()))),
            ("sku", text_problem(&self.sku, MAX_SKU_BYTES)),
            ("name", self.name.as_deref().and_then(|name| text_problem(name, MAX_TEXT_BYTES))),
            ("quantity", self.quantity.filter(|&count| !(0..=MAX_QUANTITY).contains(&count)).map(quantity_fault)),
            ("price_minor", amount_problem(self.price_minor)),
            ("currency", currency_problem(self.currency.as_deref())),
        ];
        for (field, fault) in faults {
            problems.extend(fault.map(|fault| fault.of(&format!("items[{at}].{field}"))));
        }
    }
}

/// A problem that does not know its field yet.
struct Fault(String);

impl Fault {
    fn of(self, field: &str) -> FieldProblem {
        FieldProblem::new(field, self.0)
    }
}

const NAME_RULE: &str = "must be 1 to 40 letters, digits and underscores, beginning with a letter";
const MAX_QUANTITY: i64 = 1_000_000;
/// Sums over years of such amounts still fit into 64 bits.
const MAX_AMOUNT_MINOR: i64 = 1_000_000_000_000;

fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME_BYTES
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_web_address(url: &str) -> bool {
    let begins = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    begins("http://") || begins("https://")
}

fn text_problem(text: &str, most_bytes: usize) -> Option<Fault> {
    if text.len() > most_bytes {
        return Some(Fault(format!("has {} bytes; at most {most_bytes} are accepted", text.len())));
    }
    text.chars().any(char::is_control).then(|| Fault("contains control characters".to_owned()))
}

fn amount_problem(amount: Option<i64>) -> Option<Fault> {
    let fits = amount.is_none_or(|amount| amount.unsigned_abs() <= MAX_AMOUNT_MINOR.unsigned_abs());
    (!fits).then(|| Fault(format!("must not exceed {MAX_AMOUNT_MINOR} minor units")))
}

fn currency_problem(currency: Option<&str>) -> Option<Fault> {
    currency.and_then(|code| Currency::parse(code).err()).map(|error| Fault(error.to_string()))
}

fn quantity_fault(_count: i64) -> Fault {
    Fault(format!("must be 0 to {MAX_QUANTITY}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> WebEvent {
        let time = "2026-03-01T10:00:00.250Z".parse().expect("a time");
        WebEvent {
            event_id: Uuid::from_u128(7),
            site_id: SiteId(Uuid::from_u128(1)),
            name: names::PAGE_VIEW.to_owned(),
            occurred_at: time,
            received_at: time,
            visitor_id: "v1".to_owned(),
            session_id: None,
            page: WebPage::at(Some("https://shop.example/p/MUG?key=secret"), Some("Mug".to_owned()), None),
            items: vec![],
            value_minor: None,
            currency: None,
            search_term: None,
            order_number: None,
            device: Device::Desktop,
            params: BTreeMap::new(),
        }
    }

    #[test]
    fn the_record_is_flat_json_with_milliseconds_and_reads_back() {
        let json = serde_json::to_value(event()).expect("json");
        assert_eq!(json["occurred_at"], "2026-03-01T10:00:00.250Z");
        assert_eq!(json["page"]["url"], "https://shop.example/p/MUG");
        assert_eq!((&json["page"]["path"], &json["device"]), (&"/p/MUG".into(), &"desktop".into()));
        assert!(json.get("items").is_none());
        assert_eq!(serde_json::from_value::<WebEvent>(json).expect("an event"), event());
        assert_eq!(event().key(), "00000000-0000-0000-0000-000000000001:v1");
    }

    #[test]
    fn every_problem_names_its_field() {
        assert_eq!(event().problems(), []);
        let bad_item = WebEventItem { quantity: Some(-1), currency: Some("eur".to_owned()), ..WebEventItem::default() };
        let bad = WebEvent {
            name: "page view".to_owned(),
            page: WebPage::at(Some("javascript:alert(1)"), Some("x".repeat(501)), None),
            value_minor: Some(5),
            items: vec![WebEventItem { sku: "MUG".to_owned(), ..WebEventItem::default() }, bad_item],
            search_term: Some("a\u{0}b".to_owned()),
            params: BTreeMap::from([("1st".to_owned(), String::new()), ("ok".to_owned(), "y".repeat(501))]),
            ..event()
        };
        let fields: Vec<String> = bad.problems().into_iter().map(|problem| problem.field).collect();
        let expected = [
            "name",
            "page.title",
            "search_term",
            "page.url",
            "currency",
            "items[1].sku",
            "items[1].quantity",
            "items[1].currency",
            "params.1st",
            "params.ok",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn amounts_have_an_end_on_both_sides() {
        for amount in [i64::MIN, -MAX_AMOUNT_MINOR - 1, MAX_AMOUNT_MINOR + 1, i64::MAX] {
            let bad = WebEvent { value_minor: Some(amount), currency: Some("EUR".to_owned()), ..event() };
            assert_eq!(bad.problems()[0].field, "value_minor", "{amount}");
        }
        let refund = WebEvent { value_minor: Some(-MAX_AMOUNT_MINOR), currency: Some("EUR".to_owned()), ..event() };
        assert_eq!(refund.problems(), []);
    }

    #[test]
    fn a_page_view_has_an_address_and_lists_have_an_end() {
        let pageless = WebEvent { page: WebPage::default(), ..event() };
        assert_eq!(pageless.problems()[0].field, "page.url");
        let item = WebEventItem { sku: "MUG".to_owned(), ..WebEventItem::default() };
        let params = (0..=MAX_PARAMS).map(|number| (format!("p{number}"), String::new())).collect();
        let long = WebEvent { items: vec![item; MAX_ITEMS + 1], params, ..event() };
        let fields: Vec<String> = long.problems().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["items", "params"]);
    }
}
