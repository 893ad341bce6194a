//! The shape of the tables that the demo shop is made from.

/// A top category with everything below it.
pub(super) struct Department {
    pub name: &'static str,
    pub groups: &'static [Group],
}

/// A category of the second level.
pub(super) struct Group {
    pub name: &'static str,
    pub types: &'static [ProductType],
}

/// A kind of product. Every combination of a material, a detail and a measure of one type must make sense: each is
/// used at most once, so that no two products have the same name.
pub(super) struct ProductType {
    /// Part of the SKU; unique among all types.
    pub code: &'static str,
    pub noun: &'static str,
    /// The name of its drawing.
    pub picture: &'static str,
    /// The category of the third level; several types may share one.
    pub leaf: &'static str,
    /// How many products are made of this type.
    pub count: usize,
    pub brands: &'static [Brand],
    pub materials: &'static [Material],
    pub details: &'static [Detail],
    pub measures: &'static [Measure],
    pub colours: &'static [&'static str],
    pub sizes: &'static [Size],
    /// Lowest and highest price in euros before material, measure and size have their say.
    pub price_eur: (u32, u32),
    /// Lowest and highest weight in grams.
    pub weight_g: (u32, u32),
    /// First sentences: what it is for.
    pub uses: &'static [&'static str],
    pub extras: &'static [Extra],
}

/// An invented maker.
#[derive(Clone, Copy)]
pub(super) struct Brand {
    pub name: &'static str,
    /// Two letters at the head of its SKUs.
    pub code: &'static str,
    pub made_in: &'static str,
    pub promise: &'static str,
}

#[derive(Clone, Copy)]
pub(super) struct Material {
    /// As it stands in a name: `stoneware`, `brushed steel`.
    pub name: &'static str,
    pub sentences: &'static [&'static str],
    pub care: &'static str,
    /// What it makes of the price, in percent.
    pub price_percent: u32,
    /// What is always true of it.
    pub flags: &'static [&'static str],
}

/// What sets a product apart from others of its type: words before or after the noun, and a sentence.
#[derive(Clone, Copy)]
pub(super) struct Detail {
    pub before: &'static str,
    pub after: &'static str,
    pub sentence: &'static str,
}

/// A size or fit that stands at the end of the name and among the attributes.
#[derive(Clone, Copy)]
pub(super) struct Measure {
    pub label: &'static str,
    pub attribute: MeasureAttribute,
    pub price_percent: u32,
}

#[derive(Clone, Copy)]
pub(super) enum MeasureAttribute {
    /// Key with its unit, and the value.
    Number(&'static str, f64),
    /// Key; the value is the measure's label.
    Text(&'static str),
}

/// A size that shoppers choose: every size is a variant.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub label: &'static str,
    /// The end of the variant's SKU.
    pub code: &'static str,
    pub price_percent: u32,
}

/// A further attribute of a type.
pub(super) enum Extra {
    /// Key, and how many in a hundred have it.
    Flag(&'static str, u32),
    Number(&'static str, &'static [f64]),
    Text(&'static str, &'static [&'static str]),
    /// Key and choices, of which one to three hold.
    List(&'static str, &'static [&'static str]),
}

pub(super) const fn detail(before: &'static str, after: &'static str, sentence: &'static str) -> Detail {
    Detail { before, after, sentence }
}

pub(super) const fn number(label: &'static str, key: &'static str, value: f64, price_percent: u32) -> Measure {
    Measure { label, attribute: MeasureAttribute::Number(key, value), price_percent }
}

pub(super) const fn text(label: &'static str, key: &'static str, price_percent: u32) -> Measure {
    Measure { label, attribute: MeasureAttribute::Text(key), price_percent }
}

pub(super) const fn size(label: &'static str, code: &'static str, price_percent: u32) -> Size {
    Size { label, code, price_percent }
}
