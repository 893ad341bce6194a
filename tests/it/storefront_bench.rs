//! The storefront in the test's own process, over a gateway that can be told to fail.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use coheron_core::address::Address;
use coheron_core::as_of::AsOf;
use coheron_core::change::{ErpOrderStatus, OrderAnswer, OrderStatusFacts, PriceFacts, ProductFacts, StockFacts};
use coheron_core::checkout::CheckoutState;
use coheron_core::commerce_ports::{GatewayError, PaymentGateway, PaymentOutcome};
use coheron_core::document::{DocumentParts, ProductDocument};
use coheron_core::ids::{CartId, CheckoutId, OrderId};
use coheron_core::money::{Currency, Money};
use coheron_core::sku::Sku;
use coheron_integrations::flat_rate_shipping::{FlatRate, FlatRateSettings};
use coheron_integrations::test_gateway::{TestGateway, TestPaymentState};
use coheron_store::checkouts;
use coheron_store::orders::{self, ErpOrderOutcome};
use coheron_store::sites::Site;
use coheron_store::stock_ledger;
use coheron_storefront_api::shapes::cart::NewCartItem;
use coheron_storefront_api::shapes::checkout::{CheckoutRequest, PaymentRequest};
use coheron_storefront_api::shapes::order::Order;
use coheron_storefront_api::{CartAccess, CartSettings, CheckoutOutcome, CheckoutSettings, Storefront};
use coheron_testkit::TestShop;
use tokio::sync::Notify;
use uuid::Uuid;

/// One shop without processes.
pub struct Bench {
    pub shop: TestShop,
    pub site: Site,
    pub gateway: Arc<MoodyGateway>,
    pub storefront: Storefront,
    cart_settings: CartSettings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Answers,
    /// The process that charges dies on its way to the gateway.
    DiesBeforeCharging,
    /// The process that charges dies before it hears the answer.
    DiesAfterCharging,
    /// The process that gives a charge back dies before it hears the answer.
    DiesAfterVoiding,
    Away,
}

pub struct MoodyGateway {
    pub inner: TestGateway,
    mood: Mutex<Mood>,
    reached: Notify,
}

impl Bench {
    pub async fn new(cart_settings: CartSettings) -> anyhow::Result<Self> {
        let shop = TestShop::without_processes().await?;
        let gateway = Arc::new(MoodyGateway {
            inner: TestGateway::open(shop.data.path().join("payments"))?,
            mood: Mutex::new(Mood::Answers),
            reached: Notify::new(),
        });
        // Nobody is left alone: what died is found at once.
        let settings = CheckoutSettings { settle_after_seconds: 0, ..CheckoutSettings::default() };
        let storefront = open(&shop, &gateway, cart_settings.clone(), settings);
        Ok(Self { site: shop.site.clone(), shop, gateway, storefront, cart_settings })
    }

    pub fn with(&self, settings: CheckoutSettings) -> Storefront {
        open(&self.shop, &self.gateway, self.cart_settings.clone(), settings)
    }

    /// Puts a product into the catalogue as the transform stage would.
    pub async fn stock(&self, sku: &str, amount_minor: i64, on_hand: i64) -> anyhow::Result<()> {
        let document = serde_json::to_string(&document(sku, amount_minor, on_hand)?)?;
        sqlx::query("INSERT INTO website_product_documents (site_id, sku, document, document_version) VALUES ($1, $2, $3::json, 1)")
            .bind(self.site.id.0)
            .bind(sku)
            .bind(document)
            .execute(self.shop.database.pipeline())
            .await?;
        self.erp_stock(sku, on_hand, None, at(0)).await
    }

    pub async fn erp_stock(
        &self,
        sku: &str,
        on_hand: i64,
        last_order_number: Option<i64>,
        erp_time: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO website_stock (site_id, sku, version, on_hand, last_order_number, erp_time, source_topic, source_partition, source_offset)
             VALUES ($1, $2, 1, $3, $4, $5, 't', 0, 0)
             ON CONFLICT (site_id, sku) DO UPDATE SET on_hand = $3, last_order_number = $4, erp_time = $5",
        )
        .bind(self.site.id.0)
        .bind(sku)
        .bind(on_hand)
        .bind(last_order_number)
        .bind(erp_time)
        .execute(self.shop.database.pipeline())
        .await?;
        Ok(())
    }

    pub async fn cart(&self, pieces: &[(&str, u32)]) -> anyhow::Result<CartAccess> {
        let items: Vec<NewCartItem> = pieces
            .iter()
            .map(|(sku, quantity)| NewCartItem { sku: (*sku).to_owned(), quantity: *quantity, version: None })
            .collect();
        let cart = self.storefront.create_cart(&self.site, &items).await;
        let cart = cart.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        Ok(CartAccess { cart_id: CartId(cart.id), token: cart.token.context("a token")? })
    }

    pub async fn check_out(&self, access: &CartAccess, token: &str) -> anyhow::Result<CheckoutOutcome> {
        let outcome = self.storefront.check_out(&self.site, access, &request(access, token), None).await;
        outcome.map_err(|problem| anyhow::anyhow!("{problem:?}"))
    }

    pub async fn buy(&self, access: &CartAccess, token: &str) -> anyhow::Result<Order> {
        match self.check_out(access, token).await? {
            CheckoutOutcome::Ordered(order) => Ok(*order),
            other => anyhow::bail!("no order but {other:?}"),
        }
    }

    /// A checkout whose payment the shopper has yet to confirm.
    pub async fn wait_for_confirmation(&self, access: &CartAccess) -> anyhow::Result<CheckoutId> {
        match self.check_out(access, "tok_3ds").await? {
            CheckoutOutcome::ConfirmationNeeded { checkout_id, .. } => Ok(checkout_id),
            other => anyhow::bail!("no confirmation is needed: {other:?}"),
        }
    }

    /// Lets a checkout die where the mood says.
    pub async fn die(&self, mood: Mood, access: &CartAccess) {
        let request = request(access, "tok_ok");
        self.die_during(mood, self.storefront.check_out(&self.site, access, &request, None)).await;
    }

    /// Lets any work die where the mood says.
    pub async fn die_during<Outcome: Debug>(&self, mood: Mood, work: impl Future<Output = Outcome>) {
        self.gateway.set(mood);
        tokio::select! {
            outcome = work => panic!("still alive: {outcome:?}"),
            () = self.gateway.reached.notified() => {}
        }
        self.gateway.set(Mood::Answers);
    }

    pub async fn expire_reservations(&self) -> anyhow::Result<()> {
        for statement in [
            "UPDATE website_checkouts SET expires_at = now() - interval '1 second' WHERE state = 'open'",
            "UPDATE website_stock_reservations SET expires_at = now() - interval '1 second'",
        ] {
            sqlx::query(statement).execute(self.shop.database.pipeline()).await?;
        }
        Ok(())
    }

    pub async fn available(&self, sku: &str) -> anyhow::Result<i64> {
        let mut transaction = self.shop.database.begin_site(self.site.id).await?;
        stock_ledger::available(&mut transaction, &[sku]).await?.remove(sku).context("a stock record")
    }

    pub async fn find(&self, order_id: OrderId) -> anyhow::Result<orders::Order> {
        let mut transaction = self.shop.database.begin_site(self.site.id).await?;
        orders::find(transaction.connection(), self.site.id, order_id).await?.context("an order")
    }

    pub async fn state_of(&self, checkout_id: CheckoutId) -> anyhow::Result<CheckoutState> {
        let mut transaction = self.shop.database.begin_site(self.site.id).await?;
        Ok(checkouts::find(&mut transaction, checkout_id).await?.context("a checkout")?.state)
    }

    pub async fn answer(&self, answers: &[OrderAnswer]) -> anyhow::Result<Vec<ErpOrderOutcome>> {
        let mut transaction = self.shop.database.begin_pipeline().await?;
        let outcomes = orders::apply_erp_change(&mut transaction, answers).await?;
        transaction.commit().await?;
        Ok(outcomes)
    }

    pub async fn numbers(&self) -> anyhow::Result<Vec<i64>> {
        let numbers = sqlx::query_scalar("SELECT number FROM website_orders ORDER BY number");
        Ok(numbers.fetch_all(self.shop.database.pipeline()).await?)
    }

    /// Of all payments, oldest first.
    pub async fn states(&self) -> anyhow::Result<Vec<TestPaymentState>> {
        Ok(self.gateway.inner.payments().await?.iter().map(|payment| payment.state).collect())
    }
}

impl MoodyGateway {
    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_presence(&self) -> Result<(), GatewayError> {
        match self.mood() {
            Mood::Away => Err(GatewayError::Unavailable("away".into())),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl PaymentGateway for MoodyGateway {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    async fn charge(&self, payment_id: Uuid, amount: Money, token: &str) -> Result<PaymentOutcome, GatewayError> {
        self.check_presence()?;
        match self.mood() {
            Mood::DiesBeforeCharging => {
                self.reached.notify_one();
                std::future::pending().await
            }
            Mood::DiesAfterCharging => {
                self.inner.charge(payment_id, amount, token).await?;
                self.reached.notify_one();
                std::future::pending().await
            }
            Mood::Answers | Mood::DiesAfterVoiding | Mood::Away => self.inner.charge(payment_id, amount, token).await,
        }
    }

    async fn find(&self, payment_id: Uuid) -> Result<Option<PaymentOutcome>, GatewayError> {
        self.check_presence()?;
        self.inner.find(payment_id).await
    }

    async fn void(&self, payment_id: Uuid) -> Result<(), GatewayError> {
        self.check_presence()?;
        self.inner.void(payment_id).await?;
        if self.mood() == Mood::DiesAfterVoiding {
            self.reached.notify_one();
            std::future::pending().await
        }
        Ok(())
    }
}

fn open(
    shop: &TestShop,
    gateway: &Arc<MoodyGateway>,
    cart_settings: CartSettings,
    checkout_settings: CheckoutSettings,
) -> Storefront {
    let gateways: Vec<Arc<dyn PaymentGateway>> = vec![gateway.clone()];
    let rates = Arc::new(FlatRate::new(FlatRateSettings::default()));
    Storefront::new(shop.database.clone(), cart_settings, checkout_settings, gateways, rates, Utc::now)
}

pub fn request(access: &CartAccess, token: &str) -> CheckoutRequest {
    CheckoutRequest {
        cart_id: access.cart_id.0,
        version: None,
        email: "ada@example.com".to_owned(),
        shipping_address: Address {
            name: "Ada Example".to_owned(),
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
        payment: PaymentRequest { gateway: "test".to_owned(), token: token.to_owned() },
        expected_total_minor: None,
    }
}

pub fn answer(site: &Site, order_number: i64, version: i64, status: ErpOrderStatus, seconds: i64) -> OrderAnswer {
    let facts = OrderStatusFacts {
        order_number,
        status,
        document_number: Some(format!("SO-{order_number}-{version}")),
        acknowledged_at: None,
        note: None,
    };
    OrderAnswer { site_id: site.id, facts, as_of: as_of(version, at(seconds)) }
}

fn document(sku: &str, amount_minor: i64, on_hand: i64) -> anyhow::Result<ProductDocument> {
    let price = PriceFacts { currency: Currency::parse("EUR")?, amount_minor, list_amount_minor: None };
    let stock = StockFacts { on_hand, last_order_number: None };
    Ok(ProductDocument::assemble(DocumentParts {
        sku: Sku::parse(sku)?,
        product: ProductFacts::named(format!("The {sku}")),
        product_as_of: as_of(1, at(0)),
        categories: vec![],
        prices: HashMap::from([(sku.to_owned(), (price, as_of(1, at(0))))]),
        stock: HashMap::from([(sku.to_owned(), (stock, as_of(1, at(0))))]),
        further_sources: vec![],
    }))
}

fn as_of(entity_version: i64, erp_time: DateTime<Utc>) -> AsOf {
    AsOf { topic: "t".to_owned(), partition: 0, offset: entity_version, erp_time, entity_version }
}

/// Seconds of a day long ago.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap_or_default()
}
