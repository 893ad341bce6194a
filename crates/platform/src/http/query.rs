//! Query parameters of endpoints that know theirs by name.

use coheron_core::product_query::ParameterError;

use super::problem::Problem;

/// The values of these parameters, in their order. A parameter that is unknown or given twice is named.
pub fn known_parameters<const COUNT: usize>(
    given: Vec<(String, String)>,
    known: [&str; COUNT],
) -> Result<[Option<String>; COUNT], Problem> {
    let mut values = [const { None }; COUNT];
    let mut errors = Vec::new();
    for (name, value) in given {
        match known.iter().position(|known| *known == name) {
            Some(place) if values[place].is_none() => values[place] = Some(value),
            Some(_) => errors.push(repeated_parameter(&name)),
            None => errors.push(unknown_parameter(&name)),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(Problem::invalid_parameters(errors)) }
}

pub fn unknown_parameter(name: &str) -> ParameterError {
    ParameterError::new(name, "unknown_parameter", "is not a parameter of this request")
}

pub fn repeated_parameter(name: &str) -> ParameterError {
    ParameterError::new(name, "repeated", "is given more than once")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[(&str, &str)]) -> Result<[Option<String>; 2], Vec<String>> {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        known_parameters(given, ["limit", "cursor"]).map_err(|problem| {
            problem.errors().iter().map(|error| format!("{}: {}", error.field, error.code)).collect()
        })
    }

    #[test]
    fn what_is_unknown_or_given_twice_is_named() {
        assert_eq!(read(&[]), Ok([None, None]));
        assert_eq!(read(&[("cursor", "c"), ("limit", "")]), Ok([Some(String::new()), Some("c".to_owned())]));
        let wrong = read(&[("limit", "1"), ("limt", "2"), ("limit", "1")]);
        assert_eq!(wrong, Err(vec!["limt: unknown_parameter".to_owned(), "limit: repeated".to_owned()]));
    }
}
