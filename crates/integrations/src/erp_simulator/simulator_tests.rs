use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use chrono::TimeZone;
use coheron_schemas::codec::decode;
use coheron_schemas::framing::unframe;
use coheron_schemas::record_kind::RecordKind;
use coheron_schemas::writer_schema::WriterSchema;

use super::*;
use crate::demo_shop::DemoShop;

fn clock_at(seconds: i64) -> impl Fn() -> DateTime<Utc> + Send + Sync + 'static {
    move || Utc.timestamp_opt(1_790_000_000 + seconds, 0).single().unwrap_or_default()
}

fn schema_ids() -> SchemaIds {
    RecordKind::ALL.into_iter().zip(1..).collect()
}

fn small_catalogue() -> ErpCatalogue {
    static SMALL: LazyLock<ErpCatalogue> = LazyLock::new(|| {
        let mut catalogue = ErpCatalogue::from(DemoShop::generate(3));
        catalogue.products.truncate(40);
        catalogue
    });
    SMALL.clone()
}

fn simulator(seed: u64, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> ErpSimulator {
    ErpSimulator::new("demo", small_catalogue(), schema_ids(), seed, clock)
}

fn export(simulator: &mut ErpSimulator) -> Vec<OutgoingErpRecord> {
    simulator.export_places().into_iter().map(|place| simulator.record_of(place).expect("a record")).collect()
}

fn read<Record: ContractRecord>(record: &OutgoingErpRecord) -> Record {
    let framed = unframe(&record.payload).expect("framed");
    assert_eq!(Some(framed.schema_id), schema_ids().get(Record::KIND));
    static SCHEMAS: LazyLock<HashMap<RecordKind, WriterSchema>> = LazyLock::new(|| {
        let parsed = |kind: RecordKind| WriterSchema::parse(kind.avsc()).expect("a schema");
        RecordKind::ALL.into_iter().map(|kind| (kind, parsed(kind))).collect()
    });
    decode(&SCHEMAS[&Record::KIND], framed.body).expect("a record")
}

#[test]
fn the_export_holds_everything_once_with_growing_versions() {
    let mut simulator = simulator(1, clock_at(0));
    let expected = simulator.record_count();
    let records = export(&mut simulator);
    assert_eq!(records.len(), expected);
    assert!(records.windows(2).all(|pair| pair[0].entity_version < pair[1].entity_version));
    let kinds = |kind| records.iter().filter(|record| record.kind == kind).count();
    assert_eq!(kinds(RecordKind::Product), 40);
    assert_eq!(kinds(RecordKind::Category), simulator.catalogue().categories.len());

    let product = records.iter().find(|record| record.kind == RecordKind::Product).expect("a product");
    let change: ProductChange = read(product);
    assert_eq!(change.name, simulator.catalogue().products[0].facts.name);
    assert_eq!((change.site.as_str(), change.source.as_str()), ("demo", "erp-sim"));
    assert_eq!(change.entity_version, product.entity_version);
    assert_eq!(product.key, format!("demo:{}", product.entity_id));
    assert_eq!(product.topic, "erp.product.change.v1");
    assert_eq!(change.event_id.as_bytes()[14], b'7');
}

#[test]
fn versions_grow_across_restarts() {
    let version = |seconds| {
        let mut simulator = simulator(1, clock_at(seconds));
        let last = export(&mut simulator).pop().expect("records");
        (last.entity_version, simulator.next_change().expect("a change").expect("a record").entity_version)
    };
    let (first_export, first_change) = version(0);
    let (second_export, _) = version(1);
    assert!(first_export < first_change && first_change < second_export);
}

#[test]
fn a_clock_that_goes_back_does_not_take_versions_back() {
    let seconds = Arc::new(AtomicI64::new(100));
    let clock = {
        let seconds = Arc::clone(&seconds);
        move || clock_at(seconds.load(Ordering::Relaxed))()
    };
    let mut simulator = simulator(1, clock);
    let before = simulator.next_change().expect("a change").expect("a record").entity_version;
    seconds.store(0, Ordering::Relaxed);
    assert!(simulator.next_change().expect("a change").expect("a record").entity_version > before);
}

#[test]
fn changes_stay_plausible_and_follow_the_seed() {
    let start: HashMap<String, i64> = small_catalogue()
        .products
        .iter()
        .flat_map(|product| product.prices.clone())
        .map(|(sku, price)| (sku.to_string(), price.amount_minor))
        .collect();
    let mut simulator = simulator(5, clock_at(0));
    let changes: Vec<OutgoingErpRecord> =
        (0..3_000).map(|_| simulator.next_change().expect("a change").expect("a record")).collect();
    let (mut prices, mut stock) = (0, 0);
    for change in &changes {
        match change.kind {
            RecordKind::Price => {
                let price: PriceChange = read(change);
                let usual = start[&price.sku];
                assert!(
                    price.amount_minor * 10 >= usual * 8 - 10 && price.amount_minor * 10 <= usual * 12,
                    "{price:?}"
                );
                assert!(price.list_amount_minor.is_none_or(|list| list > price.amount_minor));
                prices += 1;
            }
            RecordKind::Stock => {
                assert!(read::<StockChange>(change).on_hand >= 0);
                stock += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(prices > 500 && stock > 1_000, "{prices} {stock}");

    let mut again = self::simulator(5, clock_at(0));
    assert_eq!(again.next_change().expect("a change").expect("a record"), changes[0]);
}

#[test]
fn popular_products_change_more_often() {
    let mut catalogue = small_catalogue();
    for product in &mut catalogue.products {
        product.facts.popularity = 0.0;
    }
    catalogue.products[7].facts.popularity = 1_000.0;
    let popular: Vec<String> = catalogue.products[7].stock.iter().map(|(sku, _)| sku.to_string()).collect();
    let mut simulator = ErpSimulator::new("demo", catalogue, schema_ids(), 1, clock_at(0));
    let hits = (0..200)
        .filter(|_| popular.contains(&simulator.next_change().expect("a change").expect("a record").entity_id))
        .count();
    assert!(hits > 150, "{hits}");
}

#[test]
fn an_empty_catalogue_has_nothing_to_tell_and_unknown_schemas_are_named() {
    let mut empty = ErpSimulator::new("demo", ErpCatalogue::default(), schema_ids(), 1, clock_at(0));
    assert!(empty.next_change().is_none());
    assert_eq!(export(&mut empty).len(), 0);
    let mut unregistered = ErpSimulator::new("demo", small_catalogue(), SchemaIds::default(), 1, clock_at(0));
    let error = unregistered.record_of(Place::Category(0)).expect_err("no schema id");
    assert_eq!(error.to_string(), "no schema id is known for CategoryChange");
}

#[test]
fn a_price_can_be_set_by_hand() {
    let mut simulator = simulator(1, clock_at(0));
    let sku = simulator.catalogue().products[3].prices[0].0.to_string();
    let price: PriceChange = read(&simulator.set_price(&sku, 1_234).expect("a record"));
    assert_eq!((price.sku, price.amount_minor, price.list_amount_minor), (sku, 1_234, None));
    let error = simulator.set_price("NOT-THERE", 1).expect_err("unknown");
    assert_eq!(error.to_string(), "the catalogue has no price of NOT-THERE");
}
