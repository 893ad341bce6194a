//! From query parameters to a question, with the page taken from the cursor.

use coheron_core::product_query::{MAX_OFFSET, ParameterError, ProductQuery};
use coheron_platform::http::{Problem, cursor};

use crate::product_json::PRODUCT_FIELDS;

/// Decoded `name=value` pairs.
pub(crate) type Parameters = Vec<(String, String)>;

/// Reads a product list or search. Every parameter at fault is named at once.
pub(crate) fn read_question(parameters: &Parameters) -> Result<ProductQuery, Problem> {
    let mut page_cursor = None;
    let mut rest = Vec::with_capacity(parameters.len());
    for (name, value) in parameters {
        if name == cursor::PARAMETER {
            page_cursor = Some(value.as_str()).filter(|text| !text.is_empty());
        } else {
            rest.push((name.as_str(), value.as_str()));
        }
    }
    let mut query = ProductQuery::from_parameters(rest).map_err(Problem::invalid_parameters)?;
    check_fields(&query.fields)?;
    if let Some(text) = page_cursor {
        query.offset = cursor::decode(text, &query.fingerprint())?;
        if query.offset > MAX_OFFSET {
            return Err(invalid(cursor::PARAMETER, "out_of_range", format!("pages end at position {MAX_OFFSET}")));
        }
    }
    Ok(query)
}

/// Where the page after this one begins, if there is one within reach.
pub(crate) fn next_cursor(query: &ProductQuery, hits_on_page: usize, total: u64) -> Option<String> {
    let next = query.offset + hits_on_page;
    let is_last = hits_on_page == 0 || next as u64 >= total || next > MAX_OFFSET;
    (!is_last).then(|| cursor::encode(next, &query.fingerprint()))
}

/// Reads the parameters of an endpoint that only knows `fields`.
pub(crate) fn read_fields(parameters: &Parameters) -> Result<Vec<String>, Problem> {
    let unknown: Vec<ParameterError> =
        parameters.iter().filter(|(name, _)| name != "fields").map(|(name, _)| unknown_parameter(name)).collect();
    if !unknown.is_empty() {
        return Err(Problem::invalid_parameters(unknown));
    }
    let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields = ProductQuery::from_parameters(pairs).map_err(Problem::invalid_parameters)?.fields;
    check_fields(&fields)?;
    Ok(fields)
}

/// For endpoints without parameters.
pub(crate) fn refuse_parameters(parameters: &Parameters) -> Result<(), Problem> {
    if parameters.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid_parameters(parameters.iter().map(|(name, _)| unknown_parameter(name)).collect()))
}

pub(crate) fn unknown_parameter(name: &str) -> ParameterError {
    ParameterError::new(name, "unknown_parameter", "is not a parameter of this request")
}

pub(crate) fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Problem {
    Problem::invalid_parameters(vec![ParameterError::new(field, code, message)])
}

fn check_fields(fields: &[String]) -> Result<(), Problem> {
    match fields.iter().find(|field| !PRODUCT_FIELDS.contains(&field.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let known = PRODUCT_FIELDS.join(", ");
            Err(invalid("fields", "unknown_field", format!("a product has no field {unknown}; it has {known}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn pages_follow_each_other_until_the_end() {
        let first = read_question(&parameters(&[("q", "mug"), ("limit", "10")])).expect("a question");
        let cursor = next_cursor(&first, 10, 15).expect("a cursor");
        let second =
            read_question(&parameters(&[("q", "mug"), ("limit", "5"), ("cursor", &cursor)])).expect("a question");
        assert_eq!((second.offset, second.limit), (10, 5), "the page size may change");
        assert_eq!(next_cursor(&second, 5, 15), None);
        let problem = read_question(&parameters(&[("q", "cup"), ("cursor", &cursor)])).expect_err("a problem");
        assert_eq!(problem.code(), "cursor_mismatch");
        let deep = ProductQuery { offset: MAX_OFFSET, limit: 10, ..ProductQuery::all() };
        assert_eq!(next_cursor(&deep, 10, 1_000_000), None);
    }

    #[test]
    fn unknown_parameters_and_fields_are_named() {
        let problem = read_question(&parameters(&[("colour", "Moss")])).expect_err("a problem");
        assert_eq!(problem.errors()[0].field, "colour");
        let problem = read_fields(&parameters(&[("fields", "sku,prise")])).expect_err("a problem");
        assert_eq!(
            (problem.errors()[0].field.as_str(), problem.errors()[0].code.as_str()),
            ("fields", "unknown_field")
        );
        let problem = read_fields(&parameters(&[("limit", "3")])).expect_err("a problem");
        assert_eq!(problem.errors()[0].field, "limit");
        assert!(refuse_parameters(&parameters(&[("a", "b")])).is_err());
    }
}
