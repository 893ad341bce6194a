//! From the errors of the engine to what a caller is told.

use coheron_core::analytics_ports::AnalyticsError;
use datafusion::error::DataFusionError;

/// The text is not SQL.
pub const INVALID_SQL: &str = "invalid_sql";
/// SQL that is not allowed here.
pub const REFUSED: &str = "refused_statement";
/// A column, table, function or type that is not there or does not fit.
pub const INVALID_STATEMENT: &str = "invalid_statement";
/// The statement failed on the data, for example by dividing by zero.
pub const FAILED: &str = "failed_statement";

const LONGEST_MESSAGE: usize = 500;

pub fn refused(message: impl Into<String>) -> AnalyticsError {
    AnalyticsError::Refused { code: REFUSED, message: message.into() }
}

pub fn of_planning(error: DataFusionError) -> AnalyticsError {
    of(error, INVALID_STATEMENT)
}

pub fn of_running(error: DataFusionError) -> AnalyticsError {
    of(error, FAILED)
}

fn of(error: DataFusionError, code: &'static str) -> AnalyticsError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => AnalyticsError::OutOfMemory,
        DataFusionError::SQL(problem, _) => {
            AnalyticsError::Refused { code: INVALID_SQL, message: shortened(&problem.to_string()) }
        }
        DataFusionError::Plan(_)
        | DataFusionError::SchemaError(..)
        | DataFusionError::NotImplemented(_)
        | DataFusionError::Configuration(_)
        | DataFusionError::Execution(_)
        | DataFusionError::ArrowError(..) => {
            AnalyticsError::Refused { code, message: shortened(&error.find_root().to_string()) }
        }
        // A defect of the engine that a statement laid open: the statement is what can be changed.
        DataFusionError::Internal(detail) => {
            tracing::warn!(detail, "the SQL engine met a case it does not know");
            AnalyticsError::Refused { code, message: "the engine cannot run this statement".to_owned() }
        }
        // Files and tables that do not answer. Their errors name paths, which stay inside.
        _ => AnalyticsError::Unavailable(Box::new(error)),
    }
}

fn shortened(message: &str) -> String {
    let first = message.split("\n\nbacktrace").next().unwrap_or(message);
    if first.chars().count() <= LONGEST_MESSAGE {
        return first.to_owned();
    }
    first.chars().take(LONGEST_MESSAGE).chain(['…']).collect()
}
