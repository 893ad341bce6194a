//! Between the checkout and the order: the bank wants to be asked, or the gateway has not answered yet.

use askama::Template;

use super::empty_state::SuggestedLink;
use super::shell::{Head, Indexing, Shell, Shop};

#[derive(Debug, Template)]
#[template(path = "waiting.html")]
pub struct WaitingPage {
    pub shell: Shell,
    pub heading: &'static str,
    pub message: &'static str,
    pub way_on: Option<SuggestedLink>,
    /// Where the browser goes by itself.
    pub forward_url: Option<String>,
    pub is_looking_again: bool,
}

/// Whether the browser is sent on by itself. Only straight after the checkout: who comes back here by the browser's
/// own button wants to stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forwarding {
    AtOnce,
    ByButton,
}

impl WaitingPage {
    /// `url` is an address of the gateway.
    pub fn for_confirmation(shop: &Shop, url: &str, forwarding: Forwarding) -> Self {
        let way_on = SuggestedLink { label: "Confirm the payment".to_owned(), url: url.to_owned() };
        Self {
            way_on: Some(way_on),
            forward_url: (forwarding == Forwarding::AtOnce).then(|| url.to_owned()),
            ..Self::new(
                shop,
                "Your bank wants to ask you first",
                "Confirm the payment there. You come back here by yourself, and your order is placed.",
            )
        }
    }

    pub fn for_the_gateway(shop: &Shop) -> Self {
        let message = "We are waiting for the answer about your payment. Please do not pay again: this page goes on \
                       by itself, and you are charged once at most.";
        Self { is_looking_again: true, ..Self::new(shop, "One moment", message) }
    }

    /// For a browser that did not start this checkout: it learns nothing about the order, nor whether there is one. The
    /// words are the same, and true, for a payment that was declined or is not decided yet.
    pub fn for_another_browser(shop: &Shop) -> Self {
        let message = "Go back to the window in which you were shopping. It shows what came of your payment.";
        Self::new(shop, "Please go back to where you were shopping", message)
    }

    fn new(shop: &Shop, heading: &'static str, message: &'static str) -> Self {
        let head =
            Head { title: heading.to_owned(), indexing: Indexing::FollowOnly, kind: "website", ..Head::default() };
        let shell = Shell::new(shop, head);
        Self { shell, heading, message, way_on: None, forward_url: None, is_looking_again: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn the_bank_is_asked_by_itself_only_once() {
        let shop = sample::shop();
        let page = |forwarding| WaitingPage::for_confirmation(&shop, "/bank?a=1&b=2", forwarding).render();
        let forwarded = page(Forwarding::AtOnce).expect("HTML");
        assert!(forwarded.contains("0; url=/bank?a=1&#38;b=2") && forwarded.contains("href=\"/bank?a=1&#38;b=2\""));
        assert!(!page(Forwarding::ByButton).expect("HTML").contains("http-equiv"));
    }

    #[test]
    fn waiting_goes_on_by_itself() {
        let html = WaitingPage::for_the_gateway(&sample::shop()).render().expect("HTML");
        assert!(html.contains("data-look-again") && html.contains("http-equiv=\"refresh\" content=\"3\""));
        let other = WaitingPage::for_another_browser(&sample::shop()).render().expect("HTML");
        assert!(!other.contains("data-look-again"));
    }

    #[test]
    fn another_browser_is_told_nothing_of_the_payment() {
        let html = WaitingPage::for_another_browser(&sample::shop()).render().expect("HTML");
        assert!(html.contains("Go back to the window in which you were shopping"));
        for told in ["handled", "e-mail", "thank you", "declined"] {
            assert!(!html.to_lowercase().contains(told), "{told}");
        }
    }
}
