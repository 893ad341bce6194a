//! When the registry is asked, and what its failures mean.

use super::*;

#[tokio::test]
async fn a_registry_that_is_down_is_no_fault_of_the_record() {
    let decoder = ErpDecoder::with_clock(Arc::new(DeadRegistry), Arc::new(now));
    let avro = Draft::avro("demo:TEE", &price());
    let failure = decoder.decode::<CatalogueChange>(&avro.incoming(), &sites()).await.expect_err("no schema");
    assert!(matches!(failure, DecodeFailure::RegistryUnavailable(_)), "{failure:?}");
    assert_eq!(failure.retry_class(), RetryClass::Transient);
    // Records without a schema id do not need it.
    let json = Draft::json(ERP_PRICE_CHANGE.name, "demo:TEE", &price_json());
    assert!(decoder.decode::<CatalogueChange>(&json.incoming(), &sites()).await.is_ok());
}

#[tokio::test]
async fn a_schema_is_fetched_once_and_an_unknown_one_again_after_a_moment() {
    let registry = Arc::new(registry());
    let time = Arc::new(Mutex::new(now()));
    let clock = {
        let time = time.clone();
        move || *time.lock().expect("a lock")
    };
    let decoder = ErpDecoder::with_clock(registry.clone(), Arc::new(clock));
    let draft = Draft::avro("demo:TEE", &price());
    let sites = sites();
    for _ in 0..3 {
        decoder.decode::<CatalogueChange>(&draft.incoming(), &sites).await.expect("a change");
    }
    assert_eq!(registry.calls.load(Ordering::SeqCst), 1);

    let body = encode(&price()).expect("encodes");
    let late = Draft { payload: Some(frame(300, &body)), ..Draft::tombstone(ERP_PRICE_CHANGE.name, "demo:TEE") };
    for _ in 0..3 {
        decoder.decode::<CatalogueChange>(&late.incoming(), &sites).await.expect_err("unknown");
    }
    assert_eq!(registry.calls.load(Ordering::SeqCst), 2);
    registry.schemas.lock().expect("a lock").insert(300, RecordKind::Price.avsc().to_owned());
    *time.lock().expect("a lock") += TimeDelta::seconds(3);
    decoder.decode::<CatalogueChange>(&late.incoming(), &sites).await.expect("registered by now");
    assert_eq!(registry.calls.load(Ordering::SeqCst), 3);
}
