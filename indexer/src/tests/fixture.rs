//! A small catalogue, and the stream that fills it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use coheron_core::as_of::AsOf;
use coheron_core::attribute::AttributeValue;
use coheron_core::clock::Clock;
use coheron_core::document::{
    Availability, CategoryCrumb, DocumentCategory, DocumentVariant, ProductDocument, product_url,
};
use coheron_core::ids::SiteId;
use coheron_core::money::{Currency, Money};
use coheron_core::ports::{CatalogueObserver, CatalogueSearch, SearchPage};
use coheron_core::product_query::ProductQuery;
use coheron_core::sku::Sku;
use coheron_core::slug::slugify;
use coheron_core::topics::CATALOG_DOCUMENT_STATE;
use coheron_stream::record::{Record, TopicPartition};
use coheron_stream::stage::{Advance, Batch, DeadLetter, Stage, StageError};
use indexmap::IndexMap;
use uuid::Uuid;

use crate::{
    CatalogueIndex, DeadLetterSink, DocumentTopic, IndexDocuments, IndexSettings, PartitionOffsets, SearchService,
};

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) changed: Mutex<Vec<(SiteId, Vec<Sku>)>>,
    pub(crate) replaced: Mutex<Vec<SiteId>>,
    pub(crate) buried: Mutex<Vec<DeadLetter>>,
    /// Of the topic, as the broker tells it.
    pub(crate) offsets: Mutex<BTreeMap<i32, PartitionOffsets>>,
}

pub(crate) struct Shop {
    pub(crate) stage: Arc<IndexDocuments>,
    pub(crate) search: Arc<SearchService>,
    pub(crate) seen: Arc<Seen>,
}

/// Records of the document topic, as the relay publishes them.
#[derive(Default)]
pub(crate) struct Topic {
    pub(crate) records: Vec<Record>,
}

impl Seen {
    /// From here on.
    pub(crate) fn forget(&self) {
        self.changed.lock().expect("a lock").clear();
        self.replaced.lock().expect("a lock").clear();
    }
}

impl CatalogueObserver for Seen {
    fn products_changed(&self, site_id: SiteId, skus: &[Sku]) {
        self.changed.lock().expect("a lock").push((site_id, skus.to_vec()));
    }

    fn catalogue_replaced(&self, site_id: SiteId) {
        self.replaced.lock().expect("a lock").push(site_id);
    }
}

#[async_trait]
impl DeadLetterSink for Seen {
    async fn bury(&self, _: &'static str, letters: &[DeadLetter]) -> Result<(), StageError> {
        self.buried.lock().expect("a lock").extend_from_slice(letters);
        Ok(())
    }
}

#[async_trait]
impl DocumentTopic for Seen {
    async fn offsets(&self) -> Result<BTreeMap<i32, PartitionOffsets>, StageError> {
        Ok(self.offsets.lock().expect("a lock").clone())
    }
}

impl Shop {
    pub(crate) fn open(dir: &Path) -> Self {
        Self::open_with(&settings(dir))
    }

    pub(crate) fn open_with(settings: &IndexSettings) -> Self {
        Self::open_by(Utc::now, settings)
    }

    pub(crate) fn open_by(clock: Clock, settings: &IndexSettings) -> Self {
        let seen = Arc::new(Seen::default());
        let (observer, sink, topic) = (Arc::clone(&seen), Arc::clone(&seen), Arc::clone(&seen));
        let (stage, search) = CatalogueIndex::open_writer(settings, observer, sink, topic, clock).expect("an index");
        Self { stage, search, seen }
    }

    /// With a topic that holds these records before the first of them is read; otherwise it is empty then.
    pub(crate) fn beside(self, topic: &Topic) -> Self {
        *self.seen.offsets.lock().expect("a lock") = topic.offsets();
        self
    }

    /// Reads the topic from where the stage stands, as the stream's loop does.
    pub(crate) async fn read(&self, topic: &Topic) {
        self.try_read(topic).await.expect("processed");
    }

    pub(crate) async fn try_read(&self, topic: &Topic) -> Result<(), StageError> {
        for partition in topic.offsets().into_keys() {
            self.read_partition(topic, partition).await?;
        }
        Ok(())
    }

    pub(crate) async fn read_partition(&self, topic: &Topic, partition: i32) -> Result<(), StageError> {
        let from = self.position(partition).await;
        *self.seen.offsets.lock().expect("a lock") = topic.offsets();
        let is_next = |record: &&Record| record.partition == partition && record.offset >= from;
        let records: Vec<Record> = topic.records.iter().filter(is_next).cloned().collect();
        let Some(last) = records.last() else { return Ok(()) };
        let advances = vec![Advance { partition: topic_partition(partition), from, to: last.offset + 1 }];
        self.stage.process(&Batch { records, advances, dead_letters: Vec::new() }).await?;
        Ok(())
    }

    pub(crate) async fn position(&self, partition: i32) -> i64 {
        let partition = topic_partition(partition);
        self.stage.positions(&[partition]).await.expect("positions")[&partition]
    }

    pub(crate) async fn ask(&self, site_id: SiteId, query: ProductQuery) -> SearchPage {
        self.search.search(site_id, &query).await.expect("an answer")
    }

    pub(crate) async fn skus(&self, site_id: SiteId, parameters: &[(&str, &str)]) -> Vec<String> {
        let query = ProductQuery::from_parameters(parameters.iter().copied()).expect("a query");
        skus_of(&self.ask(site_id, query).await)
    }

    pub(crate) async fn find(&self, site_id: SiteId, text: &str) -> Vec<String> {
        skus_of(&self.ask(site_id, text_question(text)).await)
    }
}

impl Topic {
    pub(crate) fn publish(&mut self, site_id: SiteId, version: i64, product: &ProductDocument) {
        let json = serde_json::to_vec(product).expect("json");
        self.push(site_id, product.sku.as_str(), version, Some(json));
    }

    pub(crate) fn delete(&mut self, site_id: SiteId, version: i64, sku: &str) {
        self.push(site_id, sku, version, None);
    }

    pub(crate) fn push(&mut self, site_id: SiteId, sku: &str, version: i64, payload: Option<Vec<u8>>) {
        let partition = i32::from(sku.bytes().last().unwrap_or(0) % 2);
        let offset = self.records.iter().filter(|record| record.partition == partition).count();
        self.records.push(Record {
            topic: CATALOG_DOCUMENT_STATE.name,
            partition,
            offset: i64::try_from(offset).expect("an offset"),
            key: Some(Bytes::from(format!("{site_id}:{sku}"))),
            payload: payload.map(Bytes::from),
            headers: vec![("document_version".to_owned(), Bytes::from(version.to_string()))],
            timestamp: time(0),
        });
    }

    fn offsets(&self) -> BTreeMap<i32, PartitionOffsets> {
        let offsets = |record: &Record| (record.partition, PartitionOffsets { earliest: 0, end: record.offset + 1 });
        self.records.iter().map(offsets).collect()
    }
}

pub(crate) fn settings(dir: &Path) -> IndexSettings {
    IndexSettings { dir: dir.to_path_buf(), ..IndexSettings::default() }
}

pub(crate) fn topic_partition(partition: i32) -> TopicPartition {
    TopicPartition { topic: CATALOG_DOCUMENT_STATE.name, partition }
}

pub(crate) fn a_site() -> SiteId {
    SiteId(Uuid::now_v7())
}

pub(crate) fn text_question(text: &str) -> ProductQuery {
    ProductQuery { text: Some(text.to_owned()), ..ProductQuery::all() }
}

pub(crate) fn skus_of(page: &SearchPage) -> Vec<String> {
    let sku = |json: &str| serde_json::from_str::<ProductDocument>(json).expect("a document").sku.into();
    page.hits.iter().map(|hit| sku(&hit.document_json)).collect()
}

pub(crate) fn time(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).expect("a time")
}

pub(crate) fn product(sku: &str, name: &str) -> ProductDocument {
    let as_of = AsOf {
        topic: "erp.product.change.v1".to_owned(),
        partition: 0,
        offset: 1,
        erp_time: time(0),
        entity_version: 1,
    };
    ProductDocument {
        sku: Sku::parse(sku).expect("a SKU"),
        name: name.to_owned(),
        slug: slugify(name),
        url: product_url(sku, &slugify(name)),
        description: String::new(),
        brand: None,
        categories: vec![],
        attributes: IndexMap::new(),
        images: vec![],
        price: None,
        list_price: None,
        availability: Availability::of_quantity(Some(10)),
        variants: vec![],
        gtins: vec![],
        mpn: None,
        popularity: 0.0,
        released_at: None,
        updated_at: time(0),
        as_of,
        stock_as_of: None,
    }
}

pub(crate) fn euros(amount_minor: i64) -> Option<Money> {
    Some(Money::new(amount_minor, Currency::parse("EUR").expect("a currency")))
}

pub(crate) fn category(path: &[(&str, &str)]) -> DocumentCategory {
    let path: Vec<CategoryCrumb> =
        path.iter().map(|(id, name)| CategoryCrumb { id: (*id).to_owned(), name: (*name).to_owned() }).collect();
    let last = path.last().expect("a category").clone();
    DocumentCategory { id: last.id, name: last.name, path }
}

pub(crate) fn variant(sku: &str, options: &[(&str, &str)]) -> DocumentVariant {
    DocumentVariant {
        sku: Sku::parse(sku).expect("a SKU"),
        options: options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        images: vec![],
        price: None,
        list_price: None,
        availability: Availability::of_quantity(Some(1)),
    }
}

pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::Text(value.to_owned())
}

/// Twelve products of a kitchen shop.
pub(crate) fn kitchen() -> Vec<ProductDocument> {
    let kitchen = ("kitchen", "Kitchen");
    let mugs = category(&[kitchen, ("mugs", "Mugs")]);
    let knives = category(&[kitchen, ("knives", "Knives")]);
    let shirts = category(&[("clothes", "Clothing"), ("shirts", "Shirts")]);
    let rows = [
        ("M-1", "Red coffee mug", "Verd", &mugs, 1200, "Red", "Stoneware"),
        ("M-2", "Blue coffee mug", "Verd", &mugs, 1400, "Blue", "Stoneware"),
        ("M-3", "Red travel mug with lid", "Plainweave", &mugs, 2900, "Red", "Steel"),
        ("M-4", "Espresso cup", "Plainweave", &mugs, 900, "White", "Porcelain"),
        ("K-1", "Chef knife", "Plainweave", &knives, 8900, "Black", "Steel"),
        ("K-2", "Bread knife", "Ostra", &knives, 4900, "Black", "Steel"),
        ("K-3", "Käse knife set", "Ostra", &knives, 3900, "Red", "Steel"),
        ("T-1", "Heavy T-shirt", "Plainweave", &shirts, 3200, "Moss", "Cotton"),
        ("T-2", "Light T-shirt", "Plainweave", &shirts, 2900, "Sand", "Cotton"),
        ("T-3", "Long sleeve T-shirt", "Verd", &shirts, 3900, "Sand", "Linen"),
        ("H-1", "Wireless headphones", "Auris", &category(&[("audio", "Audio")]), 19900, "Black", "Plastic"),
        ("H-2", "Bluetooth keyboard", "Auris", &category(&[("audio", "Audio")]), 7900, "White", "Plastic"),
    ];
    (0i64..)
        .zip(rows)
        .map(|(at, (sku, name, brand, category, price, colour, material))| {
            let mut product = product(sku, name);
            product.brand = Some(brand.to_owned());
            product.categories = vec![category.clone()];
            product.price = euros(price);
            product.attributes.insert("colour".to_owned(), text(colour));
            product.attributes.insert("material".to_owned(), text(material));
            product.description = format!("{name} made of {material}. Made to be used every day.");
            product.popularity = 100.0 - f64::from(u8::try_from(at).expect("small"));
            product.released_at = Some(time(at * 60));
            product
        })
        .collect()
}

pub(crate) async fn kitchen_shop(dir: &Path) -> (Shop, SiteId) {
    let (shop, site_id) = (Shop::open(dir), a_site());
    let mut topic = Topic::default();
    for product in kitchen() {
        topic.publish(site_id, 1, &product);
    }
    shop.read(&topic).await;
    (shop, site_id)
}
