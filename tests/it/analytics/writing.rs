//! The stage and the upkeep of files: every event once, whatever happens in between.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use coheron_analytics::{
    AnalyticsSettings, DataFusionQuery, DeadLetterWriter, EventFolder, WriteEvents, keep_up_event_files,
    merge_event_files, remove_replaced_files, remove_unknown_files,
};
use coheron_core::analytics_ports::{AnalyticsQuery, AnswerFormat, SqlQuestion};
use coheron_core::ids::SiteId;
use coheron_core::topics::WEB_EVENT;
use coheron_core::web_event::WebEvent;
use coheron_store::web_event_files;
use coheron_store::{PipelineTransaction, StoreError};
use coheron_stream::record::{Record, TopicPartition};
use coheron_stream::{Advance, Batch, DeadLetter, Stage, StageError};
use coheron_testkit::{Role, TestShop, create_site, eventually, run};
use coheron_transforms::quarantine;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::seeded::{event, record};

/// A shop with the stage in this process.
struct Writing {
    shop: TestShop,
    settings: AnalyticsSettings,
    stage: WriteEvents,
    query: DataFusionQuery,
    next_offset: i64,
}

struct DeadLetterTable;

#[async_trait]
impl DeadLetterWriter for DeadLetterTable {
    async fn bury(
        &self,
        transaction: &mut PipelineTransaction,
        stage: &'static str,
        letters: &[DeadLetter],
    ) -> Result<(), StoreError> {
        quarantine(transaction, stage, letters).await
    }
}

impl Writing {
    async fn new() -> anyhow::Result<Self> {
        let shop = TestShop::without_processes().await?;
        let settings = AnalyticsSettings {
            folder: shop.data.path().join("events"),
            keep_replaced_ms: 0,
            keep_unknown_ms: 0,
            ..AnalyticsSettings::default()
        };
        let stage =
            WriteEvents::new(shop.database.clone(), EventFolder::new(&settings.folder), Arc::new(DeadLetterTable));
        let query = DataFusionQuery::open(shop.database.clone(), settings.clone())?;
        Ok(Self { shop, settings, stage, query, next_offset: 0 })
    }

    fn batch(&self, payloads: &[Vec<u8>]) -> Batch {
        let offsets = self.next_offset..;
        let records: Vec<Record> = payloads
            .iter()
            .zip(offsets)
            .map(|(payload, offset)| Record {
                topic: WEB_EVENT.name,
                partition: 0,
                offset,
                key: None,
                payload: Some(payload.clone().into()),
                headers: vec![],
                timestamp: chrono::Utc::now(),
            })
            .collect();
        let partition = TopicPartition { topic: WEB_EVENT.name, partition: 0 };
        let to = self.next_offset + i64::try_from(payloads.len()).unwrap_or_default();
        Batch { records, advances: vec![Advance { partition, from: self.next_offset, to }], dead_letters: vec![] }
    }

    async fn process(&mut self, payloads: &[Vec<u8>]) -> anyhow::Result<Vec<&'static str>> {
        let batch = self.batch(payloads);
        let applied = self.stage.process(&batch).await?;
        self.next_offset = batch.advances[0].to;
        Ok(applied.set_aside)
    }

    async fn rows(&self, site_id: SiteId, sql: &str) -> anyhow::Result<Value> {
        let question = SqlQuestion { sql: sql.to_owned(), parameters: vec![], format: AnswerFormat::Json };
        let answer: Value = serde_json::from_slice(&self.query.query(site_id, &question).await?.body)?;
        Ok(answer["rows"].clone())
    }

    async fn count(&self, site_id: SiteId) -> anyhow::Result<Value> {
        Ok(self.rows(site_id, "SELECT count(*), count(DISTINCT event_id) FROM web_events").await?[0].clone())
    }

    async fn live_files(&self, site_id: SiteId) -> anyhow::Result<Vec<web_event_files::EventFile>> {
        let mut transaction = self.shop.database.begin_site(site_id).await?;
        Ok(web_event_files::live(&mut transaction).await?)
    }

    fn files_on_disk(&self, site_id: SiteId) -> usize {
        let folder = EventFolder::new(&self.settings.folder).of_site(site_id);
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }
}

fn payload(event: &WebEvent) -> Vec<u8> {
    serde_json::to_vec(event).expect("JSON")
}

#[test]
fn an_event_counts_once_and_what_is_none_becomes_a_dead_letter() {
    run(async {
        let mut writing = Writing::new().await?;
        let site = writing.shop.site.id;
        let other = create_site(&writing.shop.database, "other", &["other.example"]).await?;
        let first = event(site, "a", 0);
        // Another site may use the same id.
        let theirs = WebEvent { event_id: first.event_id, ..event(other.id, "b", 1) };
        let set_aside =
            writing.process(&[payload(&first), payload(&theirs), b"nonsense".to_vec(), payload(&first)]).await?;
        assert_eq!(set_aside, ["garbled_event"]);
        writing.process(&[payload(&first), payload(&event(site, "a", 2))]).await?;
        // A batch without anything new moves the position and writes no file.
        writing.process(&[payload(&first)]).await?;
        assert_eq!(writing.count(site).await?, json!([2, 2]));
        assert_eq!(writing.count(other.id).await?, json!([1, 1]));
        assert_eq!(writing.rows(other.id, "SELECT visitor_id FROM web_events").await?, json!([["b"]]));
        let files = writing.live_files(site).await?;
        assert_eq!(files.len(), 2);
        assert!(files[0].name.starts_with("web.event.v1-0-0-3-"), "{}", files[0].name);
        let letters = writing.shop.coheron(&["dead-letters", "list", "--json"])?;
        assert_eq!(letters.lines().count(), 1, "{letters}");
        Ok(())
    });
}

#[test]
fn a_crash_between_file_and_commit_leaves_a_file_that_is_removed() {
    run(async {
        let mut writing = Writing::new().await?;
        let site = writing.shop.site.id;
        writing.process(&[payload(&event(site, "a", 0))]).await?;
        // Another owner has moved the position: the file is written, the transaction is not committed.
        let mut overtaken = writing.batch(&[payload(&event(site, "a", 1))]);
        overtaken.advances[0].from = 77;
        let outcome = writing.stage.process(&overtaken).await;
        assert!(matches!(outcome, Err(StageError::Fenced { .. })), "{outcome:?}");
        assert_eq!(writing.files_on_disk(site), 2);
        assert_eq!(writing.count(site).await?, json!([1, 1]), "a file counts when the manifest names it");

        let removed = remove_unknown_files(&writing.shop.database, &writing.settings).await?;
        assert_eq!((removed, writing.files_on_disk(site)), (1, 1));
        // The rightful owner reads the record again.
        overtaken.advances[0].from = 1;
        writing.stage.process(&overtaken).await?;
        assert_eq!(writing.count(site).await?, json!([2, 2]));
        Ok(())
    });
}

#[test]
fn files_of_a_site_that_the_database_does_not_know_stay() {
    run(async {
        let mut writing = Writing::new().await?;
        let site = writing.shop.site.id;
        writing.process(&[payload(&event(site, "a", 0))]).await?;
        // As if the role had been started with the database of another installation.
        let elsewhere = TestShop::without_processes().await?;
        assert_eq!(remove_unknown_files(&elsewhere.database, &writing.settings).await?, 0);
        assert_eq!(writing.count(site).await?, json!([1, 1]));
        assert_eq!(writing.rows(site, "SELECT visitor_id FROM web_events").await?, json!([["a"]]));
        Ok(())
    });
}

#[test]
fn merging_keeps_every_row_and_readers_of_the_old_files_are_not_disturbed() {
    run(async {
        let mut writing = Writing::new().await?;
        let site = writing.shop.site.id;
        for number in 0..20 {
            let events: Vec<Vec<u8>> = (0..5).map(|at| payload(&event(site, "a", 100 - number * 5 - at))).collect();
            writing.process(&events).await?;
        }
        let before = writing.live_files(site).await?;
        assert_eq!(before.len(), 20);
        let sum = "SELECT count(*), min(occurred_at), max(occurred_at) FROM web_events";
        let rows = writing.rows(site, sum).await?;

        let replaced = merge_event_files(&writing.shop.database, &writing.settings).await?;
        assert_eq!(replaced, 20);
        let after = writing.live_files(site).await?;
        assert_eq!((after.len(), after[0].rows, after[0].origin), (1, 100, None));
        assert_eq!(writing.rows(site, sum).await?, rows);
        assert_eq!(writing.files_on_disk(site), 21, "those who read the replaced files still find them");

        assert_eq!(remove_replaced_files(&writing.shop.database, &writing.settings).await?, 20);
        assert_eq!(remove_unknown_files(&writing.shop.database, &writing.settings).await?, 0);
        assert_eq!(writing.files_on_disk(site), 1);
        assert_eq!(writing.rows(site, sum).await?, rows);
        let sorted = "SELECT count(*) FROM (SELECT occurred_at, lag(occurred_at) OVER () AS before FROM web_events)
            WHERE before > occurred_at";
        assert_eq!(writing.rows(site, sorted).await?, json!([[0]]), "a merged file is sorted by time");
        assert_eq!(merge_event_files(&writing.shop.database, &writing.settings).await?, 0, "once is enough");
        Ok(())
    });
}

#[test]
fn days_of_one_file_keep_no_other_site_from_being_merged() {
    run(async {
        let mut writing = Writing::new().await?;
        let site = writing.shop.site.id;
        // More files than one look has, of a site that comes before ours: one for each of its days.
        let settled_days =
            "INSERT INTO web_event_files (site_id, name, topic, rows, bytes, min_occurred_at, max_occurred_at)
            SELECT '00000000-0000-0000-0000-000000000000', 'day-' || ago || '.parquet', 'web.event.v1', 10, 10,
                now() - make_interval(hours => 24 * ago), now() - make_interval(hours => 24 * ago)
            FROM generate_series(1, 6000) AS ago";
        sqlx::query(settled_days).execute(writing.shop.database.pipeline()).await?;
        for number in 0..8 {
            writing.process(&[payload(&event(site, "a", number))]).await?;
        }
        assert_eq!(merge_event_files(&writing.shop.database, &writing.settings).await?, 8);
        assert_eq!(writing.live_files(site).await?.len(), 1);
        assert_eq!(writing.count(site).await?, json!([8, 8]));
        Ok(())
    });
}

#[test]
fn a_file_that_is_gone_keeps_nothing_else_from_being_merged() {
    run(async {
        let mut writing = Writing::new().await?;
        let site = writing.shop.site.id;
        let other = create_site(&writing.shop.database, "other", &["other.example"]).await?;
        for number in 0..8 {
            writing.process(&[payload(&event(site, "a", number)), payload(&event(other.id, "b", number))]).await?;
        }
        let lost = writing.live_files(site).await?.remove(0);
        std::fs::remove_file(EventFolder::new(&writing.settings.folder).path_of(site, &lost.name))?;

        assert_eq!(merge_event_files(&writing.shop.database, &writing.settings).await?, 8 + 7);
        assert_eq!(writing.live_files(other.id).await?.len(), 1);
        assert_eq!(writing.count(other.id).await?, json!([8, 8]));
        let left: Vec<String> = writing.live_files(site).await?.into_iter().map(|file| file.name).collect();
        assert!(
            left.len() == 2 && left.contains(&lost.name),
            "nothing is taken out of the manifest by itself: {left:?}"
        );
        Ok(())
    });
}

#[test]
fn one_look_removes_all_that_is_old() {
    run(async {
        let writing = Writing::new().await?;
        let site = writing.shop.site.id;
        // More of each than one statement removes, and one of each that stays.
        for rows in [
            "INSERT INTO web_event_ids (site_id, event_id, received_on)
                SELECT $1, gen_random_uuid(), current_date - CASE WHEN n = 1 THEN 0 ELSE 100 END
                FROM generate_series(1, 25000) AS n",
            "INSERT INTO web_event_files (site_id, name, topic, rows, bytes, min_occurred_at, max_occurred_at, replaced_at)
                SELECT $1, 'old-' || n || '.parquet', 'web.event.v1', 1, 1, now(), now(),
                    CASE WHEN n = 1 THEN NULL ELSE now() - interval '1 hour' END
                FROM generate_series(1, 2500) AS n",
        ] {
            sqlx::query(rows).bind(site.0).execute(writing.shop.database.pipeline()).await?;
        }
        let cancel = CancellationToken::new();
        let (database, stop) = (writing.shop.database.clone(), cancel.clone());
        // The second look is further away than the patience below.
        let settings = AnalyticsSettings { upkeep_ms: 3_600_000, ..writing.settings.clone() };
        let upkeep = tokio::spawn(async move { keep_up_event_files(&database, &settings, &stop).await });
        let rows = "SELECT (SELECT count(*) FROM web_event_ids), (SELECT count(*) FROM web_event_files)";
        eventually("only what is not old is left", Duration::from_secs(60), async || {
            let left: (i64, i64) = sqlx::query_as(rows).fetch_one(writing.shop.database.pipeline()).await.ok()?;
            (left == (1, 1)).then_some(())
        })
        .await;
        cancel.cancel();
        upkeep.await??;
        Ok(())
    });
}

#[test]
fn a_role_that_is_killed_again_and_again_loses_and_repeats_nothing() {
    run(async {
        let shop = TestShop::start_with(&[Role::Analytics]).await?;
        let settings = AnalyticsSettings { folder: shop.data.path().join("events"), ..AnalyticsSettings::default() };
        let query = DataFusionQuery::open(shop.database.clone(), settings)?;
        let count = async || {
            let sql = "SELECT count(*) AS n, count(DISTINCT event_id) FROM web_events".to_owned();
            let question = SqlQuestion { sql, parameters: vec![], format: AnswerFormat::Json };
            let answer = query.query(shop.site.id, &question).await.ok()?;
            let answer: Value = serde_json::from_slice(&answer.body).ok()?;
            Some((answer["rows"][0][0].as_u64()?, answer["rows"][0][1].as_u64()?))
        };
        let mut sent = 0;
        for round in 0..4_u64 {
            let events: Vec<WebEvent> =
                (0..250).map(|number| event(shop.site.id, &format!("v{}", number % 20), number)).collect();
            // A third of the beacons is sent again by browsers that heard no answer.
            let records = events.iter().chain(&events[..80]).map(record).collect();
            shop.erp.send_all(records).await?;
            sent += 250;
            // The role dies at another moment of its work in every round.
            eventually("some events of the round", Duration::from_secs(60), async || {
                count().await.filter(|(rows, _)| *rows + 250 * (round % 2) >= sent)
            })
            .await;
            shop.kill_role(Role::Analytics)?;
            shop.start_role(Role::Analytics)?;
        }
        eventually("every event", Duration::from_secs(60), async || count().await.filter(|(rows, _)| *rows >= sent))
            .await;
        let settled = count().await.context("an answer")?;
        assert_eq!(settled, (sent, sent));
        Ok(())
    });
}
