//! The engine's query for an understood text.

use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::understanding::{Alternative, UnderstoodQuery, WordGroup};
use crate::schema::{Fields, TermKind};

/// Above every score that words can reach: whoever types an identifier wants that product first.
const WHOLE_IDENTIFIER_SCORE: f32 = 1_000.0;
const WORD_IDENTIFIER_SCORE: f32 = 60.0;

/// How many of the words a product must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requirement {
    AllWords,
    AnyWord,
}

/// None where no word of the text is known to the catalogue in any way.
pub(crate) fn text_query(
    understood: &UnderstoodQuery,
    fields: &Fields,
    requirement: Requirement,
) -> Option<Box<dyn Query>> {
    let mut required = Vec::new();
    let mut optional = Vec::new();
    for group in &understood.groups {
        let Some(query) = group_query(group, fields) else { continue };
        if group.is_optional { optional.push(query) } else { required.push(query) }
    }
    let mut clauses: Vec<(Occur, Box<dyn Query>)> =
        identifier_queries(&understood.identifiers, fields, WHOLE_IDENTIFIER_SCORE)
            .map(|query| (Occur::Should, query))
            .collect();
    if !required.is_empty() {
        let least = match requirement {
            Requirement::AllWords => required.len(),
            Requirement::AnyWord => 1,
        };
        let words = words_query(required, optional, least);
        clauses.push((Occur::Should, words));
    }
    if clauses.is_empty() { None } else { Some(Box::new(BooleanQuery::new(clauses))) }
}

/// The number of words that can be asked for.
pub(crate) fn required_words(understood: &UnderstoodQuery) -> usize {
    let is_known = |group: &WordGroup| !group.alternatives.is_empty() || !group.identifiers.is_empty();
    understood.groups.iter().filter(|group| !group.is_optional && is_known(group)).count()
}

fn words_query(required: Vec<Box<dyn Query>>, optional: Vec<Box<dyn Query>>, least: usize) -> Box<dyn Query> {
    let should = |queries: Vec<Box<dyn Query>>| queries.into_iter().map(|query| (Occur::Should, query)).collect();
    let words: Box<dyn Query> = if least == required.len() {
        Box::new(BooleanQuery::intersection(required))
    } else {
        Box::new(BooleanQuery::with_minimum_required_clauses(should(required), least))
    };
    if optional.is_empty() {
        return words;
    }
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = should(optional);
    clauses.push((Occur::Must, words));
    Box::new(BooleanQuery::new(clauses))
}

fn group_query(group: &WordGroup, fields: &Fields) -> Option<Box<dyn Query>> {
    let mut queries: Vec<Box<dyn Query>> =
        group.alternatives.iter().map(|alternative| alternative_query(alternative, fields)).collect();
    queries.extend(identifier_queries(&group.identifiers, fields, WORD_IDENTIFIER_SCORE));
    match queries.len() {
        0 => None,
        1 => queries.pop(),
        _ => Some(Box::new(DisjunctionMaxQuery::new(queries))),
    }
}

fn alternative_query(alternative: &Alternative, fields: &Fields) -> Box<dyn Query> {
    let term = |stem: &String| -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_text(fields.text, stem), IndexRecordOption::WithFreqs))
    };
    let query = match alternative.stems.as_slice() {
        [stem] => term(stem),
        stems => Box::new(BooleanQuery::intersection(stems.iter().map(term).collect())),
    };
    #[expect(clippy::float_cmp, reason = "the boost is one of a few constants")]
    if alternative.boost == 1.0 { query } else { Box::new(BoostQuery::new(query, alternative.boost)) }
}

fn identifier_queries<'a>(
    identifiers: &'a [String],
    fields: &Fields,
    score: f32,
) -> impl Iterator<Item = Box<dyn Query>> + use<'a> {
    let fields = *fields;
    identifiers.iter().map(move |identifier| -> Box<dyn Query> {
        let term = TermQuery::new(TermKind::Identifier.term(&fields, identifier), IndexRecordOption::Basic);
        Box::new(ConstScoreQuery::new(Box::new(term), score))
    })
}
