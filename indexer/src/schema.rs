//! The fields of an index and the document that is written for a product.

use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, Term};

use crate::weighted_text::weighted_analyzer;

/// Moves with every change of the schema, of the analysers or of what is written: an index of another layout is
/// thrown away and built again.
pub(crate) const LAYOUT_VERSION: u32 = 4;

/// Parts a facet key from its value, and a category id from its name.
pub(crate) const SEPARATOR: char = '\u{1}';

pub(crate) const SKU: &str = "sku";
pub(crate) const VERSION: &str = "version";
pub(crate) const FINGERPRINT: &str = "fingerprint";
pub(crate) const PRICE: &str = "price";
pub(crate) const ORDERABLE: &str = "orderable";
pub(crate) const POPULARITY: &str = "popularity";
pub(crate) const NEWNESS: &str = "newness";
pub(crate) const INDEXED_AT: &str = "indexed_at";
pub(crate) const NAME: &str = "name";
pub(crate) const FACETS: &str = "facets";
pub(crate) const CATEGORY_NAMES: &str = "category_names";

const WEIGHTED_ANALYZER: &str = "coheron_weighted";
const RAW_ANALYZER: &str = "raw";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// The key as a column, for ties.
    pub(crate) sku: Field,
    /// The weighted catch-all text, stemmed.
    pub(crate) text: Field,
    /// Everything that is looked up exactly or by its beginning, told apart by `TermKind`. One field, because the
    /// dictionary of each further field adds about a millisecond to the smallest commit.
    pub(crate) terms: Field,
    /// The product document as JSON, returned untouched.
    pub(crate) document: Field,
    /// The document's version in the stream.
    pub(crate) version: Field,
    /// Equal for documents that differ in nothing but their `DocumentNumbers`.
    pub(crate) fingerprint: Field,
    /// The price in minor units; absent where there is none.
    pub(crate) price: Field,
    /// 1 where it can be ordered now.
    pub(crate) orderable: Field,
    pub(crate) popularity: Field,
    /// Microseconds since 1970 of the release, or of the ERP's last change.
    pub(crate) newness: Field,
    /// Microseconds since 1970 at which it was indexed: decides between two names of one category.
    pub(crate) indexed_at: Field,
    /// The lower-case name for sorting.
    pub(crate) name: Field,
    /// `key SEPARATOR value` of every filter.
    pub(crate) facets: Field,
    /// `id SEPARATOR name` of every category on the product's paths.
    pub(crate) category_names: Field,
}

/// What a term of the field `terms` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TermKind {
    /// A SKU, part number or GTIN in lower case, as written or without punctuation.
    Identifier,
    /// A word sequence that makes a good suggestion.
    Phrase,
    /// The key of the document: its SKU as it is.
    Sku,
    /// A word of the unstemmed dictionary, for prefixes and spelling.
    Word,
}

impl TermKind {
    /// One ASCII letter, so that the terms of a kind follow each other in the dictionary.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Identifier => "i",
            Self::Phrase => "p",
            Self::Sku => "s",
            Self::Word => "w",
        }
    }

    pub(crate) fn text(self, value: &str) -> String {
        format!("{}{value}", self.prefix())
    }

    pub(crate) fn term(self, fields: &Fields, value: &str) -> Term {
        Term::from_field_text(fields.terms, &self.text(value))
    }
}

pub(crate) fn build_schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let column = || TextOptions::default().set_fast(RAW_ANALYZER);
    let number = || NumericOptions::default().set_fast();
    let fields = Fields {
        sku: builder.add_text_field(SKU, column()),
        text: builder.add_text_field("text", TextOptions::default().set_indexing_options(weighted_text())),
        terms: builder.add_text_field("terms", TextOptions::default().set_indexing_options(exact())),
        document: builder.add_text_field("document", TextOptions::default().set_stored()),
        version: builder.add_i64_field(VERSION, number()),
        fingerprint: builder.add_i64_field(FINGERPRINT, number()),
        price: builder.add_i64_field(PRICE, number()),
        orderable: builder.add_i64_field(ORDERABLE, number()),
        popularity: builder.add_f64_field(POPULARITY, number()),
        newness: builder.add_i64_field(NEWNESS, number()),
        indexed_at: builder.add_i64_field(INDEXED_AT, number()),
        name: builder.add_text_field(NAME, column()),
        facets: builder.add_text_field(FACETS, column()),
        category_names: builder.add_text_field(CATEGORY_NAMES, column()),
    };
    (builder.build(), fields)
}

/// The analysers live in the process, not in the index: every opened index needs them.
pub(crate) fn register_analyzers(index: &Index) {
    index.tokenizers().register(WEIGHTED_ANALYZER, weighted_analyzer());
}

fn weighted_text() -> TextFieldIndexing {
    TextFieldIndexing::default().set_tokenizer(WEIGHTED_ANALYZER).set_index_option(IndexRecordOption::WithFreqs)
}

fn exact() -> TextFieldIndexing {
    TextFieldIndexing::default()
        .set_tokenizer(RAW_ANALYZER)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic)
}
