use std::sync::{LazyLock, Mutex, PoisonError};

use coheron_schemas::record_kind::RecordKind;

use super::*;
use crate::demo_shop::DemoShop;
use crate::erp_catalogue::ErpCatalogue;
use crate::erp_simulator::{ErpSimulator, SchemaIds};

/// Keeps what was published; fails as often as it was told to.
#[derive(Default)]
struct MemoryPublisher {
    stored: Mutex<Vec<OutgoingErpRecord>>,
    failures: Mutex<Vec<RetryClass>>,
}

impl MemoryPublisher {
    fn failing(failures: &[RetryClass]) -> Self {
        Self { failures: Mutex::new(failures.to_vec()), ..Self::default() }
    }

    fn count(&self) -> usize {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[async_trait]
impl RecordPublisher for MemoryPublisher {
    async fn publish(&self, records: Vec<OutgoingErpRecord>) -> Result<(), PublishError> {
        if let Some(class) = self.failures.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Err(PublishError { retry_class: class, source: "as told".into() });
        }
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).extend(records);
        Ok(())
    }
}

fn endless(changes_per_second: f64) -> Pace {
    Pace { changes_per_second, most_changes: None }
}

fn erp() -> SharedErp {
    static SMALL: LazyLock<ErpCatalogue> = LazyLock::new(|| {
        let mut catalogue = ErpCatalogue::from(DemoShop::generate(2));
        catalogue.products.truncate(200);
        catalogue
    });
    let schema_ids: SchemaIds = RecordKind::ALL.into_iter().zip(1..).collect();
    SharedErp::new(ErpSimulator::new("demo", SMALL.clone(), schema_ids, 1, chrono::Utc::now))
}

#[tokio::test]
async fn the_whole_catalogue_is_published_with_progress_and_a_broker_may_be_away_for_a_moment() {
    let publisher = MemoryPublisher::failing(&[RetryClass::Transient]);
    let erp = erp();
    let total = erp.lock().record_count();
    assert!(total > BATCH_RECORDS, "{total}");
    let mut progress = Vec::new();
    publish_catalogue(&erp, &publisher, |stored| progress.push(stored)).await.expect("published");
    assert_eq!(publisher.count(), total);
    assert_eq!(progress.last(), Some(&total));
    assert!(progress.len() > 1);
}

#[tokio::test]
async fn changes_keep_their_pace_and_stop_at_the_limit() {
    let publisher = MemoryPublisher::default();
    let start = Instant::now();
    let pace = Pace { changes_per_second: 1_000.0, most_changes: Some(150) };
    let published = keep_changing(&erp(), &publisher, pace, &CancellationToken::new()).await.expect("published");
    assert_eq!((published, publisher.count()), (150, 150));
    // The last of 150 is due after 149 ms; timers may be late but never early.
    assert!(start.elapsed() >= Duration::from_millis(145), "{:?}", start.elapsed());
}

#[tokio::test]
async fn cancelling_ends_the_run_also_while_the_broker_is_away() {
    let cancel = CancellationToken::new();
    let publisher = MemoryPublisher::failing(&[RetryClass::Transient; 50]);
    let erp = erp();
    let running = keep_changing(&erp, &publisher, endless(100.0), &cancel);
    let cancelling = async {
        while publisher.failures.lock().unwrap_or_else(PoisonError::into_inner).len() == 50 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (published, ()) = tokio::join!(running, cancelling);
    assert_eq!(published.expect("cancelled"), 0);
}

#[tokio::test]
async fn lasting_errors_and_senseless_rates_end_the_run() {
    let publisher = MemoryPublisher::failing(&[RetryClass::Fatal]);
    let cancel = CancellationToken::new();
    let error = keep_changing(&erp(), &publisher, endless(10.0), &cancel).await.expect_err("refused");
    assert_eq!(error.retry_class(), RetryClass::Fatal);
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = keep_changing(&erp(), &publisher, endless(rate), &cancel).await.expect_err("refused");
        assert!(matches!(error, SimulationError::InvalidRate), "{rate}");
    }
}
