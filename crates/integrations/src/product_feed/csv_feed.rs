//! Feeds as CSV with a header row. Several values in one cell are separated by `|`.

use std::io::BufRead;

use coheron_core::attribute::{AttributeValue, Attributes};
use coheron_core::change::{FieldProblem, ProductFacts, StockFacts};
use csv::StringRecord;

use super::feed_product::{FeedProduct, images_of, parse_categories, parse_price, parse_sku};
use super::{FeedError, ProductFeed, attribute_key};

const ATTRIBUTE_PREFIX: &str = "attr:";

pub(super) fn read(text: Box<dyn BufRead + Send>) -> Result<ProductFeed, FeedError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
    let columns = reader.headers().map_err(|error| FeedError::at_line(1, line_problem(&error)))?.clone();
    for column in ["sku", "name"] {
        if !columns.iter().any(|name| name == column) {
            let problem = FieldProblem::new(column, "is missing from the header row");
            return Err(FeedError::at_line(1, problem));
        }
    }
    Ok(Box::new(reader.into_records().map(move |record| {
        let record = record.map_err(file_error)?;
        let line = record.position().map_or(0, csv::Position::line);
        Row { columns: &columns, record: &record }.parse(line).map_err(|problem| FeedError::at_line(line, problem))
    })))
}

fn file_error(error: csv::Error) -> FeedError {
    let line = error.position().map_or(0, csv::Position::line);
    let problem = line_problem(&error);
    match error.into_kind() {
        csv::ErrorKind::Io(source) => FeedError::Read { line, source },
        _ => FeedError::at_line(line, problem),
    }
}

fn line_problem(error: &csv::Error) -> FieldProblem {
    FieldProblem::new("line", format!("is no row of this table: {error}"))
}

struct Row<'row> {
    columns: &'row StringRecord,
    record: &'row StringRecord,
}

impl<'row> Row<'row> {
    fn parse(&self, line: u64) -> Result<FeedProduct, FieldProblem> {
        let sku = parse_sku(self.cell("sku").unwrap_or_default())?;
        let name = self.cell("name").unwrap_or_default().to_owned();
        let categories = parse_categories(self.cells("category"))?;
        let facts = ProductFacts {
            description: self.cell("description").unwrap_or_default().to_owned(),
            brand: self.cell("brand").map(str::to_owned),
            category_ids: categories.iter().map(|path| path.id()).collect(),
            attributes: self.attributes(),
            images: images_of(self.cells("image"), &name),
            variants: Vec::new(),
            gtins: self.cells("gtin").map(str::to_owned).collect(),
            mpn: self.cell("mpn").map(str::to_owned),
            popularity: 0.0,
            released_at: None,
            name,
        };
        facts.validate()?;
        let price = parse_price(self.integer("price_minor")?, self.cell("currency"))?;
        let stock = self.integer("stock")?.map(|on_hand| StockFacts { on_hand, last_order_number: None });
        Ok(FeedProduct { line, sku, facts, categories, price, stock })
    }

    /// The cell of a column, where it says something.
    fn cell(&self, column: &str) -> Option<&'row str> {
        let place = self.columns.iter().position(|name| name == column)?;
        self.record.get(place).filter(|text| !text.is_empty())
    }

    fn cells(&self, column: &str) -> impl Iterator<Item = &'row str> {
        self.cell(column).into_iter().flat_map(|text| text.split('|')).map(str::trim).filter(|text| !text.is_empty())
    }

    fn integer(&self, column: &str) -> Result<Option<i64>, FieldProblem> {
        let Some(text) = self.cell(column) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| FieldProblem::new(column, format!("must be a whole number, not `{text}`")))
    }

    fn attributes(&self) -> Attributes {
        let mut attributes = Attributes::new();
        for (column, text) in self.columns.iter().zip(self.record) {
            let Some(key) = column.strip_prefix(ATTRIBUTE_PREFIX) else { continue };
            if !text.is_empty() {
                attribute_key::insert(&mut attributes, key, typed(text));
            }
        }
        attributes
    }
}

/// CSV knows only text: numbers, `true` and `false`, and lists are told by their look.
fn typed(text: &str) -> AttributeValue {
    match text {
        "true" => return AttributeValue::Flag(true),
        "false" => return AttributeValue::Flag(false),
        _ => {}
    }
    if text.contains('|') {
        return AttributeValue::List(text.split('|').map(|part| part.trim().to_owned()).collect());
    }
    // `inf` and `NaN` are words here, not numbers; leading zeros are article numbers.
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        && !(text.len() > 1 && text.starts_with('0') && !text.starts_with("0."));
    match text.parse() {
        Ok(number) if is_number => AttributeValue::Number(number),
        _ => AttributeValue::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn feed(text: &str) -> Result<Vec<Result<FeedProduct, FeedError>>, FeedError> {
        Ok(read(Box::new(Cursor::new(text.to_owned())))?.collect())
    }

    #[test]
    fn rows_become_products_with_typed_attributes() {
        let products = feed(concat!(
            "sku,name,description,brand,category,price_minor,currency,stock,image,attr:material,attr:weight_g,attr:organic,attr:sizes,attr:code\n",
            "T-1,\"Tee, heavy\",\"Two\nlines\",Plainweave,Clothing > Tees|Sale,2900,EUR,12,https://i.example/a.jpg|/b.jpg,Cotton,220,true,S|M,0042\n",
            "T-2,Cap,,,,,,,,,,,,\n",
        ))
        .expect("a feed");
        let tee = products[0].as_ref().expect("a product");
        assert_eq!(tee.facts.name, "Tee, heavy");
        assert_eq!(tee.facts.category_ids, ["clothing.tees", "sale"]);
        assert_eq!(tee.facts.images.len(), 2);
        assert_eq!(tee.facts.attributes["weight_g"], AttributeValue::Number(220.0));
        assert_eq!(tee.facts.attributes["organic"], AttributeValue::Flag(true));
        assert_eq!(tee.facts.attributes["sizes"], AttributeValue::List(vec!["S".to_owned(), "M".to_owned()]));
        assert_eq!(tee.facts.attributes["code"], AttributeValue::Text("0042".to_owned()));
        let cap = products[1].as_ref().expect("a product");
        assert_eq!((cap.line, &cap.price, &cap.stock), (4, &None, &None));
    }

    #[test]
    fn bad_rows_are_named_by_line_and_column() {
        let products = feed(concat!(
            "sku,name,price_minor,currency,stock\n",
            "A,a,12.5,EUR,1\n",
            "B,,100,EUR,1\n",
            "C,c,100,,1\n",
            "D,d,100,EUR,many\n",
            "E,e,100\n",
            "F,f,100,EUR,3\n",
        ))
        .expect("a feed");
        let problems: Vec<(u64, &str)> = products
            .iter()
            .filter_map(|product| match product {
                Err(FeedError::Line { line, field, .. }) => Some((*line, field.as_str())),
                _ => None,
            })
            .collect();
        assert_eq!(problems, [(2, "price_minor"), (3, "name"), (4, "currency"), (5, "stock"), (6, "line")]);
        assert_eq!(products.iter().filter(|product| product.is_ok()).count(), 1);
    }

    #[test]
    fn a_table_without_skus_is_refused() {
        let refused = feed("name,price_minor\nMug,100\n").expect_err("refused");
        assert!(matches!(refused, FeedError::Line { line: 1, field, .. } if field == "sku"));
    }
}
