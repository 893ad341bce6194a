//! What shoppers do, apart from HTTP: the endpoints, the website and the worker call the same functions.

use std::sync::Arc;

use coheron_core::cart::TaxRule;
use coheron_core::clock::Clock;
use coheron_core::commerce_ports::{PaymentGateway, ShippingRates};
use coheron_core::ids::{CheckoutId, OrderId};
use coheron_core::money::Money;
use coheron_core::purchase::Purchase;
use coheron_platform::http::idempotency::WORK_LIMIT;
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::sites::Site;
use coheron_store::{Database, StoreError};

use crate::bounded_gateway::BoundedGateway;
use crate::cart::access::CartAccess;
use crate::cart::change::{self, CartChange};
use crate::cart::{create, view};
use crate::checkout::{check_out, settle, settle_due, shipping};
use crate::order;
use crate::settings::{CartSettings, CheckoutSettings};
use crate::shapes::cart::{Cart, NewCartItem};
use crate::shapes::checkout::{CheckoutRequest, ShippingRate};
use crate::shapes::order::Order;

/// Carts, checkouts and orders of all sites; cheap to clone.
#[derive(Clone)]
pub struct Storefront {
    pub(crate) database: Database,
    pub(crate) cart_settings: CartSettings,
    pub(crate) checkout_settings: CheckoutSettings,
    gateways: Arc<[Arc<dyn PaymentGateway>]>,
    pub(crate) rates: Arc<dyn ShippingRates>,
    pub(crate) clock: Clock,
}

/// What came of a checkout that was not refused.
#[derive(Debug, Clone)]
pub enum CheckoutOutcome {
    Ordered(Box<Order>),
    /// The shopper confirms the payment at this address and comes back; `settle_checkout` tells what came of it.
    ConfirmationNeeded {
        checkout_id: CheckoutId,
        url: String,
    },
    /// The gateway has not answered yet: ask `settle_checkout` again in a moment.
    Pending {
        checkout_id: CheckoutId,
    },
}

/// What one look at unfinished business did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettleCounts {
    /// Checkouts that were looked after, whatever came of it.
    pub checkouts: usize,
    /// Refunds that were tried.
    pub refunds: usize,
}

impl Storefront {
    pub fn new(
        database: Database,
        cart_settings: CartSettings,
        checkout_settings: CheckoutSettings,
        gateways: Vec<Arc<dyn PaymentGateway>>,
        rates: Arc<dyn ShippingRates>,
        clock: Clock,
    ) -> Self {
        let gateways =
            gateways.into_iter().map(|gateway| Arc::new(BoundedGateway::new(gateway)) as Arc<dyn PaymentGateway>);
        Self { database, cart_settings, checkout_settings, gateways: gateways.collect(), rates, clock }
    }

    /// A new cart with these lines. The answer holds the token, this once.
    pub async fn create_cart(&self, site: &Site, items: &[NewCartItem]) -> ApiResult<Cart> {
        create::create_cart(self, site, items).await
    }

    pub async fn cart(&self, site: &Site, access: &CartAccess) -> ApiResult<Cart> {
        view::read_cart(self, site, access).await
    }

    pub async fn change_cart(&self, site: &Site, access: &CartAccess, change: CartChange) -> ApiResult<Cart> {
        let mut transaction = self.database.begin_site(site.id).await?;
        let cart = change::change_cart_in(self, &mut transaction, site, access, &change).await?;
        transaction.commit().await?;
        Ok(cart)
    }

    /// What sending the cart costs, cheapest first.
    pub async fn shipping_rates(&self, site: &Site, access: &CartAccess) -> ApiResult<Vec<ShippingRate>> {
        shipping::shipping_rates(self, site, access).await
    }

    /// What sending goods of this price costs where the destination is not known yet, cheapest first.
    pub async fn shipping_rates_of(&self, subtotal: Money) -> Vec<ShippingRate> {
        self.rates.rates(subtotal, None).await.into_iter().map(ShippingRate::from).collect()
    }

    /// Buys the cart. A repeated call never orders twice: it continues what the first began, or gives its order. With a
    /// key, which stands for one intent, it also tells how the first failed; without one it tries again then.
    pub async fn check_out(
        &self,
        site: &Site,
        access: &CartAccess,
        request: &CheckoutRequest,
        idempotency_key: Option<&str>,
    ) -> ApiResult<CheckoutOutcome> {
        // After that the worker settles it.
        let checking_out = check_out::check_out(self, site, access, request, idempotency_key);
        let in_time = tokio::time::timeout(WORK_LIMIT, checking_out).await;
        in_time.unwrap_or_else(|_elapsed| {
            Err(Problem::unavailable("checkout_pending", "the checkout takes long; send the same request again", 10))
        })
    }

    /// Asks the gateway what became of a checkout and finishes it, for example after a return from the gateway's page.
    /// The caller has checked the right to see it.
    pub async fn settle_checkout(&self, site: &Site, checkout_id: CheckoutId) -> ApiResult<CheckoutOutcome> {
        settle::settle_checkout(self, site, checkout_id).await
    }

    /// What a checkout was to buy, for a form that is shown again after the payment failed. The caller has checked the
    /// right to see it.
    pub async fn purchase_of_checkout(&self, site: &Site, checkout_id: CheckoutId) -> ApiResult<Purchase> {
        settle::purchase_of_checkout(self, site, checkout_id).await
    }

    /// The caller has checked the right to see it.
    pub async fn order(&self, site: &Site, order_id: OrderId) -> ApiResult<Order> {
        order::read::find_order(self, site, order_id).await.map(Order::from)
    }

    /// Cancels an order that has not left yet and gives the money back. Cancelling it again changes nothing. The caller
    /// has checked the right to do so.
    pub async fn cancel_order(&self, site: &Site, order_id: OrderId) -> ApiResult<Order> {
        order::cancel::cancel_order(self, site, order_id).await.map(Order::from)
    }

    /// Looks after checkouts whose request did not end them and after refunds that are due. What does not succeed now
    /// is due again later.
    pub async fn settle_due(&self) -> Result<SettleCounts, StoreError> {
        settle_due::settle_due(self).await
    }

    /// How the shop taxes.
    pub fn tax_rule(&self) -> TaxRule {
        self.cart_settings.tax_rule()
    }

    /// Names of the gateways that requests may choose.
    pub fn gateway_names(&self) -> impl Iterator<Item = &'static str> {
        self.gateways.iter().map(|gateway| gateway.name())
    }

    pub(crate) fn gateway(&self, name: &str) -> Option<&Arc<dyn PaymentGateway>> {
        self.gateways.iter().find(|gateway| gateway.name() == name)
    }

    /// The gateway of something that was begun with it.
    pub(crate) fn known_gateway(&self, name: &str) -> ApiResult<&Arc<dyn PaymentGateway>> {
        self.gateway(name).ok_or_else(|| {
            tracing::error!(gateway = name, "a payment was made through a gateway that is not configured any more");
            Problem::internal()
        })
    }
}
