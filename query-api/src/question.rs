//! From query parameters to a question, with the page taken from the cursor.

use coheron_core::product_query::{MAX_OFFSET, ParameterError, ProductQuery};
use coheron_platform::http::{Problem, cursor, repeated_parameter, unknown_parameter};

use crate::product_json::PRODUCT_FIELDS;

/// Decoded `name=value` pairs.
pub(crate) type Parameters = Vec<(String, String)>;

/// Parameters that have one value; those of all others add up.
const SINGLE: &[&str] = &["q", "category", "price_min", "price_max", "in_stock", "sort", "limit", cursor::PARAMETER];
const CURSOR_MISMATCH: &str = "cursor_mismatch";

/// Reads a product list or search. Every parameter at fault is named at once.
pub(crate) fn read_question(parameters: &Parameters) -> Result<ProductQuery, Problem> {
    let of_question = pairs(parameters).filter(|(name, _)| *name != cursor::PARAMETER);
    let (mut query, mut errors) = ProductQuery::read(of_question);
    errors.extend(unknown_fields(&query.fields));
    errors.extend(repeated(parameters, SINGLE));
    let page_cursor = pairs(parameters).find(|(name, value)| *name == cursor::PARAMETER && !value.is_empty());
    match page_cursor.map(|(_, text)| cursor::decode(text, &query.fingerprint())) {
        None => {}
        Some(Ok(offset)) if offset > MAX_OFFSET => {
            let message = format!("pages end at position {MAX_OFFSET}");
            errors.push(ParameterError::new(cursor::PARAMETER, "out_of_range", message));
        }
        Some(Ok(offset)) => query.offset = offset,
        // Of which question a cursor is can only be told where the question is understood.
        Some(Err(problem)) if problem.code() == CURSOR_MISMATCH && errors.is_empty() => return Err(problem),
        Some(Err(problem)) if problem.code() == CURSOR_MISMATCH => {}
        Some(Err(problem)) => {
            let faults = problem.errors().iter();
            errors.extend(faults.map(|fault| ParameterError::new(&fault.field, "invalid", &fault.message)));
        }
    }
    if errors.is_empty() { Ok(query) } else { Err(Problem::invalid_parameters(errors)) }
}

/// Where the page after this one begins, if there is one within reach.
pub(crate) fn next_cursor(query: &ProductQuery, hits_on_page: usize, total: u64) -> Option<String> {
    let next = query.offset + hits_on_page;
    let is_last = hits_on_page == 0 || next as u64 >= total || next > MAX_OFFSET;
    (!is_last).then(|| cursor::encode(next, &query.fingerprint()))
}

/// Reads the parameters of an endpoint that only knows `fields`.
pub(crate) fn read_fields(parameters: &Parameters) -> Result<Vec<String>, Problem> {
    let (known, unknown): (Vec<_>, Vec<_>) = pairs(parameters).partition(|(name, _)| *name == "fields");
    let (query, mut errors) = ProductQuery::read(known);
    errors.extend(unknown_fields(&query.fields));
    errors.extend(unknown.into_iter().map(|(name, _)| unknown_parameter(name)));
    if errors.is_empty() { Ok(query.fields) } else { Err(Problem::invalid_parameters(errors)) }
}

/// For endpoints without parameters.
pub(crate) fn refuse_parameters(parameters: &Parameters) -> Result<(), Problem> {
    if parameters.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid_parameters(parameters.iter().map(|(name, _)| unknown_parameter(name)).collect()))
}

/// A fault for each of these parameters that is given more than once.
pub(crate) fn repeated(parameters: &Parameters, single: &[&str]) -> Vec<ParameterError> {
    let times = |wanted: &str| pairs(parameters).filter(|(name, _)| *name == wanted).count();
    let repeated = single.iter().filter(|name| times(name) > 1);
    repeated.map(|name| repeated_parameter(name)).collect()
}

fn pairs(parameters: &Parameters) -> impl Iterator<Item = (&str, &str)> {
    parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

fn unknown_fields(fields: &[String]) -> Option<ParameterError> {
    let unknown: Vec<&str> =
        fields.iter().map(String::as_str).filter(|field| !PRODUCT_FIELDS.contains(field)).collect();
    if unknown.is_empty() {
        return None;
    }
    let message = format!("a product has no field {}; it has {}", unknown.join(", "), PRODUCT_FIELDS.join(", "));
    Some(ParameterError::new("fields", "unknown_field", message))
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
    fn every_parameter_at_fault_is_named_at_once() {
        let fields = |pairs: &[(&str, &str)]| -> Vec<String> {
            let problem = read_question(&parameters(pairs)).expect_err("a problem");
            problem.errors().iter().map(|error| error.field.clone()).collect()
        };
        let all = [("cursor", "nonsense"), ("fields", "sku,prise"), ("limit", "0"), ("colour", "Moss")];
        assert_eq!(fields(&all), ["limit", "colour", "fields", "cursor"]);
        let deep = cursor::encode(MAX_OFFSET + 1, &ProductQuery::all().fingerprint());
        assert_eq!(fields(&[("cursor", deep.as_str()), ("fields", "prise")]), ["fields", "cursor"]);
        // Another question's, perhaps: the question is not understood.
        let other = cursor::encode(24, "other");
        assert_eq!(fields(&[("cursor", other.as_str()), ("limit", "0")]), ["limit"]);
    }

    #[test]
    fn a_parameter_with_one_value_is_given_once() {
        let twice = [("limit", "1"), ("q", "a"), ("limit", "2"), ("q", "a"), ("cursor", ""), ("cursor", "")];
        let problem = read_question(&parameters(&twice)).expect_err("a problem");
        let named: Vec<(&str, &str)> =
            problem.errors().iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        assert_eq!(named, [("q", "repeated"), ("limit", "repeated"), ("cursor", "repeated")]);
        let lists = [("brand", "A"), ("brand", "B"), ("fields", "sku"), ("fields", "name"), ("filter[a]", "1")];
        let query = read_question(&parameters(&lists)).expect("a question");
        assert_eq!((query.brands, query.fields.len()), (vec!["A".to_owned(), "B".to_owned()], 2));
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
        let problem = read_fields(&parameters(&[("limit", "3"), ("fields", "prise,nom")])).expect_err("a problem");
        assert_eq!(problem.errors()[0].field, "fields");
        assert!(problem.errors()[0].message.contains("prise, nom"), "{problem:?}");
        assert_eq!(problem.errors()[1].field, "limit");
        assert!(refuse_parameters(&parameters(&[("a", "b")])).is_err());
    }
}
