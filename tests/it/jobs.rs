//! The job queue against the real database, and the mail that an order leaves in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coheron_core::address::Address;
use coheron_core::cart::{PricedLine, TaxMode, TaxRule, Totals};
use coheron_core::commerce_ports::MailError;
use coheron_core::ids::{OrderId, SiteId};
use coheron_core::money::Money;
use coheron_core::purchase::{Purchase, PurchasedLine};
use coheron_core::sku::Sku;
use coheron_integrations::mail::{FolderMailer, Sender, StoredMail};
use coheron_store::job_queue::{self, ClaimedJob, JobKind, NewJob};
use coheron_store::orders::{self, NewOrder, OrderPayment};
use coheron_store::{Database, StoreError, sites};
use coheron_testkit::{Role, TestShop, eventually, run};
use coheron_worker::{Job, JobError, RunJobs};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);
const LEASE: Duration = Duration::from_secs(60);
const EVERY_KIND: &[JobKind] = &JobKind::ALL;

fn job(site_id: SiteId) -> NewJob {
    NewJob::new(JobKind::SendOrderConfirmation, site_id, json!({"order_id": Uuid::now_v7()}))
}

async fn enqueue(database: &Database, job: &NewJob) -> anyhow::Result<Uuid> {
    let mut transaction = database.begin_site(job.site_id).await?;
    let id = job_queue::enqueue(transaction.connection(), job).await?;
    transaction.commit().await?;
    Ok(id)
}

async fn claim(database: &Database, lease: Duration) -> anyhow::Result<Vec<ClaimedJob>> {
    let mut transaction = database.begin_pipeline().await?;
    let claimed = job_queue::claim(&mut transaction, EVERY_KIND, 10, lease).await?;
    transaction.commit().await?;
    Ok(claimed)
}

/// State, begun attempts and last error.
async fn stored(database: &Database, id: Uuid) -> Option<(String, i32, Option<String>)> {
    let select = "SELECT state, attempts, last_error FROM job_queue WHERE id = $1";
    sqlx::query_as(select).bind(id).fetch_optional(database.pipeline()).await.expect("a select")
}

#[test]
fn a_job_leaves_with_its_transaction_and_is_claimed_once() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let (database, site_id) = (&shop.database, shop.site.id);
        let mut rolled_back = database.begin_site(site_id).await?;
        job_queue::enqueue(rolled_back.connection(), &job(site_id)).await?;
        drop(rolled_back);
        assert_eq!(claim(database, LEASE).await?, [], "the transaction never happened");

        let id = enqueue(database, &job(site_id)).await?;
        let first = claim(database, LEASE).await?;
        assert_eq!(first.iter().map(|job| (job.id, job.attempt)).collect::<Vec<_>>(), [(id, 1)]);
        assert_eq!(claim(database, LEASE).await?, [], "somebody works on it");
        let mut connection = database.pipeline().acquire().await?;
        assert!(job_queue::complete(&mut connection, &first[0]).await?);
        assert!(!job_queue::complete(&mut connection, &first[0]).await?, "done once");
        assert_eq!(stored(database, id).await, None);
        Ok(())
    });
}

#[test]
fn a_claim_that_ran_out_is_worth_nothing() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let database = &shop.database;
        let id = enqueue(database, &job(shop.site.id)).await?;
        let died = claim(database, Duration::ZERO).await?;
        let second = claim(database, LEASE).await?;
        assert_eq!((second[0].id, second[0].attempt), (id, 2));
        let mut connection = database.pipeline().acquire().await?;
        assert!(!job_queue::complete(&mut connection, &died[0]).await?, "taken over");
        assert!(!job_queue::retry_later(&mut connection, &died[0], LEASE, "late").await?, "taken over");
        assert!(!job_queue::give_up(&mut connection, &died[0], "late").await?, "taken over");
        assert!(job_queue::retry_later(&mut connection, &second[0], Duration::from_secs(3_600), "away").await?);
        assert_eq!(stored(database, id).await, Some(("waiting".to_owned(), 2, Some("away".to_owned()))));
        assert_eq!(claim(database, LEASE).await?, [], "the pause lasts");
        Ok(())
    });
}

#[test]
fn many_workers_share_the_queue() {
    run(async {
        let shop = TestShop::without_processes().await?;
        for _ in 0..40 {
            enqueue(&shop.database, &job(shop.site.id)).await?;
        }
        let claims = (0..4).map(|_| claim(&shop.database, LEASE));
        let mut ids = Vec::new();
        for claimed in futures::future::try_join_all(claims).await? {
            ids.extend(claimed.into_iter().map(|job| job.id));
        }
        let claimed = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), claimed, "each job has one owner");
        assert!(claimed > 10, "workers do not wait for each other: {claimed}");
        Ok(())
    });
}

#[test]
fn requests_may_leave_jobs_and_never_read_them() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let mut transaction = shop.database.begin_site(shop.site.id).await?;
        let others = job(SiteId(Uuid::now_v7()));
        let refused = job_queue::enqueue(transaction.connection(), &others).await;
        assert!(matches!(refused, Err(StoreError::Database(_))), "a job of another site");
        drop(transaction);
        let mut transaction = shop.database.begin_site(shop.site.id).await?;
        let read = sqlx::query("SELECT id FROM job_queue").fetch_all(transaction.connection()).await;
        assert!(read.is_err(), "the role of requests reads jobs");
        Ok(())
    });
}

/// Fails as told at its first attempts and succeeds from then on.
struct Fickle {
    failures: u32,
    error: fn() -> JobError,
    runs: AtomicU32,
}

#[async_trait]
impl Job for Fickle {
    fn kind(&self) -> JobKind {
        JobKind::SendOrderConfirmation
    }

    async fn run(&self, _job: &ClaimedJob) -> Result<(), JobError> {
        if self.runs.fetch_add(1, Ordering::SeqCst) < self.failures { Err((self.error)()) } else { Ok(()) }
    }
}

fn unavailable() -> JobError {
    JobError::Mail(MailError::Unavailable(Box::new(std::io::Error::other("nobody there"))))
}

fn invalid() -> JobError {
    JobError::Mail(MailError::Invalid { message: "no such mailbox".to_owned() })
}

#[test]
fn a_failed_job_is_tried_again_and_a_hopeless_one_is_kept() {
    run(async {
        for (error, outcome) in [(unavailable as fn() -> JobError, None), (invalid, Some("failed"))] {
            let shop = TestShop::without_processes().await?;
            let fickle = Arc::new(Fickle { failures: 1, error, runs: AtomicU32::new(0) });
            let runner = RunJobs::new(shop.database.clone(), vec![fickle.clone()]);
            let cancel = CancellationToken::new();
            let stop = cancel.clone();
            let running = tokio::spawn(async move { runner.run(stop).await });
            let id = enqueue(&shop.database, &job(shop.site.id)).await?;
            eventually("the job has its outcome", PATIENCE, async || {
                let state = stored(&shop.database, id).await.map(|(state, ..)| state);
                (state.as_deref() == outcome).then_some(())
            })
            .await;
            cancel.cancel();
            running.await??;
            match outcome {
                None => assert_eq!(fickle.runs.load(Ordering::SeqCst), 2),
                Some(_) => {
                    assert_eq!(fickle.runs.load(Ordering::SeqCst), 1);
                    let (_, attempts, error) = stored(&shop.database, id).await.expect("a job");
                    assert_eq!(attempts, 1);
                    assert!(error.expect("an error").contains("no such mailbox"));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn a_job_that_always_takes_its_worker_down_is_given_up() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let fickle = Arc::new(Fickle { failures: 0, error: invalid, runs: AtomicU32::new(0) });
        let runner = RunJobs::new(shop.database.clone(), vec![fickle.clone()]);
        let id = enqueue(&shop.database, &job(shop.site.id)).await?;
        sqlx::query("UPDATE job_queue SET attempts = 1000").execute(shop.database.pipeline()).await?;
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        let running = tokio::spawn(async move { runner.run(stop).await });
        eventually("the job is given up", PATIENCE, async || {
            stored(&shop.database, id).await.filter(|(state, ..)| state == "failed")
        })
        .await;
        cancel.cancel();
        running.await??;
        assert_eq!(fickle.runs.load(Ordering::SeqCst), 0);
        Ok(())
    });
}

#[test]
fn without_a_mailer_mails_wait() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let id = enqueue(&shop.database, &job(shop.site.id)).await?;
        let runner = RunJobs::new(shop.database.clone(), vec![]);
        let cancel = CancellationToken::new();
        cancel.cancel();
        runner.run(cancel).await?;
        assert_eq!(stored(&shop.database, id).await, Some(("waiting".to_owned(), 0, None)));
        let mut connection = shop.database.pipeline().acquire().await?;
        let counts = job_queue::counts(&mut connection).await?;
        assert_eq!(counts.iter().map(|count| (count.state.as_str(), count.jobs)).collect::<Vec<_>>(), [("waiting", 1)]);
        assert_eq!(job_queue::delete_failed(&mut connection, Duration::ZERO).await?, 0, "a waiting job is not failed");
        Ok(())
    });
}

#[test]
fn the_worker_confirms_an_order_by_mail() {
    run(async {
        let shop = TestShop::start_with(&[Role::Web, Role::Worker]).await?;
        let order_id = OrderId(Uuid::now_v7());
        let mut transaction = shop.database.begin_site(shop.site.id).await?;
        let payment = OrderPayment { gateway: "test".to_owned(), reference: "test-1".to_owned() };
        let purchase = purchase(&shop)?;
        let new_order = NewOrder { id: order_id, token_hash: &[0; 32], purchase: &purchase, payment: &payment };
        let placed = orders::place(&mut transaction, &new_order).await?;
        for order_id in [order_id, OrderId(Uuid::now_v7())] {
            // The second order never existed; nothing is to be done about it.
            let payload = json!({"order_id": order_id});
            let job = NewJob::new(JobKind::SendOrderConfirmation, shop.site.id, payload);
            job_queue::enqueue(transaction.connection(), &job).await?;
        }
        transaction.commit().await?;

        let folder = FolderMailer::open(shop.data.path().join("mail"), Sender::parse("test@shop.example")?)?;
        let mail: StoredMail =
            eventually("the confirmation arrives", PATIENCE, async || folder.mails().await.ok()?.into_iter().next())
                .await;
        eventually("the queue is empty", PATIENCE, async || {
            let jobs: i64 =
                sqlx::query_scalar("SELECT count(*) FROM job_queue").fetch_one(shop.database.pipeline()).await.ok()?;
            (jobs == 0).then_some(())
        })
        .await;
        assert_eq!(folder.mails().await?.len(), 1);
        assert_eq!(mail.to, "ada@example.com");
        assert_eq!(mail.subject, format!("Your order {} at {}", placed.number, shop.site.name));
        let key = sites::signing_key(&shop.database, shop.site.id).await?;
        let link = format!("{}/orders/{order_id}?key={}", shop.base_url, key.sign("order", &order_id.to_string()));
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(&link), "{part}");
            assert!(part.contains("€20.00") && part.contains("CHAIR"), "{part}");
        }
        let (status, page) = shop.page("/dev/mail").await?;
        assert_eq!(status, 200);
        assert!(page.contains(&mail.subject), "{page}");
        let (status, page) = shop.page(&format!("/dev/mail/{}", mail.message_id)).await?;
        assert_eq!(status, 200);
        assert!(page.contains("Text part"), "{page}");
        Ok(())
    });
}

fn purchase(shop: &TestShop) -> anyhow::Result<Purchase> {
    let unit_price = Money::new(1_000, shop.site.currency);
    let tax_rule = TaxRule { mode: TaxMode::Included, rate_basis_points: 1_900 };
    let line = PricedLine { sku: Sku::parse("CHAIR")?, quantity: 2, unit_price };
    Ok(Purchase {
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
        shipping_label: "Standard delivery".to_owned(),
        lines: vec![PurchasedLine {
            sku: "CHAIR".to_owned(),
            name: "A chair".to_owned(),
            url: None,
            image_url: None,
            options: indexmap::IndexMap::new(),
            quantity: 2,
            unit_price_minor: 1_000,
            line_total_minor: 2_000,
        }],
        totals: Totals::of(shop.site.currency, &[line], 490, tax_rule)?,
        tax_rule,
    })
}
