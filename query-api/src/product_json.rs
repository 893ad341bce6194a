//! Products stay JSON text on their way from the store to the client: fields are picked and added without parsing the
//! values, so their order and spelling remain as they were written.

/// The fields of a product, as `fields` may name them.
pub(crate) const PRODUCT_FIELDS: &[&str] = &[
    "sku",
    "name",
    "slug",
    "url",
    "description",
    "brand",
    "categories",
    "attributes",
    "images",
    "price",
    "list_price",
    "availability",
    "variants",
    "gtins",
    "mpn",
    "popularity",
    "released_at",
    "as_of",
    "stock_as_of",
    "updated_at",
];

/// The object with the wanted fields only; all of them where none is named.
pub(crate) fn project(document_json: &str, fields: &[String]) -> String {
    if fields.is_empty() {
        return document_json.to_owned();
    }
    let mut projected = String::with_capacity(document_json.len().min(1024));
    for (name, value) in members(document_json).filter(|(name, _)| fields.iter().any(|field| field == name)) {
        projected.push(if projected.is_empty() { '{' } else { ',' });
        projected.push_str(&format!("\"{name}\":{value}"));
    }
    projected.push_str(if projected.is_empty() { "{}" } else { "}" });
    projected
}

/// The object with one more field.
pub(crate) fn with_member(object_json: &str, name: &str, value_json: &str) -> String {
    let trimmed = object_json.trim_end();
    let Some(open) = trimmed.strip_suffix('}') else { return object_json.to_owned() };
    let separator = if open.trim_end().ends_with('{') { "" } else { "," };
    format!("{open}{separator}\"{name}\":{value_json}}}")
}

/// The text of one field's value.
pub(crate) fn member<'a>(object_json: &'a str, wanted: &str) -> Option<&'a str> {
    members(object_json).find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// How many elements an array has.
pub(crate) fn element_count(array_json: &str) -> usize {
    let inner = array_json.trim();
    let Some(mut rest) = inner.strip_prefix('[').map(str::trim_start) else { return 0 };
    let mut count = 0;
    while !rest.is_empty() && !rest.starts_with(']') {
        count += 1;
        let end = value_end(rest);
        rest = rest[end..].trim_start().trim_start_matches(',').trim_start();
        if end == 0 {
            break;
        }
    }
    count
}

/// The fields of a valid JSON object, in order; names are returned without unescaping. What is not an object has none.
fn members(object_json: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = object_json.trim_start().strip_prefix('{').unwrap_or_default();
    std::iter::from_fn(move || {
        rest = rest.trim_start().trim_start_matches(',').trim_start();
        let name_end = string_end(rest)?;
        let name = &rest[1..name_end - 1];
        let value_text = rest[name_end..].trim_start().strip_prefix(':')?.trim_start();
        let end = value_end(value_text);
        let value = value_text[..end].trim_end();
        rest = &value_text[end..];
        Some((name, value))
    })
}

/// Where the string that begins the text ends, after its closing quote.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// Where the value that begins the text ends: at the comma or bracket that closes it.
fn value_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => match string_end(&text[at..]) {
                Some(length) => at += length - 1,
                None => return bytes.len(),
            },
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str =
        r#"{"sku":"A","name":"a \"b\" {c}, ]","attributes":{"z":1,"a":[1,2,{"x":"}"}]},"price":null,"variants":[]}"#;

    fn fields(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn projection_keeps_values_as_they_were_written() {
        assert_eq!(project(DOCUMENT, &[]), DOCUMENT);
        assert_eq!(
            project(DOCUMENT, &fields(&["price", "name", "attributes"])),
            r#"{"name":"a \"b\" {c}, ]","attributes":{"z":1,"a":[1,2,{"x":"}"}]},"price":null}"#
        );
        assert_eq!(project(DOCUMENT, &fields(&["mpn"])), "{}");
        assert_eq!(project("{ \"sku\" : \"A\" , \"mpn\" : 7 }", &fields(&["sku", "mpn"])), "{\"sku\":\"A\",\"mpn\":7}");
    }

    #[test]
    fn members_are_found_and_added() {
        assert_eq!(member(DOCUMENT, "variants"), Some("[]"));
        assert_eq!(member(DOCUMENT, "sku"), Some("\"A\""));
        assert_eq!(member(DOCUMENT, "a"), None, "only at the top");
        assert_eq!(member("[1]", "a"), None);
        assert_eq!(with_member("{}", "a", "1"), "{\"a\":1}");
        assert_eq!(with_member("{\"b\":2}", "a", "1"), "{\"b\":2,\"a\":1}");
    }

    #[test]
    fn elements_are_counted_whatever_they_hold() {
        for (array, count) in
            [("[]", 0), ("[ ]", 0), ("[1]", 1), (r#"[{"a":[1,2]},{"b":"],["}, "x"]"#, 3), ("null", 0), ("[[],[]]", 2)]
        {
            assert_eq!(element_count(array), count, "{array}");
        }
    }
}
