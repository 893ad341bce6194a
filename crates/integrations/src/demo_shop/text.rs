//! Names and descriptions of the demo shop.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::assemble::{Choice, capitalised, pick};
use super::product_type::{Measure, MeasureAttribute};

/// `Heavy cotton T-shirt, straight fit`; `Stoneware mug with thick handle, 350 ml`.
pub(super) fn name_of(choice: &Choice) -> String {
    let words = [choice.detail.before, choice.material.name, choice.product_type.noun, choice.detail.after];
    let phrase = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
    match choice.measure {
        Some(measure) => capitalised(&format!("{phrase}, {}", measure.label)),
        None => capitalised(&phrase),
    }
}

/// Two short paragraphs: what it is for and what is special, then the facts.
pub(super) fn describe(rng: &mut ChaCha8Rng, choice: &Choice) -> String {
    let opening = *pick(rng, choice.product_type.uses);
    let special = choice.detail.sentence;
    let made_of = *pick(rng, choice.material.sentences);
    let first = match rng.random_range(0..4) {
        0 => vec![opening, special, made_of],
        1 => vec![special, made_of, opening],
        2 => vec![made_of, special, opening],
        _ => vec![opening, made_of, special],
    };
    let mut second = Vec::new();
    second.extend(choice.measure.and_then(|measure| measured(rng, measure)));
    if rng.random_range(0..3) > 0 {
        second.push(weighs(choice.weight_g));
    }
    second.push(choice.material.care.to_owned());
    let made_in = format!("Made in {}.", with_article(choice.brand.made_in));
    match rng.random_range(0..3) {
        0 => second.push(made_in),
        1 => second.push(choice.brand.promise.to_owned()),
        _ => {
            second.push(made_in);
            second.push(choice.brand.promise.to_owned());
        }
    }
    format!("{}\n\n{}", first.join(" "), second.join(" "))
}

fn measured(rng: &mut ChaCha8Rng, measure: &Measure) -> Option<String> {
    let label = measure.label;
    let key = match measure.attribute {
        MeasureAttribute::Number(key, _) | MeasureAttribute::Text(key) => key,
    };
    let sentence = match (key, rng.random_range(0..2)) {
        ("capacity_ml" | "volume_l", 0) => format!("Holds {label}."),
        ("capacity_ml" | "volume_l", _) => format!("Room for {label}."),
        ("diameter_cm", 0) => format!("{label} across."),
        ("diameter_cm", _) => format!("Measures {label} in diameter."),
        ("height_cm", _) => format!("Stands {label} tall."),
        ("blade_cm", _) => format!("The blade is {label} long."),
        ("power_w", 0) => format!("Rated at {label}."),
        ("power_w", _) => format!("{label} of power."),
        ("wax_g", _) => format!("Holds {label} of wax."),
        ("fit", 0) => format!("A {label}; order your usual size."),
        ("fit", _) => format!("Cut with a {label}."),
        ("format", _) => format!("Format {label}."),
        ("cards", _) => format!("Room for {label} and a few notes."),
        ("fits", _) => format!("Fits laptops of {label}."),
        ("line_width", _) => format!("Writes a {label} line."),
        ("width_cm" | "length_cm", _) => format!("Size: {label}."),
        _ => return None,
    };
    Some(sentence)
}

fn with_article(country: &str) -> String {
    match country {
        "Netherlands" | "United Kingdom" => format!("the {country}"),
        _ => country.to_owned(),
    }
}

fn weighs(weight_g: u32) -> String {
    if weight_g < 1_000 {
        return format!("Weighs {weight_g} g.");
    }
    format!("Weighs {}.{} kg.", weight_g / 1_000, weight_g % 1_000 / 100)
}
