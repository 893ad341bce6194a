//! Makes every operator pause now and then, so that a statement can be stopped at its deadline.
//!
//! The engine by itself pauses where data is read. A join of tables that are in memory already reads nothing: six small
//! tables joined without a condition would keep their threads for hours after their caller was told that time is up.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;

/// The last rule of a plan.
#[derive(Debug)]
pub struct PauseInEveryOperator;

impl PhysicalOptimizerRule for PauseInEveryOperator {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let paused = plan.transform_up(|operator| {
            if operator.name() == "CooperativeExec" {
                return Ok(Transformed::no(operator));
            }
            let paused: Arc<dyn ExecutionPlan> = Arc::new(CooperativeExec::new(operator));
            Ok(Transformed::yes(paused))
        })?;
        Ok(paused.data)
    }

    fn name(&self) -> &str {
        "pause_in_every_operator"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
