//! How large the text is that a function makes, told from its arguments before it makes it.
//!
//! One call works on a whole batch of rows and cannot be stopped, so it must be known to be small. So must each value: a
//! join may repeat it in every row of a batch.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

/// Text that one call may make for one batch of rows, in bytes.
const MAX_RESULT_BYTES: u64 = 64 * 1024 * 1024;
/// One value of it, in bytes.
const MAX_VALUE_BYTES: u64 = 16 * 1024;
/// A number, a time or a truth value as text.
const SIMPLE_VALUE_BYTES: u64 = 40;
/// Two bytes of a format become a whole date and time, with the fraction and the zone at the most.
const FORMAT_GROWTH: u64 = 18;

/// How a function's result can be larger than its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Growth {
    /// All arguments one after the other.
    Sum,
    /// All arguments one after the other, with the first between them.
    Separated,
    /// Every character of the first may become the third.
    Product,
    /// The first once for each group of the second, a pattern.
    Captures,
    /// The second, a format, filled in.
    Format,
    /// The elements of the first, a list, with the second between them and the third for missing ones.
    ListText,
}

/// Bytes of all values and of the longest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Size {
    all: u64,
    longest: u64,
}

impl Growth {
    pub fn check(self, args: &ScalarFunctionArgs) -> Result<()> {
        let size = self.size(&args.args, args.number_rows as u64)?;
        if size.all > MAX_RESULT_BYTES || size.longest > MAX_VALUE_BYTES {
            return Err(DataFusionError::ResourcesExhausted("a text would become too long".to_owned()));
        }
        Ok(())
    }

    /// What the result has at most.
    fn size(self, arguments: &[ColumnarValue], rows: u64) -> Result<Size> {
        let sizes = arguments.iter().map(|argument| size_of(argument, rows)).collect::<Result<Vec<Size>>>()?;
        let of = |position: usize| sizes.get(position).copied().unwrap_or_default();
        Ok(match self {
            Self::Sum => sum(&sizes),
            Self::Separated => {
                let (separator, parts) = (of(0), sizes.get(1..).unwrap_or_default());
                let gaps = (parts.len() as u64).saturating_sub(1);
                sum(parts).plus(separator.longest.saturating_mul(gaps), rows)
            }
            // Every position of a text can be replaced, also the empty one at its end.
            Self::Product => of(0).plus(1, rows).times(of(2).longest.max(1)),
            Self::Captures => of(0).times(groups(arguments.get(1))?.saturating_add(1)),
            Self::Format => of(1).times(FORMAT_GROWTH),
            Self::ListText => {
                let elements = elements(arguments.first(), rows)?;
                let between = of(1).longest.saturating_add(of(2).longest);
                Size {
                    all: of(0).all.saturating_add(elements.all.saturating_mul(between)),
                    longest: of(0).longest.saturating_add(elements.longest.saturating_mul(between)),
                }
            }
        })
    }
}

impl Size {
    /// Each of the values by this much longer.
    fn plus(self, bytes: u64, rows: u64) -> Self {
        Self { all: self.all.saturating_add(bytes.saturating_mul(rows)), longest: self.longest.saturating_add(bytes) }
    }

    fn times(self, factor: u64) -> Self {
        Self { all: self.all.saturating_mul(factor), longest: self.longest.saturating_mul(factor) }
    }
}

fn sum(sizes: &[Size]) -> Size {
    sizes.iter().fold(Size::default(), |sum, size| Size {
        all: sum.all.saturating_add(size.all),
        longest: sum.longest.saturating_add(size.longest),
    })
}

fn size_of(argument: &ColumnarValue, rows: u64) -> Result<Size> {
    measure(argument, rows, text_bytes)
}

/// Elements of all lists and of the longest.
fn elements(list: Option<&ColumnarValue>, rows: u64) -> Result<Size> {
    list.map_or(Ok(Size::default()), |list| measure(list, rows, leaves))
}

fn measure(argument: &ColumnarValue, rows: u64, of_value: fn(&ArrayRef, usize) -> Result<u64>) -> Result<Size> {
    over_rows(argument, rows, &|array| {
        let mut size = Size::default();
        for row in 0..array.len() {
            let amount = of_value(array, row)?;
            size.all += amount;
            size.longest = size.longest.max(amount);
        }
        Ok(size)
    })
}

/// Groups of the pattern that has most.
fn groups(pattern: Option<&ColumnarValue>) -> Result<u64> {
    let Some(pattern) = pattern else { return Ok(0) };
    let counted = over_rows(pattern, 1, &|array| {
        let texts: Vec<&str> = match array.data_type() {
            DataType::Utf8 => array.as_string::<i32>().iter().flatten().collect(),
            DataType::LargeUtf8 => array.as_string::<i64>().iter().flatten().collect(),
            DataType::Utf8View => array.as_string_view().iter().flatten().collect(),
            _ => Vec::new(),
        };
        let most = texts.into_iter().map(|text| text.matches('(').count() as u64).max();
        Ok(Size { all: 0, longest: most.unwrap_or(0) })
    })?;
    Ok(counted.longest)
}

/// A single value stands for as many rows as there are.
fn over_rows(argument: &ColumnarValue, rows: u64, size: &dyn Fn(&ArrayRef) -> Result<Size>) -> Result<Size> {
    match argument {
        ColumnarValue::Array(array) => size(array),
        ColumnarValue::Scalar(value) => {
            let one = size(&value.to_array()?)?;
            Ok(Size { all: one.all.saturating_mul(rows), longest: one.longest })
        }
    }
}

/// The value as text, of a list the texts of its elements.
fn text_bytes(array: &ArrayRef, row: usize) -> Result<u64> {
    if array.is_null(row) {
        return Ok(0);
    }
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).len() as u64,
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).len() as u64,
        DataType::Utf8View => array.as_string_view().value(row).len() as u64,
        _ => match list_at(array, row) {
            None => SIMPLE_VALUE_BYTES,
            Some(list) => (0..list.len()).map(|at| text_bytes(&list, at)).sum::<Result<u64>>()?,
        },
    })
}

/// Elements of the list, of its lists, and so on.
fn leaves(array: &ArrayRef, row: usize) -> Result<u64> {
    match list_at(array, row) {
        None => Ok(1),
        Some(list) => (0..list.len()).map(|at| leaves(&list, at)).sum(),
    }
}

fn list_at(array: &ArrayRef, row: usize) -> Option<ArrayRef> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::List(_) => Some(array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => Some(array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => Some(array.as_fixed_size_list().value(row)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ListArray, StringArray};
    use datafusion::arrow::datatypes::Int64Type;
    use datafusion::common::ScalarValue;

    use super::*;

    fn column(texts: &[&str]) -> ColumnarValue {
        ColumnarValue::Array(Arc::new(StringArray::from(texts.to_vec())))
    }

    fn text(text: &str) -> ColumnarValue {
        ColumnarValue::Scalar(ScalarValue::from(text))
    }

    fn size(growth: Growth, arguments: &[ColumnarValue]) -> (u64, u64) {
        let size = growth.size(arguments, 2).expect("a size");
        (size.all, size.longest)
    }

    #[test]
    fn sizes_are_bounds_of_what_the_functions_make() {
        let texts = column(&["abc", "d"]);
        assert_eq!(size(Growth::Sum, &[texts.clone(), text("xy")]), (8, 5));
        assert_eq!(size(Growth::Separated, &[text("--"), texts.clone(), texts.clone(), texts.clone()]), (20, 13));
        assert_eq!(size(Growth::Product, &[texts.clone(), text("c"), text("12345")]), (30, 20));
        assert_eq!(size(Growth::Captures, &[texts.clone(), text("((a)b)")]), (12, 9));
        assert_eq!(size(Growth::Format, &[texts, text("%c")]), (72, 36));
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), None]), Some(vec![Some(2)])]);
        let lists = ColumnarValue::Array(Arc::new(lists));
        assert_eq!(size(Growth::ListText, &[lists, text(", "), text("?")]), (80 + 9, 40 + 6));
    }

    #[test]
    fn missing_arguments_and_values_are_no_text() {
        assert_eq!(size(Growth::Separated, &[]), (0, 0));
        let nothing = ColumnarValue::Scalar(ScalarValue::Utf8(None));
        assert_eq!(size(Growth::Product, &[nothing.clone(), nothing.clone(), nothing]), (2, 1));
    }
}
