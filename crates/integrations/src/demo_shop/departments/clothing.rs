//! Clothing: everyday wear in sizes and colours.

use crate::demo_shop::brands::TAILORS;
use crate::demo_shop::colours::TEXTILES;
use crate::demo_shop::materials::*;
use crate::demo_shop::product_type::{Department, Extra, Group, Measure, ProductType, Size, detail, size, text};

const LETTER_SIZES: &[Size] =
    &[size("S", "S", 100), size("M", "M", 100), size("L", "L", 100), size("XL", "XL", 100), size("XXL", "XXL", 100)];
const WAIST_SIZES: &[Size] =
    &[size("30", "30", 100), size("32", "32", 100), size("34", "34", 100), size("36", "36", 100)];
const SOCK_SIZES: &[Size] = &[size("36–40", "SM", 100), size("41–46", "LG", 100)];
const TOP_FITS: &[Measure] =
    &[text("straight fit", "fit", 100), text("relaxed fit", "fit", 100), text("slim fit", "fit", 100)];
const LEG_FITS: &[Measure] =
    &[text("straight leg", "fit", 100), text("wide leg", "fit", 104), text("tapered leg", "fit", 100)];

pub(super) const CLOTHING: Department = Department {
    name: "Clothing",
    groups: &[
        Group { name: "Tops", types: &[TEE, SHIRT, SWEATER, HOODIE] },
        Group { name: "Outerwear", types: &[JACKET, VEST] },
        Group { name: "Trousers and skirts", types: &[TROUSERS, SHORTS] },
        Group { name: "Accessories", types: &[CAP, BEANIE, SCARF, SOCKS] },
    ],
};

const TEE: ProductType = ProductType {
    code: "TS",
    noun: "T-shirt",
    picture: "tee",
    leaf: "T-shirts",
    count: 41,
    brands: TAILORS,
    materials: &[COTTON, MERINO, HEMP, LINEN],
    details: &[
        detail("Heavy", "", "A heavy jersey that keeps its shape and its neck."),
        detail("Light", "", "A light jersey for the hot half of the year."),
        detail("Striped", "", "Breton stripes, knitted in the yarn."),
        detail("Pocket", "", "A chest pocket, set by hand so the grain lines up."),
        detail("Long-sleeved", "", "Long sleeves with a cuff that stays where you push it."),
        detail("Garment-dyed", "", "Dyed after sewing, so it looks worn in from the start."),
    ],
    measures: TOP_FITS,
    colours: TEXTILES,
    sizes: LETTER_SIZES,
    price_eur: (28, 45),
    weight_g: (150, 280),
    uses: &["The shirt you put on without thinking.", "Under a jacket, or all by itself."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"])],
};

const SHIRT: ProductType = ProductType {
    code: "SH",
    noun: "shirt",
    picture: "shirt",
    leaf: "Shirts",
    count: 37,
    brands: TAILORS,
    materials: &[COTTON, LINEN, CORDUROY, HEMP],
    details: &[
        detail("Button-down", "", "The collar buttons down and rolls a little."),
        detail("Band-collar", "", "A band collar: half the collar, all of the shirt."),
        detail("Checked", "", "The check meets at the pocket and the placket."),
        detail("Striped", "", "Fine stripes that read as one tone from afar."),
        detail("Short-sleeved", "", "Short sleeves and a straight hem, to be worn out."),
        detail("", "with two pockets", "Two pockets with flaps, big enough for a phone."),
    ],
    measures: TOP_FITS,
    colours: TEXTILES,
    sizes: LETTER_SIZES,
    price_eur: (59, 98),
    weight_g: (190, 380),
    uses: &["At the office with a jacket, on Sunday without.", "A shirt that forgives the iron you did not use."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"]), Extra::Text("buttons", &["Corozo", "Shell", "Horn"])],
};

const SWEATER: ProductType = ProductType {
    code: "SW",
    noun: "jumper",
    picture: "sweater",
    leaf: "Knitwear",
    count: 35,
    brands: TAILORS,
    materials: &[MERINO, WOOL, COTTON, RECYCLED_WOOL],
    details: &[
        detail("Crew-neck", "", "A round neck with a double rib."),
        detail("Roll-neck", "", "The collar folds twice and needs no scarf."),
        detail("Cable-knit", "", "Cables up the front, plain at the back."),
        detail("Fisherman's", "", "A full rib, thick enough for a pier in March."),
        detail("V-neck", "", "A shallow V that shows a collar but no more."),
    ],
    measures: TOP_FITS,
    colours: TEXTILES,
    sizes: LETTER_SIZES,
    price_eur: (79, 139),
    weight_g: (320, 780),
    uses: &["For the months with an r.", "Warm where it counts and light over the arms."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"])],
};

const HOODIE: ProductType = ProductType {
    code: "HD",
    noun: "sweatshirt",
    picture: "hoodie",
    leaf: "Sweatshirts",
    count: 25,
    brands: TAILORS,
    materials: &[COTTON, HEMP, TWILL],
    details: &[
        detail("Hooded", "", "The hood is lined, and its cord ends in a knot, not in metal."),
        detail("Zipped", "", "A two-way zip with a guard at the chin."),
        detail("Loopback", "", "Loops inside, smooth outside: warm without being thick."),
        detail("Half-zip", "", "The short zip turns it from warm to cool on the stairs."),
    ],
    measures: TOP_FITS,
    colours: TEXTILES,
    sizes: LETTER_SIZES,
    price_eur: (62, 98),
    weight_g: (420, 690),
    uses: &["For trains, sofas and early runs.", "Goes under a coat without a fight."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"])],
};

const JACKET: ProductType = ProductType {
    code: "JK",
    noun: "jacket",
    picture: "jacket",
    leaf: "Jackets",
    count: 35,
    brands: TAILORS,
    materials: &[TWILL, WAXED_CANVAS, WOOL, RECYCLED_NYLON, CORDUROY],
    details: &[
        detail("Chore", "", "Three patch pockets and room for a jumper underneath."),
        detail("Field", "", "Four pockets, and a waist cord on the inside."),
        detail("Bomber", "", "Ribbed at the hem, cuffs and collar."),
        detail("", "with hidden hood", "The hood rolls up into the collar."),
    ],
    measures: TOP_FITS,
    colours: TEXTILES,
    sizes: LETTER_SIZES,
    price_eur: (129, 240),
    weight_g: (620, 1400),
    uses: &["For the weeks that are neither warm nor cold.", "The jacket by the door."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"]), Extra::Number("pockets", &[3.0, 4.0, 5.0])],
};

const VEST: ProductType = ProductType {
    code: "VE",
    noun: "body warmer",
    picture: "vest",
    leaf: "Body warmers",
    count: 19,
    brands: TAILORS,
    materials: &[DOWN, RECYCLED_NYLON, RECYCLED_WOOL],
    details: &[
        detail("Quilted", "", "Quilted in narrow lines that keep the warmth in place."),
        detail("Reversible", "", "Turn it inside out for the quieter side."),
        detail("Packable", "", "Packs into its own pocket."),
    ],
    measures: TOP_FITS,
    colours: TEXTILES,
    sizes: LETTER_SIZES,
    price_eur: (89, 150),
    weight_g: (260, 520),
    uses: &["Keeps the middle warm and the arms free.", "Over a shirt in autumn, under a coat in winter."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"])],
};

const TROUSERS: ProductType = ProductType {
    code: "TR",
    noun: "trousers",
    picture: "trousers",
    leaf: "Trousers",
    count: 35,
    brands: TAILORS,
    materials: &[TWILL, LINEN, CORDUROY, HEMP, WOOL],
    details: &[
        detail("Pleated", "", "One pleat on each side gives room to sit."),
        detail("Drawstring", "", "An elastic waist with a cord that stays put."),
        detail("Workwear", "", "Double knees and a loop for a hammer you may not own."),
        detail("Five-pocket", "", "Cut like jeans, softer than jeans."),
    ],
    measures: LEG_FITS,
    colours: TEXTILES,
    sizes: WAIST_SIZES,
    price_eur: (72, 128),
    weight_g: (340, 720),
    uses: &["Smart enough for Monday, easy enough for the floor.", "Trousers you can cycle in."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"])],
};

const SHORTS: ProductType = ProductType {
    code: "SR",
    noun: "shorts",
    picture: "shorts",
    leaf: "Shorts",
    count: 21,
    brands: TAILORS,
    materials: &[TWILL, LINEN, HEMP, RECYCLED_NYLON],
    details: &[
        detail("Drawstring", "", "A cord at the waist and a pocket that closes."),
        detail("Swim", "", "Dry in twenty minutes and fit for lunch."),
        detail("Tailored", "", "A flat front and a crease that lasts."),
    ],
    measures: &[text("above the knee", "length", 100), text("mid-thigh", "length", 97)],
    colours: TEXTILES,
    sizes: WAIST_SIZES,
    price_eur: (42, 75),
    weight_g: (160, 340),
    uses: &["From the quay to the café.", "For July, and for optimists in May."],
    extras: &[Extra::Text("for", &["Women", "Men", "Everyone"])],
};

const CAP: ProductType = ProductType {
    code: "CP",
    noun: "cap",
    picture: "cap",
    leaf: "Hats and caps",
    count: 23,
    brands: TAILORS,
    materials: &[TWILL, CANVAS, CORDUROY, WOOL],
    details: &[
        detail("Six-panel", "", "Six panels, a soft crown and a brass buckle."),
        detail("Five-panel", "", "A flat front panel and a nylon strap."),
        detail("", "with ear flaps", "The flaps fold away inside until the wind turns."),
        detail("Unlined", "", "Unlined and washed, so it folds into a pocket."),
    ],
    measures: &[text("curved brim", "brim", 100), text("short brim", "brim", 100)],
    colours: TEXTILES,
    sizes: &[],
    price_eur: (26, 42),
    weight_g: (70, 140),
    uses: &["Sun out of the eyes, hair out of the question.", "For walks, boats and bad hair."],
    extras: &[],
};

const BEANIE: ProductType = ProductType {
    code: "BN",
    noun: "beanie",
    picture: "beanie",
    leaf: "Hats and caps",
    count: 23,
    brands: TAILORS,
    materials: &[MERINO, WOOL, RECYCLED_WOOL, COTTON],
    details: &[
        detail("Ribbed", "", "Knitted in a full rib that fits every head."),
        detail("Short", "", "Sits above the ears and stays there."),
        detail("Double-knit", "", "Two layers, the inner one soft."),
        detail("Bobble", "", "The bobble unbuttons for washing."),
    ],
    measures: &[text("turned cuff", "cuff", 100), text("no cuff", "cuff", 95)],
    colours: TEXTILES,
    sizes: &[],
    price_eur: (24, 42),
    weight_g: (60, 130),
    uses: &["For ears.", "Small enough to lose, so buy the colour you will miss."],
    extras: &[],
};

const SCARF: ProductType = ProductType {
    code: "SC",
    noun: "scarf",
    picture: "scarf",
    leaf: "Scarves",
    count: 23,
    brands: TAILORS,
    materials: &[WOOL, MERINO, RECYCLED_WOOL, LINEN],
    details: &[
        detail("Checked", "", "A wide check with a hand-rolled fringe."),
        detail("Plain", "", "Plain, in a twill that drapes."),
        detail("Ribbed", "", "A soft rib, knitted long."),
        detail("Two-tone", "", "One colour on each side."),
    ],
    measures: &[text("180 cm long", "length", 100), text("220 cm long", "length", 115)],
    colours: TEXTILES,
    sizes: &[],
    price_eur: (36, 69),
    weight_g: (120, 340),
    uses: &["Twice around the neck and you are done.", "For the platform at six in the morning."],
    extras: &[],
};

const SOCKS: ProductType = ProductType {
    code: "SK",
    noun: "socks",
    picture: "socks",
    leaf: "Socks",
    count: 25,
    brands: TAILORS,
    materials: &[COTTON, MERINO, RECYCLED_WOOL, HEMP],
    details: &[
        detail("Walking", "", "Padded at heel and toe, plain on top."),
        detail("Ribbed", "", "A rib that holds without leaving a mark."),
        detail("Striped", "", "Two stripes at the cuff."),
        detail("Everyday", "", "A flat toe seam you will not feel."),
    ],
    measures: &[text("ankle", "length", 90), text("mid-calf", "length", 100)],
    colours: TEXTILES,
    sizes: SOCK_SIZES,
    price_eur: (11, 22),
    weight_g: (40, 110),
    uses: &["Two that stay a pair.", "For boots, trainers and the sofa."],
    extras: &[Extra::Number("pairs_per_pack", &[1.0, 2.0, 3.0])],
};
