//! Attribute keys and values as shoppers read them.

use coheron_core::attribute::AttributeValue;

/// `heat_resistant` becomes `Heat resistant`; a unit at the end of the key moves to the values.
pub fn key_label(key: &str) -> String {
    let (name, _) = split_unit(key);
    let spaced = name.replace('_', " ");
    let spaced = spaced.trim();
    let mut characters = spaced.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => key.to_owned(),
    }
}

/// The value in the words of a shop: numbers carry the unit of their key, flags become yes and no.
pub fn value_label(key: &str, value: &str) -> String {
    match split_unit(key) {
        (_, Some(unit)) if value.parse::<f64>().is_ok() => format!("{value} {unit}"),
        _ if value == "yes" => "Yes".to_owned(),
        _ if value == "no" => "No".to_owned(),
        _ => value.to_owned(),
    }
}

/// All values of an attribute in one line.
pub fn attribute_label(key: &str, value: &AttributeValue) -> String {
    let values: Vec<String> = value.display_values().iter().map(|value| value_label(key, value)).collect();
    values.join(", ")
}

const UNITS: &[(&str, &str)] = &[
    ("c", "°C"),
    ("cl", "cl"),
    ("cm", "cm"),
    ("db", "dB"),
    ("g", "g"),
    ("gb", "GB"),
    ("ghz", "GHz"),
    ("gsm", "g/m²"),
    ("h", "h"),
    ("hz", "Hz"),
    ("inch", "in"),
    ("k", "K"),
    ("kg", "kg"),
    ("l", "l"),
    ("lm", "lm"),
    ("m", "m"),
    ("mah", "mAh"),
    ("mb", "MB"),
    ("mhz", "MHz"),
    ("min", "min"),
    ("ml", "ml"),
    ("mm", "mm"),
    ("mp", "MP"),
    ("pct", "%"),
    ("percent", "%"),
    ("tb", "TB"),
    ("v", "V"),
    ("w", "W"),
    ("wh", "Wh"),
    ("years", "years"),
];

fn split_unit(key: &str) -> (&str, Option<&'static str>) {
    let Some((name, last)) = key.rsplit_once('_') else { return (key, None) };
    match UNITS.iter().find(|(suffix, _)| *suffix == last) {
        Some((_, unit)) if !name.is_empty() => (name, Some(unit)),
        _ => (key, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_move_from_keys_to_values() {
        assert_eq!(key_label("weight_g"), "Weight");
        assert_eq!(value_label("weight_g", "220"), "220 g");
        assert_eq!(key_label("heat_resistant"), "Heat resistant");
        assert_eq!(value_label("heat_resistant", "yes"), "Yes");
        assert_eq!(key_label("g"), "G");
        assert_eq!(value_label("size", "XL"), "XL");
        assert_eq!(attribute_label("fits_l", &AttributeValue::Number(1.5)), "1.5 l");
    }
}
