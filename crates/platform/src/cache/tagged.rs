//! A cache over tags, bounded in bytes.

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::generations::{Snapshot, Tag, TagGenerations};

/// Section `cache`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CacheSettings {
    /// Memory for the entries of one cache, in bytes. Default 33,554,432 (32 MiB).
    pub capacity_bytes: u64,
    /// The longest an entry is used, in milliseconds: bounds what a lost change notice can do. Default 60,000.
    pub time_to_live_ms: u64,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { capacity_bytes: 32 * 1024 * 1024, time_to_live_ms: 60_000 }
    }
}

/// Keeps rendered answers while the generations of their tags hold.
///
/// ```text
/// reader   snapshot ──── read stores ──── render ──── store entry with snapshot
/// writer                      commit ── bump
/// ```
/// A change becomes readable before its tags are bumped. A reader that still saw the old state took its snapshot
/// before the bump, so its entry never matches the generations after it: there is no moment in which a stale entry
/// can be stored and stay valid.
pub struct TaggedCache<V> {
    name: &'static str,
    entries: Cache<Arc<str>, Entry<V>>,
    generations: Arc<TagGenerations>,
    /// One render at a time per key. Keys share locks by hash; two that meet only wait for each other.
    renders: Box<[Mutex<()>]>,
    hasher: RandomState,
}

#[derive(Clone)]
struct Entry<V> {
    value: V,
    snapshot: Snapshot,
}

const RENDER_LOCKS: usize = 1_024;
/// What an entry costs beside its key and value, in bytes.
const ENTRY_OVERHEAD: usize = 200;

impl<V: Clone + Send + Sync + 'static> TaggedCache<V> {
    /// `value_bytes` tells how much memory a value takes.
    pub fn new(
        name: &'static str,
        settings: &CacheSettings,
        generations: Arc<TagGenerations>,
        value_bytes: fn(&V) -> usize,
    ) -> Self {
        let entries = Cache::builder()
            .max_capacity(settings.capacity_bytes)
            .time_to_live(Duration::from_millis(settings.time_to_live_ms))
            .weigher(move |key: &Arc<str>, entry: &Entry<V>| {
                let bytes = key.len() + value_bytes(&entry.value) + ENTRY_OVERHEAD;
                u32::try_from(bytes).unwrap_or(u32::MAX)
            })
            .build();
        let renders = (0..RENDER_LOCKS).map(|_| Mutex::new(())).collect();
        Self { name, entries, generations, renders, hasher: RandomState::new() }
    }

    /// The valid entry of the key, or what `render` makes. `render` reads its data only when it is polled, which is
    /// after the generations of `tags` were noted. Concurrent callers of one key share one render. An error is
    /// handed back and not stored.
    pub async fn get_or_render<E>(
        &self,
        key: &str,
        tags: &[Tag],
        render: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        if let Some(value) = self.get(key) {
            self.count("hit");
            return Ok(value);
        }
        let _one_at_a_time = self.renders[(self.hasher.hash_one(key) % RENDER_LOCKS as u64) as usize].lock().await;
        // Whoever held the lock may have rendered what we want. It is checked against the generations of now, so a
        // caller never gets a state older than its own request.
        if let Some(value) = self.get(key) {
            self.count("shared");
            return Ok(value);
        }
        self.count("miss");
        let snapshot = self.generations.snapshot(tags);
        let value = render.await?;
        // Storing what is stale already would only push out something better.
        if self.generations.still_holds(&snapshot) {
            self.entries.insert(Arc::from(key), Entry { value: value.clone(), snapshot });
        }
        Ok(value)
    }

    fn get(&self, key: &str) -> Option<V> {
        let entry = self.entries.get(key)?;
        self.generations.still_holds(&entry.snapshot).then_some(entry.value)
    }

    fn count(&self, result: &'static str) {
        metrics::counter!("coheron_cache_requests_total", "cache" => self.name, "result" => result).increment(1);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU64, Ordering};

    use coheron_core::ids::SiteId;
    use coheron_core::ports::CatalogueObserver;
    use coheron_core::sku::Sku;
    use uuid::Uuid;

    use super::*;

    const SITE: SiteId = SiteId(Uuid::from_u128(1));

    fn cache() -> (Arc<TagGenerations>, TaggedCache<u64>) {
        let generations = Arc::new(TagGenerations::new());
        let cache = TaggedCache::new("test", &CacheSettings::default(), Arc::clone(&generations), |_| 8);
        (generations, cache)
    }

    fn sku(text: &str) -> Sku {
        Sku::parse(text).expect("a SKU")
    }

    async fn rendered(cache: &TaggedCache<u64>, tags: &[Tag], value: u64) -> u64 {
        cache.get_or_render("key", tags, async { Ok::<_, Infallible>(value) }).await.expect("a value")
    }

    #[tokio::test]
    async fn an_entry_lives_until_one_of_its_tags_moves() {
        let (generations, cache) = cache();
        let tags = [Tag::Site(SITE), Tag::Product(SITE, sku("A"))];
        assert_eq!(rendered(&cache, &tags, 1).await, 1);
        assert_eq!(rendered(&cache, &tags, 2).await, 1, "served from memory");
        generations.products_changed(SITE, &[sku("A")]);
        assert_eq!(rendered(&cache, &tags, 3).await, 3);
        generations.catalogue_replaced(SITE);
        assert_eq!(rendered(&cache, &tags, 4).await, 4);
        generations.catalogue_replaced(SiteId(Uuid::from_u128(2)));
        assert_eq!(rendered(&cache, &tags, 5).await, 4, "another site's change does not matter");
        generations.bump_all();
        assert_eq!(rendered(&cache, &tags, 6).await, 6);
    }

    #[tokio::test]
    async fn a_change_between_reading_and_storing_leaves_no_stale_entry() {
        let (generations, cache) = cache();
        let tags = [Tag::Listing(SITE)];
        let overtaken = cache.get_or_render("key", &tags, async {
            let read_before_the_change = 1;
            generations.products_changed(SITE, &[sku("A")]);
            Ok::<u64, Infallible>(read_before_the_change)
        });
        assert_eq!(overtaken.await, Ok(1));
        assert_eq!(rendered(&cache, &tags, 2).await, 2);
    }

    #[tokio::test]
    async fn an_error_is_not_remembered() {
        let (_, cache) = cache();
        let failed = cache.get_or_render("key", &[], async { Err::<u64, &str>("broken") }).await;
        assert_eq!(failed, Err("broken"));
        assert_eq!(rendered(&cache, &[], 2).await, 2);
    }

    /// The writer makes a value readable and then bumps; whoever asks afterwards must get that value or a later one.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn under_concurrency_no_reader_sees_a_value_older_than_its_question() {
        let (generations, cache) = cache();
        let cache = Arc::new(cache);
        let stored = Arc::new(AtomicU64::new(0));
        let announced = Arc::new(AtomicU64::new(0));
        let readers: Vec<_> = (0..8)
            .map(|_| {
                let (cache, stored, announced) = (Arc::clone(&cache), Arc::clone(&stored), Arc::clone(&announced));
                tokio::spawn(async move {
                    let mut stale = 0;
                    for _ in 0..2_000 {
                        let at_least = announced.load(Ordering::SeqCst);
                        let render = async {
                            let value = stored.load(Ordering::SeqCst);
                            tokio::task::yield_now().await;
                            Ok::<_, Infallible>(value)
                        };
                        let got = cache.get_or_render("key", &[Tag::Listing(SITE)], render).await.unwrap_or(0);
                        stale += u64::from(got < at_least);
                    }
                    stale
                })
            })
            .collect();
        for value in 1..=2_000 {
            stored.store(value, Ordering::SeqCst);
            generations.products_changed(SITE, &[sku("A")]);
            announced.store(value, Ordering::SeqCst);
            tokio::task::yield_now().await;
        }
        for reader in readers {
            assert_eq!(reader.await.expect("a reader"), 0);
        }
    }

    #[tokio::test]
    async fn callers_of_one_key_share_a_render() {
        let (_, cache) = cache();
        let renders = AtomicU64::new(0);
        let call = || {
            cache.get_or_render("key", &[Tag::Listing(SITE)], async {
                let render = renders.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(render)
            })
        };
        let answers = futures::future::join_all((0..10).map(|_| call())).await;
        assert_eq!(renders.load(Ordering::SeqCst), 1);
        assert!(answers.into_iter().all(|answer| answer == Ok(0)));
    }
}
