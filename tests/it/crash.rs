//! Every role is killed by force in the middle of a load; afterwards database and index say what the feed says.

use std::collections::BTreeMap;
use std::time::Duration;

use coheron_core::as_of::AsOf;
use coheron_core::change::{PriceFacts, ProductFacts, StockFacts};
use coheron_core::document::{DocumentParts, ProductDocument};
use coheron_core::money::Currency;
use coheron_core::ports::CatalogueObserver;
use coheron_core::sku::Sku;
use coheron_core::topics::{ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE};
use coheron_indexer::{IndexSettings, SearchService};
use coheron_store::documents;
use coheron_stream::OutgoingRecord;
use coheron_testkit::{Role, TestShop, eventually, run};
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

const PRODUCTS: usize = 400;
const CHANGES: usize = 5_000;
const CHUNK: usize = 100;

#[test]
fn killed_roles_leave_stores_that_equal_the_feed() {
    run(kill_and_compare(&Role::SEPARATE));
}

/// Here the index keeps new prices and stock figures beside its entries.
#[test]
fn a_killed_process_with_every_role_leaves_stores_that_equal_the_feed() {
    run(kill_and_compare(&[Role::All]));
}

async fn kill_and_compare(roles: &[Role]) -> anyhow::Result<()> {
    let shop = TestShop::start_with(roles).await?;
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let mut feed = Feed::default();
    let mut records = feed.full_export(&shop);
    while records.len() < PRODUCTS * 3 + CHANGES {
        records.push(feed.random_change(&shop, &mut random));
    }
    // Roles take turns in dying at moments that the seed decides, and stay dead while the next records come in.
    let deaths_in_nine_chunks = u32::try_from(roles.len())?;
    let mut victims = roles.iter().copied().cycle();
    let mut dead: Option<Role> = None;
    let mut deaths = 0;
    for chunk in records.chunks(CHUNK) {
        shop.erp.send_all(chunk.to_vec()).await?;
        if let Some(role) = dead.take() {
            shop.start_role(role)?;
            if role == Role::All {
                shop.wait_until_ready().await;
            }
        } else if let (true, Some(role)) = (random.random_ratio(deaths_in_nine_chunks, 9), victims.next()) {
            shop.kill_role(role)?;
            dead = Some(role);
            deaths += 1;
        }
    }
    if let Some(role) = dead {
        shop.start_role(role)?;
    }
    assert!(deaths >= 2 * roles.len(), "only {deaths} deaths: every role was to die twice at least");

    let (expected, told) = (feed.hashes(), feed.told.clone());
    assert!(expected.len() < PRODUCTS, "no product stays withdrawn");
    let patience = Duration::from_secs(120);
    eventually("the database equals the feed", patience, async || {
        let mut transaction = shop.database.begin_site(shop.site.id).await.ok()?;
        let stored = documents::content_hashes(&mut transaction).await.ok()?;
        (stored.into_iter().collect::<BTreeMap<_, _>>() == expected).then_some(())
    })
    .await;
    eventually("the facts equal the feed", patience, async || {
        let stored = Facts::stored(&shop).await.ok()?;
        (stored == told).then_some(())
    })
    .await;
    let settings = IndexSettings { dir: shop.data.path().join("index"), ..IndexSettings::default() };
    let index = SearchService::open_reader_only(&settings, std::sync::Arc::new(NobodyListens))?;
    eventually("the index equals the feed", patience, async || {
        let indexed = index.content_hashes(shop.site.id).await.ok()?;
        let indexed: BTreeMap<String, Vec<u8>> =
            indexed.into_iter().map(|(sku, hash)| (String::from(sku), hash.to_vec())).collect();
        (indexed == expected).then_some(())
    })
    .await;
    assert_eq!(index.document_count(shop.site.id), expected.len() as u64);
    shop.wait_until_ready().await;
    let listed = shop.search_when("limit=1", |page| page["total"] == expected.len()).await;
    assert_eq!(listed["total"], expected.len());
    let letters = shop.coheron(&["dead-letters", "list", "--json"])?;
    assert_eq!(letters, "", "nothing of this feed is at fault");
    Ok(())
}

/// What the ERP knows, to compare with.
#[derive(Default)]
struct Feed {
    told: Facts,
    version: i64,
}

/// What was told last.
#[derive(Debug, Default, Clone, PartialEq)]
struct Facts {
    names: BySku<String>,
    prices: BySku<i64>,
    stock: BySku<i64>,
}

/// With its version; none where the ERP has withdrawn it.
type BySku<Fact> = BTreeMap<String, (i64, Option<Fact>)>;

impl Facts {
    /// What the tables hold.
    async fn stored(shop: &TestShop) -> Result<Self, sqlx::Error> {
        let names = "SELECT sku, version, CASE WHEN deleted_at IS NULL THEN facts->>'name' END FROM website_products";
        let prices = "SELECT sku, version, CASE WHEN deleted_at IS NULL THEN amount_minor END FROM website_prices";
        let stock = "SELECT sku, version, CASE WHEN deleted_at IS NULL THEN on_hand END FROM website_stock";
        let pool = shop.database.pipeline();
        Ok(Self {
            names: by_sku(sqlx::query_as(names).fetch_all(pool).await?),
            prices: by_sku(sqlx::query_as(prices).fetch_all(pool).await?),
            stock: by_sku(sqlx::query_as(stock).fetch_all(pool).await?),
        })
    }
}

fn by_sku<Fact>(rows: Vec<(String, i64, Option<Fact>)>) -> BySku<Fact> {
    rows.into_iter().map(|(sku, version, fact)| (sku, (version, fact))).collect()
}

impl Feed {
    fn full_export(&mut self, shop: &TestShop) -> Vec<OutgoingRecord> {
        let skus: Vec<String> = (0..PRODUCTS).map(|number| format!("SKU-{number:04}")).collect();
        let parts = skus.iter().flat_map(|sku| {
            [
                self.named(shop, sku, Some(format!("Product {sku}"))),
                self.priced(shop, sku, Some(1_000)),
                self.stocked(shop, sku, Some(10)),
            ]
        });
        parts.collect()
    }

    /// Now and then a product, price or stock figure is withdrawn; later changes bring it back.
    fn random_change(&mut self, shop: &TestShop, random: &mut ChaCha8Rng) -> OutgoingRecord {
        let sku = format!("SKU-{:04}", random.random_range(0..PRODUCTS));
        match random.random_range(0..10) {
            0 => {
                let edition = self.version;
                let name = (edition % 5 != 0).then(|| format!("Product {sku}, edition {edition}"));
                self.named(shop, &sku, name)
            }
            1..6 => {
                let amount_minor: i64 = random.random_range(100..100_000);
                self.priced(shop, &sku, (amount_minor % 20 != 0).then_some(amount_minor))
            }
            _ => {
                let on_hand: i64 = random.random_range(0..500);
                self.stocked(shop, &sku, (on_hand % 20 != 0).then_some(on_hand))
            }
        }
    }

    fn named(&mut self, shop: &TestShop, sku: &str, name: Option<String>) -> OutgoingRecord {
        let version = self.next_version();
        self.told.names.insert(sku.to_owned(), (version, name.clone()));
        match name {
            Some(name) => shop.erp.product_record(sku, version, json!({ "name": name })),
            None => shop.erp.tombstone_record(&ERP_PRODUCT_CHANGE, sku, Some(version)),
        }
    }

    fn priced(&mut self, shop: &TestShop, sku: &str, amount_minor: Option<i64>) -> OutgoingRecord {
        let version = self.next_version();
        self.told.prices.insert(sku.to_owned(), (version, amount_minor));
        match amount_minor {
            Some(amount_minor) => shop.erp.price_record(sku, version, amount_minor),
            None => shop.erp.tombstone_record(&ERP_PRICE_CHANGE, sku, Some(version)),
        }
    }

    fn stocked(&mut self, shop: &TestShop, sku: &str, on_hand: Option<i64>) -> OutgoingRecord {
        let version = self.next_version();
        self.told.stock.insert(sku.to_owned(), (version, on_hand));
        match on_hand {
            Some(on_hand) => shop.erp.stock_record(sku, version, on_hand),
            None => shop.erp.tombstone_record(&ERP_STOCK_CHANGE, sku, Some(version)),
        }
    }

    fn next_version(&mut self) -> i64 {
        self.version += 1;
        self.version
    }

    /// The content hash of every document that the feed should have led to.
    fn hashes(&self) -> BTreeMap<String, Vec<u8>> {
        let hash_of = |sku: &str, name: &str| ProductDocument::assemble(self.parts(sku, name)).content_hash().to_vec();
        let products = self.told.names.iter().filter_map(|(sku, (_, name))| Some((sku, name.as_ref()?)));
        products.map(|(sku, name)| (sku.clone(), hash_of(sku, name))).collect()
    }

    fn parts(&self, sku: &str, name: &str) -> DocumentParts {
        let as_of = AsOf {
            topic: "irrelevant to the content".to_owned(),
            partition: 0,
            offset: 0,
            erp_time: chrono::Utc::now(),
            entity_version: 0,
        };
        let currency = Currency::parse("EUR").expect("a currency");
        let price =
            self.told.prices[sku].1.map(|amount_minor| PriceFacts { currency, amount_minor, list_amount_minor: None });
        let stock = self.told.stock[sku].1.map(|on_hand| StockFacts { on_hand, last_order_number: None });
        DocumentParts {
            sku: Sku::parse(sku).expect("a SKU"),
            product: ProductFacts::named(name),
            product_as_of: as_of.clone(),
            categories: vec![],
            prices: price.map(|price| (sku.to_owned(), (price, as_of.clone()))).into_iter().collect(),
            stock: stock.map(|stock| (sku.to_owned(), (stock, as_of))).into_iter().collect(),
            further_sources: vec![],
        }
    }
}

struct NobodyListens;

impl CatalogueObserver for NobodyListens {
    fn products_changed(&self, _: coheron_core::ids::SiteId, _: &[Sku]) {}
    fn catalogue_replaced(&self, _: coheron_core::ids::SiteId) {}
}
