//! Which statements are run: one SELECT, WITH or EXPLAIN, of bounded size, of nodes and functions that are known to read
//! tables only.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use coheron_core::analytics_ports::AnalyticsError;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{Expr, LogicalPlan, Operator};
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{self, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::failure::{INVALID_SQL, of_planning, refused};
use super::functions::{is_allowed, is_allowed_over_rows, pattern_arguments};

pub const MAX_SQL_BYTES: usize = 32 * 1024;
/// Bounds how deep a statement can be: a chain of operators is as deep as it is long, and the time to plan it grows with
/// the cube of its length.
const MAX_WORDS: usize = 1_500;
/// Brackets and subqueries within each other.
const MAX_NESTING: usize = 40;
/// Columns of any step: with its rows, what one call may copy.
const MAX_COLUMNS: usize = 100;
/// A table expression counts as often as it is named, so that a short text can stand for a huge plan.
const MAX_PLAN_NODES: usize = 600;

/// Copies of table expressions, at most: the planner copies one as often as it is named, with those that it names.
const MAX_COPIES: u64 = 2_000;
/// A column that is computed from one below it, which is computed from another in turn, is written out by the planner.
const MAX_INLINED_SIZE: u64 = 5_000;

/// Reads the text as one statement that may be planned.
pub fn read_statement(sql: &str) -> Result<Statement, AnalyticsError> {
    if sql.len() > MAX_SQL_BYTES {
        return Err(refused(format!("a statement may have {MAX_SQL_BYTES} bytes; this one has {}", sql.len())));
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, sql).tokenize().map_err(|error| invalid_sql(error.to_string()))?;
    let words = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).count();
    if words > MAX_WORDS {
        return Err(refused(format!("a statement may have {MAX_WORDS} words and signs; this one has {words}")));
    }
    let parser = DFParserBuilder::new(sql).with_dialect(&dialect).with_recursion_limit(MAX_NESTING).build();
    let mut statements = parser.and_then(|mut parser| parser.parse_statements()).map_err(of_parsing)?;
    match (statements.pop_front(), statements.is_empty()) {
        (Some(statement), true) if is_question(&statement) => {
            check_expansion(&statement)?;
            Ok(statement)
        }
        (Some(_), true) => Err(refused("only SELECT, WITH and EXPLAIN are run here")),
        (Some(_), false) => Err(refused("one statement at a time")),
        (None, _) => Err(invalid_sql("there is no statement".to_owned())),
    }
}

/// Table expressions by name, and how often each name is used.
#[derive(Default)]
struct Census {
    defined: HashSet<String>,
    used: HashMap<String, u64>,
}

impl Visitor for Census {
    type Break = ();

    fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<()> {
        let expressions = query.with.iter().flat_map(|with| &with.cte_tables);
        self.defined.extend(expressions.map(|expression| expression.alias.name.value.to_lowercase()));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ast::ObjectName) -> ControlFlow<()> {
        *self.used.entry(relation.to_string().trim_matches('"').to_lowercase()).or_default() += 1;
        ControlFlow::Continue(())
    }
}

/// Forty table expressions, each of which names the one before twice, are a billion copies of the first.
fn check_expansion(statement: &Statement) -> Result<(), AnalyticsError> {
    let mut census = Census::default();
    // It never breaks off.
    let _continued = match statement {
        Statement::Statement(query) => query.visit(&mut census),
        Statement::Explain(explain) => match explain.statement.as_ref() {
            Statement::Statement(query) => query.visit(&mut census),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    };
    let copies = census.defined.iter().filter_map(|name| census.used.get(name)).copied().fold(1, u64::saturating_mul);
    if copies > MAX_COPIES {
        return Err(refused("table expressions that name table expressions come to too many"));
    }
    Ok(())
}

/// Checks what the statement would do, before anything of it is done.
pub fn inspect(plan: &LogicalPlan) -> Result<(), AnalyticsError> {
    let mut nodes = 0;
    let mut refusal = None;
    let walked = plan.apply_with_subqueries(|node| {
        nodes += 1;
        refusal = refusal_of(node)?
            .or((nodes > MAX_PLAN_NODES).then(|| format!("the statement comes to more than {MAX_PLAN_NODES} steps")));
        Ok(if refusal.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    walked.map_err(of_planning)?;
    if let Some(message) = refusal {
        return Err(refused(message));
    }
    check_inlined_size(plan)?;
    // The engine's own rule as a second opinion.
    let rule = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    rule.verify_plan(plan).map_err(of_planning)
}

/// Thirty columns, each the one before joined with itself, are a billion when written out.
fn check_inlined_size(plan: &LogicalPlan) -> Result<(), AnalyticsError> {
    let mut largest = 0;
    let walked = plan.apply_with_subqueries(|node| {
        largest = largest.max(inlined_size(node)?);
        Ok(TreeNodeRecursion::Continue)
    });
    walked.map_err(of_planning)?;
    if largest > MAX_INLINED_SIZE {
        return Err(refused("columns that are computed from columns that are computed come to too much"));
    }
    Ok(())
}

/// How many columns of tables the largest expression would name, at most.
fn inlined_size(plan: &LogicalPlan) -> Result<u64, DataFusionError> {
    let mut size = 1;
    for input in plan.inputs() {
        size = size.max(inlined_size(input)?);
    }
    if matches!(plan, LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) | LogicalPlan::Window(_)) {
        let mut named: u64 = 1;
        plan.apply_expressions(|expression| {
            let mut columns = 0;
            expression.apply(|part| {
                columns += u64::from(matches!(part, Expr::Column(_)));
                Ok(TreeNodeRecursion::Continue)
            })?;
            named = named.max(columns);
            Ok(TreeNodeRecursion::Continue)
        })?;
        size = size.saturating_mul(named);
    }
    Ok(size)
}

fn is_question(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(statement.as_ref(), ast::Statement::Query(_)),
        Statement::Explain(explain) => {
            matches!(explain.statement.as_ref(), Statement::Statement(inner) if matches!(inner.as_ref(), ast::Statement::Query(_)))
        }
        _ => false,
    }
}

fn refusal_of(node: &LogicalPlan) -> Result<Option<String>, DataFusionError> {
    let is_known = matches!(
        node,
        LogicalPlan::Projection(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Join(_)
            | LogicalPlan::Repartition(_)
            | LogicalPlan::Union(_)
            | LogicalPlan::TableScan(_)
            | LogicalPlan::EmptyRelation(_)
            | LogicalPlan::Subquery(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Values(_)
            | LogicalPlan::Explain(_)
            | LogicalPlan::Analyze(_)
            | LogicalPlan::Distinct(_)
            | LogicalPlan::Unnest(_)
    );
    if !is_known {
        let step = node.display().to_string();
        return Ok(Some(format!("{} is not allowed here", step.split([':', ' ']).next().unwrap_or_default())));
    }
    let columns = node.schema().fields().len();
    if columns > MAX_COLUMNS {
        return Ok(Some(format!("a step may have {MAX_COLUMNS} columns; one of this statement has {columns}")));
    }
    let mut refusal = None;
    node.apply_expressions(|expression| {
        expression.apply(|part| {
            refusal = refusal_of_expression(part);
            Ok(if refusal.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
    })?;
    Ok(refusal)
}

fn refusal_of_expression(expression: &Expr) -> Option<String> {
    match expression {
        Expr::ScalarFunction(call) if !is_allowed(call.func.name()) => {
            Some(format!("the function {} is not available here", call.func.name()))
        }
        Expr::ScalarFunction(call) => {
            let patterns = pattern_arguments(call.func.name()).iter().filter_map(|&at| call.args.get(at));
            refusal_of_patterns(patterns)
        }
        Expr::BinaryExpr(binary) if is_match(binary.op) => refusal_of_patterns([binary.right.as_ref()]),
        Expr::SimilarTo(similar) => refusal_of_patterns([similar.pattern.as_ref()]),
        Expr::AggregateFunction(call) if !is_allowed_over_rows(call.func.name()) => {
            Some(format!("the function {} is not available here", call.func.name()))
        }
        Expr::WindowFunction(call) if !is_allowed_over_rows(call.fun.name()) => {
            Some(format!("the function {} is not available here", call.fun.name()))
        }
        Expr::HigherOrderFunction(_) | Expr::ScalarVariable(..) => {
            Some("this expression is not available here".to_owned())
        }
        Expr::Cast(cast) => refusal_of_cast(cast.field.data_type()),
        Expr::TryCast(cast) => refusal_of_cast(cast.field.data_type()),
        _ => None,
    }
}

fn is_match(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::RegexMatch | Operator::RegexIMatch | Operator::RegexNotMatch | Operator::RegexNotIMatch
    )
}

fn refusal_of_patterns<'a>(patterns: impl IntoIterator<Item = &'a Expr>) -> Option<String> {
    let is_constant = patterns.into_iter().all(is_constant);
    (!is_constant).then(|| "a pattern must be a text or a parameter; it cannot differ from row to row".to_owned())
}

fn is_constant(expression: &Expr) -> bool {
    match expression {
        Expr::Literal(..) | Expr::Placeholder(_) => true,
        Expr::Cast(cast) => is_constant(&cast.expr),
        _ => false,
    }
}

/// A text may name a type of any size; values of simple types stay small.
fn refusal_of_cast(data_type: &DataType) -> Option<String> {
    data_type.is_nested().then(|| "a cast to a list, map or struct is not available here".to_owned())
}

fn of_parsing(error: DataFusionError) -> AnalyticsError {
    match error.find_root() {
        DataFusionError::SQL(problem, _) => invalid_sql(problem.to_string()),
        other => invalid_sql(other.to_string()),
    }
}

fn invalid_sql(message: String) -> AnalyticsError {
    AnalyticsError::Refused { code: INVALID_SQL, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(sql: &str) -> &'static str {
        match read_statement(sql) {
            Ok(_) => "accepted",
            Err(AnalyticsError::Refused { code, .. }) => code,
            Err(_) => "another error",
        }
    }

    #[test]
    fn questions_are_read_and_everything_else_is_refused_by_its_form() {
        for sql in ["SELECT 1", "WITH a AS (SELECT 1) SELECT * FROM a", "EXPLAIN SELECT 1", "SELECT 1;", "VALUES (1)"] {
            assert_eq!(code_of(sql), "accepted", "{sql}");
        }
        for sql in ["SELEC 1", "", ";", "SELECT 'open", "SELECT ((1)"] {
            assert_eq!(code_of(sql), "invalid_sql", "{sql}");
        }
        for sql in ["SELECT 1; SELECT 2", "SET x = 1", "SHOW TABLES", "DROP TABLE web_events", "EXPLAIN DROP TABLE a"] {
            assert_eq!(code_of(sql), "refused_statement", "{sql}");
        }
    }

    #[test]
    fn size_and_depth_have_an_end() {
        assert_eq!(code_of(&format!("SELECT '{}'", "x".repeat(MAX_SQL_BYTES))), "refused_statement");
        assert_eq!(code_of(&format!("SELECT 1{}", " + 1".repeat(MAX_WORDS))), "refused_statement");
        let deep = format!("SELECT {}1{}", "(".repeat(500), ")".repeat(500));
        assert_eq!(code_of(&deep), "invalid_sql");
    }
}
