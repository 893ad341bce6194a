//! Functions that a statement may call: those whose result is about as large as their arguments, or is bounded here.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::compute::kernels::concat_elements::concat_elements_utf8;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::datatypes::FieldRef;
use datafusion::common::DFSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{
    AggregateUDF, ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility, WindowUDF, cast,
};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::text_growth::Growth;

const ALLOWED: &[&str] = &[
    // Numbers
    "abs",
    "ceil",
    "exp",
    "floor",
    "greatest",
    "isnan",
    "iszero",
    "least",
    "ln",
    "log",
    "log10",
    "log2",
    "nanvl",
    "pi",
    "power",
    "round",
    "signum",
    "sqrt",
    "trunc",
    // Missing values and parts of values
    "coalesce",
    "get_field",
    "nullif",
    "nvl",
    "nvl2",
    // Times
    "current_date",
    "current_time",
    "date_bin",
    "date_part",
    "date_trunc",
    "from_unixtime",
    "make_date",
    "now",
    "to_char",
    "to_date",
    "to_local_time",
    "to_timestamp",
    "to_timestamp_millis",
    "to_timestamp_seconds",
    "to_unixtime",
    // Texts
    "ascii",
    "bit_length",
    "btrim",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "contains",
    "ends_with",
    "initcap",
    "left",
    "lower",
    "ltrim",
    "octet_length",
    "regexp_count",
    "regexp_like",
    "regexp_match",
    "regexp_replace",
    "replace",
    "reverse",
    "right",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "substr_index",
    "translate",
    "upper",
    JOIN_TEXTS,
    // Lists and maps
    "array_distinct",
    "array_element",
    "array_has",
    "array_has_all",
    "array_has_any",
    "array_length",
    "array_max",
    "array_min",
    "array_position",
    "array_slice",
    "array_sort",
    "array_to_string",
    "cardinality",
    "empty",
    "map_extract",
    "map_keys",
    "map_values",
];

const JOIN_TEXTS: &str = "join_texts";

/// Those whose result is one value of a simple type, and not larger than what they read. Lists and texts of whole tables are
/// not made, percentiles not with a precision of the caller's choice: it is reserved as memory before anything is read.
const AGGREGATES: &[&str] = &[
    "any_value",
    "approx_distinct",
    "approx_median",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "first_value",
    "grouping",
    "last_value",
    "max",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "sum",
    "var",
    "var_pop",
];

const WINDOW_FUNCTIONS: &[&str] = &[
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

pub fn is_allowed(name: &str) -> bool {
    ALLOWED.contains(&name)
}

/// Of aggregates, also where they look through a window, and of window functions.
pub fn is_allowed_over_rows(name: &str) -> bool {
    AGGREGATES.contains(&name) || WINDOW_FUNCTIONS.contains(&name)
}

/// Which arguments are a pattern or its flags. Every pattern is compiled, takes megabytes and is kept until the call ends, so
/// there must not be one for each row.
pub fn pattern_arguments(name: &str) -> &'static [usize] {
    match name {
        "regexp_count" => &[1, 3],
        "regexp_like" | "regexp_match" => &[1, 2],
        "regexp_replace" => &[1, 3],
        _ => &[],
    }
}

pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    let built_in = SessionStateDefaults::default_aggregate_functions().into_iter();
    built_in.filter(|function| AGGREGATES.contains(&function.name())).collect()
}

pub fn window_functions() -> Vec<Arc<WindowUDF>> {
    let built_in = SessionStateDefaults::default_window_functions().into_iter();
    built_in.filter(|function| WINDOW_FUNCTIONS.contains(&function.name())).collect()
}

pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let built_in = SessionStateDefaults::default_scalar_functions().into_iter();
    built_in.filter(|function| is_allowed(function.name())).map(bounded).collect()
}

/// Plans `a || b` as a call whose size is checked.
#[derive(Debug)]
pub struct JoinTextsPlanner;

impl ExprPlanner for JoinTextsPlanner {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        if expr.op != BinaryOperator::StringConcat {
            return Ok(PlannerResult::Original(expr));
        }
        for side in [&expr.left, &expr.right] {
            // The type of a parameter is not known yet; it becomes a text.
            if side.get_type(schema).is_ok_and(|data_type| data_type.is_nested()) {
                return Err(DataFusionError::Plan("|| joins texts; lists cannot be joined here".to_owned()));
            }
        }
        let arguments = vec![cast(expr.left, DataType::Utf8), cast(expr.right, DataType::Utf8)];
        let join = Arc::new(ScalarUDF::new_from_impl(JoinTexts::new()));
        Ok(PlannerResult::Planned(Expr::ScalarFunction(ScalarFunction::new_udf(join, arguments))))
    }
}

fn bounded(function: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
    let growth = match function.name() {
        "concat" => Growth::Sum,
        "concat_ws" => Growth::Separated,
        "replace" | "regexp_replace" | "translate" => Growth::Product,
        "regexp_match" => Growth::Captures,
        "array_to_string" => Growth::ListText,
        "to_char" => Growth::Format,
        _ => return function,
    };
    Arc::new(ScalarUDF::new_from_impl(Bounded { function, growth }))
}

/// A function that refuses to make more text than fits.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    function: Arc<ScalarUDF>,
    growth: Growth,
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn aliases(&self) -> &[String] {
        self.function.aliases()
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.function.return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.function.return_field_from_args(args)
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerce_types(arg_types)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.growth.check(&args)?;
        self.function.invoke_with_args(args)
    }
}

/// `a || b`: null where either is.
#[derive(Debug, PartialEq, Eq, Hash)]
struct JoinTexts {
    signature: Signature,
}

impl JoinTexts {
    fn new() -> Self {
        Self { signature: Signature::exact(vec![DataType::Utf8, DataType::Utf8], Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for JoinTexts {
    fn name(&self) -> &str {
        JOIN_TEXTS
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Growth::Sum.check(&args)?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let texts: Vec<_> = arrays.iter().filter_map(|array| array.as_string_opt::<i32>()).collect();
        let [left, right] = texts.as_slice() else {
            return Err(DataFusionError::Execution("|| joins two texts".to_owned()));
        };
        let joined: ArrayRef = Arc::new(concat_elements_utf8(left, right)?);
        Ok(ColumnarValue::Array(joined))
    }
}
