//! `index_documents`: the stage that keeps the indexes equal to the document topic.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use coheron_core::clock::Clock;
use coheron_core::ids::SiteId;
use coheron_core::ports::CatalogueObserver;
use coheron_core::sku::Sku;
use coheron_core::topics::{CATALOG_DOCUMENT_STATE, Topic};
use coheron_stream::record::{Record, TopicPartition};
use coheron_stream::stage::{Applied, Batch, DeadLetter, Stage, StageError};

use crate::error::IndexerError;
use crate::ports::DocumentTopic;
use crate::service::SearchService;
use crate::settings::IndexSettings;
use crate::sites::Sites;
use crate::writing::incoming::{Change, read_changes};
use crate::writing::site_writers::SiteWriters;

const TOPICS: &[Topic] = &[CATALOG_DOCUMENT_STATE];

/// Entry point of the process that writes the indexes.
pub struct CatalogueIndex;

/// Where documents go that cannot be indexed. Called before the position moves beyond them, and again after a crash in
/// between: it must take the same letter twice.
#[async_trait]
pub trait DeadLetterSink: Send + Sync {
    async fn bury(&self, stage: &'static str, letters: &[DeadLetter]) -> Result<(), StageError>;
}

pub struct IndexDocuments {
    writers: Arc<Mutex<SiteWriters>>,
    dead_letters: Arc<dyn DeadLetterSink>,
    document_topic: Arc<dyn DocumentTopic>,
    clock: Clock,
    /// What was published before is caught up on, and may have been found before.
    followed_since: Mutex<DateTime<Utc>>,
}

impl CatalogueIndex {
    /// Opens every index for writing; damaged ones are built again from the beginning of the topic. Blocks on files.
    pub fn open_writer(
        settings: &IndexSettings,
        observer: Arc<dyn CatalogueObserver>,
        dead_letters: Arc<dyn DeadLetterSink>,
        document_topic: Arc<dyn DocumentTopic>,
        clock: Clock,
    ) -> Result<(Arc<IndexDocuments>, Arc<SearchService>), IndexerError> {
        let sites = Arc::new(Sites::default());
        let writers = SiteWriters::open(settings, Arc::clone(&sites), observer, clock())?;
        let (writers, followed_since) = (Arc::new(Mutex::new(writers)), Mutex::new(clock()));
        let stage = IndexDocuments { writers, dead_letters, document_topic, clock, followed_since };
        let search = SearchService::new(sites, settings.concurrent_searches);
        Ok((Arc::new(stage), Arc::new(search)))
    }
}

impl IndexDocuments {
    /// Builds one site's index again while the present one serves. The stage asks to be started again with its next
    /// batch, then reads from the start of the topic.
    pub async fn rebuild_site(&self, site_id: SiteId) -> Result<(), IndexerError> {
        let now = (self.clock)();
        self.with_writers(move |writers| writers.rebuild(site_id, now)).await?
    }

    /// Stores what every index has held back for long enough. To be called about once a second: batches do the same, but
    /// after the last one of a burst nothing else would.
    pub async fn store_due(&self) -> Result<(), IndexerError> {
        self.with_writers(SiteWriters::store_due).await?
    }

    /// Tells a topic in which nothing comes from one that cannot be read: only the latter may hide deletions. To be called
    /// much more often than the topic forgets them.
    pub async fn confirm_reading(&self) -> Result<(), StageError> {
        // Before the broker is asked: what comes later may be missed.
        let now = (self.clock)();
        let offsets = self.document_topic.offsets().await?;
        Ok(self.with_writers(move |writers| writers.confirm(&offsets, now)).await?)
    }

    /// Stores what every index holds in memory alone; the last call before the process ends.
    pub async fn close(&self) -> Result<(), IndexerError> {
        self.with_writers(SiteWriters::close).await?
    }

    /// Before records come: whatever is built now aims at the end of what the topic holds now.
    async fn prepare_reading(&self) -> Result<(), StageError> {
        let now = (self.clock)();
        let needs_aim = self.with_writers(move |writers| writers.prepare(now)).await??;
        if !needs_aim {
            return Ok(());
        }
        let offsets = self.document_topic.offsets().await?;
        self.with_writers(move |writers| writers.aim_at(&offsets, now)).await??;
        Ok(())
    }

    async fn with_writers<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SiteWriters) -> T + Send + 'static,
    ) -> Result<T, IndexerError> {
        let writers = Arc::clone(&self.writers);
        let blocking = move || work(&mut writers.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(blocking).await.map_err(|_| IndexerError::Closed)
    }
}

#[async_trait]
impl Stage for IndexDocuments {
    fn name(&self) -> &'static str {
        "index_documents"
    }

    fn topics(&self) -> &'static [Topic] {
        TOPICS
    }

    async fn positions(&self, partitions: &[TopicPartition]) -> Result<HashMap<TopicPartition, i64>, StageError> {
        *self.followed_since.lock().unwrap_or_else(PoisonError::into_inner) = (self.clock)();
        self.prepare_reading().await?;
        let partitions = partitions.to_vec();
        let positions = self
            .with_writers(move |writers| {
                partitions.into_iter().map(|partition| (partition, writers.position(partition.partition))).collect()
            })
            .await?;
        Ok(positions)
    }

    async fn process(&self, batch: &Batch) -> Result<Applied, StageError> {
        if !batch.dead_letters.is_empty() {
            self.dead_letters.bury(self.name(), &batch.dead_letters).await?;
        }
        let (records, advances, clock) = (batch.records.clone(), batch.advances.clone(), self.clock);
        let followed_since = *self.followed_since.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = self
            .with_writers(move |writers| {
                let changes = read_changes(&records)?;
                let changed = writers.apply(&changes, &advances, clock())?;
                for seconds in freshness(&records, &changes, &changed, followed_since, clock()) {
                    metrics::histogram!("coheron_index_freshness_seconds").record(seconds);
                }
                Ok::<_, StageError>(changed)
            })
            .await??;
        for (_, skus) in changed {
            metrics::counter!("coheron_index_documents_total").increment(skus.len() as u64);
        }
        Ok(Applied::default())
    }
}

/// Seconds from the ERP's clock to the moment the change can be found, of what was published since the stream is followed:
/// an index that is built again reads what was found long ago.
fn freshness(
    records: &[Record],
    changes: &HashMap<SiteId, Vec<Change>>,
    changed: &[(SiteId, Vec<Sku>)],
    followed_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<f64> {
    let followed = records.iter().filter(|record| record.timestamp >= followed_since);
    let followed: HashSet<(i32, i64)> = followed.map(|record| (record.partition, record.offset)).collect();
    let mut ages = Vec::new();
    for (site_id, skus) in changed {
        let skus: HashSet<&Sku> = skus.iter().collect();
        let of_site = changes.get(site_id).into_iter().flatten();
        let applied = of_site
            .filter(|change| skus.contains(&change.sku) && followed.contains(&(change.partition, change.offset)));
        for product in applied.filter_map(|change| change.product.as_ref()) {
            let age = now.signed_duration_since(product.document.as_of.erp_time);
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of an age fit a float")]
            let seconds = age.num_milliseconds().max(0) as f64 / 1000.0;
            ages.push(seconds);
        }
    }
    ages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixture::{Topic, a_site, product, time};

    #[test]
    fn only_what_is_applied_while_the_stream_is_followed_has_a_freshness() {
        let (site_id, mut topic) = (a_site(), Topic::default());
        for (sku, published) in [("CAUGHT-UP", 110), ("NEW", 160), ("KNOWN", 160)] {
            topic.publish(site_id, 1, &product(sku, "Mug"));
            topic.records.last_mut().expect("a record").timestamp = time(published);
        }
        let changes = read_changes(&topic.records).expect("changes");
        let changed = [(site_id, ["CAUGHT-UP", "NEW"].map(|sku| Sku::parse(sku).expect("a SKU")).to_vec())];
        // The ERP changed each of them at second 0.
        assert_eq!(freshness(&topic.records, &changes, &changed, time(150), time(170)), [170.0]);
    }
}
