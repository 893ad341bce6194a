//! Answers questions: reads the manifest, opens a session, runs the statement within its bounds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use coheron_core::analytics_ports::{
    AnalyticsError, AnalyticsQuery, AnswerFormat, SqlAnswer, SqlParameter, SqlQuestion,
};
use coheron_core::ids::SiteId;
use coheron_store::web_event_files::{self, EventFile};
use coheron_store::{Database, StoreError};
use datafusion::common::ScalarValue;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use futures::StreamExt;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer::{AnswerBounds, AnswerWriter, Appetite};
use super::engine::Engine;
use super::failure::{of_planning, of_running, refused};
use super::memory_guard::until_grown_by;
use super::session::{SiteTables, open_session};
use super::statement::{inspect, read_statement};
use crate::settings::AnalyticsSettings;
use crate::writing::event_file::EventFolder;

/// A question waits this long for one of the slots.
const PATIENCE: Duration = Duration::from_secs(1);
const MAX_PARAMETERS: usize = 100;
const MAX_PARAMETER_BYTES: usize = 8 * 1024;
/// The process may grow by this many times the memory of a question before the question is stopped: the engine does
/// not count everything.
const GROWTH_FACTOR: u64 = 4;

/// SQL over the event files and the orders.
pub struct DataFusionQuery {
    database: Database,
    folder: EventFolder,
    settings: AnalyticsSettings,
    slots: Arc<Semaphore>,
    engine: Engine,
}

#[derive(Debug, thiserror::Error)]
#[error("the threads for analytics cannot be started")]
pub struct OpenError(#[from] std::io::Error);

/// A question with everything it needs, on its way to the engine.
pub(super) struct Work {
    pub(super) question: SqlQuestion,
    pub(super) tables: SiteTables,
    pub(super) folder: EventFolder,
    pub(super) bounds: AnswerBounds,
    pub(super) memory_bytes: usize,
    /// The deadline counts from here, so that one who waited for a slot is told of it before the request's own end.
    pub(super) asked_at: Instant,
    /// Given back when the work has really ended, also after nobody waits for it any more.
    pub(super) _slot: OwnedSemaphorePermit,
}

impl DataFusionQuery {
    pub fn open(database: Database, settings: AnalyticsSettings) -> Result<Self, OpenError> {
        Ok(Self {
            database,
            folder: EventFolder::new(&settings.folder),
            slots: Arc::new(Semaphore::new(settings.concurrent_questions.max(1))),
            engine: Engine::start()?,
            settings,
        })
    }

    /// Waits for a slot and looks up which files count at this moment.
    async fn prepare(
        &self,
        site_id: SiteId,
        question: &SqlQuestion,
        asked_at: Instant,
    ) -> Result<Work, AnalyticsError> {
        let slot = tokio::time::timeout(PATIENCE, Arc::clone(&self.slots).acquire_owned())
            .await
            .map_err(|_| AnalyticsError::Busy)?
            .map_err(|closed| AnalyticsError::Unavailable(Box::new(closed)))?;
        let files = self.live_files(site_id).await.map_err(|error| AnalyticsError::Unavailable(Box::new(error)))?;
        Ok(Work {
            question: question.clone(),
            tables: SiteTables { site_id, files, database: self.database.clone(), connections: Handle::current() },
            folder: self.folder.clone(),
            bounds: self.bounds(question.format),
            memory_bytes: self.settings.memory_bytes,
            asked_at,
            _slot: slot,
        })
    }

    fn bounds(&self, format: AnswerFormat) -> AnswerBounds {
        let rows = match format {
            AnswerFormat::Json => self.settings.json_rows,
            AnswerFormat::Csv | AnswerFormat::ArrowStream | AnswerFormat::Parquet => self.settings.file_rows,
        };
        AnswerBounds { rows, bytes: self.settings.answer_bytes }
    }

    async fn live_files(&self, site_id: SiteId) -> Result<Vec<EventFile>, StoreError> {
        let mut transaction = self.database.begin_site(site_id).await?;
        let files = web_event_files::live(&mut transaction).await?;
        transaction.commit().await?;
        Ok(files)
    }
}

#[async_trait]
impl AnalyticsQuery for DataFusionQuery {
    async fn query(&self, site_id: SiteId, question: &SqlQuestion) -> Result<SqlAnswer, AnalyticsError> {
        let asked_at = Instant::now();
        let outcome = match self.prepare(site_id, question, asked_at).await {
            Ok(work) => run_bounded(&self.engine, work, &self.settings).await,
            Err(error) => Err(error),
        };
        record(&outcome, asked_at);
        metrics::gauge!("coheron_analytics_running_tasks")
            .set(f64::from(u32::try_from(self.engine.tasks()).unwrap_or(u32::MAX)));
        outcome
    }
}

/// Runs a question until it is answered or one of its bounds is reached.
pub(super) async fn run_bounded(
    engine: &Engine,
    work: Work,
    settings: &AnalyticsSettings,
) -> Result<SqlAnswer, AnalyticsError> {
    let growth = GROWTH_FACTOR * settings.memory_bytes as u64;
    let deadline = work.asked_at + settings.deadline();
    let mut running = engine.run(answer(work)).ok_or(AnalyticsError::Busy)?;
    tokio::select! {
        outcome = running.outcome() => outcome.unwrap_or_else(|stopped| {
            tracing::error!(error = %stopped, "a statement made the SQL engine panic");
            Err(refused("the engine cannot run this statement"))
        }),
        () = tokio::time::sleep_until(deadline.into()) => {
            Err(AnalyticsError::DeadlineExceeded { limit_ms: settings.deadline_ms })
        }
        () = until_grown_by(growth) => Err(AnalyticsError::OutOfMemory),
    }
}

fn record(outcome: &Result<SqlAnswer, AnalyticsError>, asked_at: Instant) {
    let name = match outcome {
        Ok(_) => "answered",
        Err(AnalyticsError::Refused { .. }) => "refused",
        Err(AnalyticsError::DeadlineExceeded { .. }) => "deadline",
        Err(AnalyticsError::OutOfMemory) => "memory",
        Err(AnalyticsError::Busy) => "busy",
        Err(AnalyticsError::Unavailable(_)) => "unavailable",
    };
    metrics::counter!("coheron_analytics_questions_total", "outcome" => name).increment(1);
    metrics::histogram!("coheron_analytics_question_seconds").record(asked_at.elapsed().as_secs_f64());
}

async fn answer(work: Work) -> Result<SqlAnswer, AnalyticsError> {
    let statement = read_statement(&work.question.sql)?;
    let parameters = scalar_values(&work.question.parameters)?;
    let folder = work.folder.of_site(work.tables.site_id);
    let session = open_session(work.tables, &folder, work.memory_bytes).map_err(of_running)?;
    let plan = session.statement_to_plan(statement).await.map_err(of_planning)?;
    // Before anything walks the plan that does not stop at its size.
    inspect(&plan)?;
    let plan = plan.with_param_values(parameters).map_err(of_planning)?;
    let plan = with_limit(plan, work.bounds.rows)?;
    let mut rows = DataFrame::new(session, plan).execute_stream().await.map_err(of_running)?;
    let mut writer = AnswerWriter::new(work.question.format, rows.schema(), work.bounds).map_err(of_running)?;
    while let Some(batch) = rows.next().await {
        if writer.write(&batch.map_err(of_running)?).map_err(of_running)? == Appetite::Full {
            break;
        }
    }
    writer.finish(work.asked_at).map_err(of_running)
}

/// One row more than an answer may hold tells that there are more. An explanation is short and takes no limit.
fn with_limit(plan: LogicalPlan, rows: usize) -> Result<LogicalPlan, AnalyticsError> {
    if matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_)) {
        return Ok(plan);
    }
    LogicalPlanBuilder::from(plan).limit(0, Some(rows + 1)).and_then(LogicalPlanBuilder::build).map_err(of_planning)
}

fn scalar_values(parameters: &[SqlParameter]) -> Result<Vec<ScalarValue>, AnalyticsError> {
    if parameters.len() > MAX_PARAMETERS {
        return Err(refused(format!("a statement may have {MAX_PARAMETERS} parameters")));
    }
    let values = parameters.iter().map(|parameter| match parameter {
        SqlParameter::Null => Ok(ScalarValue::Null),
        SqlParameter::Boolean(value) => Ok(ScalarValue::Boolean(Some(*value))),
        SqlParameter::Integer(value) => Ok(ScalarValue::Int64(Some(*value))),
        SqlParameter::Number(value) => Ok(ScalarValue::Float64(Some(*value))),
        SqlParameter::Text(text) if text.len() > MAX_PARAMETER_BYTES => {
            Err(refused(format!("a parameter may have {MAX_PARAMETER_BYTES} bytes")))
        }
        SqlParameter::Text(text) => Ok(ScalarValue::Utf8(Some(text.clone()))),
    });
    values.collect()
}
