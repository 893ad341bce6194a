//! Lighting: lamps for tables, ceilings, walls and gardens.

use crate::demo_shop::brands::LIGHTMAKERS;
use crate::demo_shop::colours::{LACQUERS, METALS, QUIET};
use crate::demo_shop::materials::*;
use crate::demo_shop::product_type::{Department, Extra, Group, ProductType, detail, number};

const KELVIN: Extra = Extra::Number("colour_temperature_k", &[2200.0, 2700.0, 3000.0]);

pub(super) const LIGHTING: Department = Department {
    name: "Lighting",
    groups: &[
        Group { name: "Table and floor", types: &[TABLE_LAMP, FLOOR_LAMP, READING_LAMP] },
        Group { name: "Ceiling and wall", types: &[PENDANT, WALL_LAMP] },
        Group { name: "Portable and bulbs", types: &[LANTERN, BULB] },
    ],
};

const TABLE_LAMP: ProductType = ProductType {
    code: "LT",
    noun: "table lamp",
    picture: "lamp",
    leaf: "Table lamps",
    count: 35,
    brands: LIGHTMAKERS,
    materials: &[LINEN, OPAL_GLASS, COATED_STEEL, BRASS_METAL, STONEWARE_POT],
    details: &[
        detail("Dimmable", "", "Turns down to a glow with the wheel on the cable."),
        detail("Mushroom", "", "The shade throws light down and keeps it out of your eyes."),
        detail("", "with cone shade", "A straight cone on a slim stem."),
        detail("", "with pleated shade", "The pleats are folded by hand and glued nowhere."),
        detail("Bedside", "", "A switch on the foot that is found in the dark."),
    ],
    measures: &[
        number("28 cm", "height_cm", 28.0, 85),
        number("38 cm", "height_cm", 38.0, 100),
        number("52 cm", "height_cm", 52.0, 125),
    ],
    colours: LACQUERS,
    sizes: &[],
    price_eur: (59, 120),
    weight_g: (900, 2900),
    uses: &["For the sideboard and the hour before bed.", "Puts a pool of warm light where you sit."],
    extras: &[KELVIN, Extra::Text("socket", &["E14", "E27"])],
};

const FLOOR_LAMP: ProductType = ProductType {
    code: "LF",
    noun: "floor lamp",
    picture: "floorlamp",
    leaf: "Floor lamps",
    count: 25,
    brands: LIGHTMAKERS,
    materials: &[LINEN, COATED_STEEL, BRASS_METAL, OAK],
    details: &[
        detail("Arc", "", "Reaches over the sofa from behind."),
        detail("Tripod", "", "Three legs, each with its own felt foot."),
        detail("", "with drum shade", "A drum shade that lights ceiling and page."),
        detail("", "with adjustable arm", "The arm stays where you leave it, without a screw."),
    ],
    measures: &[
        number("135 cm", "height_cm", 135.0, 92),
        number("150 cm", "height_cm", 150.0, 100),
        number("175 cm", "height_cm", 175.0, 112),
    ],
    colours: LACQUERS,
    sizes: &[],
    price_eur: (139, 280),
    weight_g: (4200, 9800),
    uses: &["Makes a reading corner out of any corner.", "For rooms with one socket and no hook in the ceiling."],
    extras: &[KELVIN, Extra::Flag("dimmable", 60)],
};

const READING_LAMP: ProductType = ProductType {
    code: "LR",
    noun: "reading lamp",
    picture: "desklamp",
    leaf: "Reading lamps",
    count: 25,
    brands: LIGHTMAKERS,
    materials: &[ALUMINIUM, COATED_STEEL, BRASS_METAL],
    details: &[
        detail("", "with clamp", "The clamp holds on boards up to 6 cm."),
        detail("Sprung", "", "Balanced by springs and moved with one finger."),
        detail("", "with touch dimmer", "Four steps of light at a touch."),
        detail("Folding", "", "Folds flat into a drawer."),
    ],
    measures: &[
        number("7 W", "power_w", 7.0, 90),
        number("9 W", "power_w", 9.0, 100),
        number("12 W", "power_w", 12.0, 112),
    ],
    colours: LACQUERS,
    sizes: &[],
    price_eur: (64, 130),
    weight_g: (800, 2400),
    uses: &["Light on the page, none in the eyes.", "For desks, beds and workbenches."],
    extras: &[KELVIN, Extra::Number("luminous_flux_lm", &[480.0, 640.0, 820.0])],
};

const PENDANT: ProductType = ProductType {
    code: "LP",
    noun: "pendant lamp",
    picture: "pendant",
    leaf: "Pendant lamps",
    count: 37,
    brands: LIGHTMAKERS,
    materials: &[RICE_PAPER, RATTAN, OPAL_GLASS, BRASS_METAL, COATED_STEEL],
    details: &[
        detail("Dome", "", "A deep dome that lights the table and nothing else."),
        detail("Globe", "", "A plain globe on three metres of cable."),
        detail("Layered", "", "Light leaks out between the layers."),
        detail("Bell", "", "A bell with a soft inner white."),
    ],
    measures: &[
        number("25 cm", "diameter_cm", 25.0, 80),
        number("36 cm", "diameter_cm", 36.0, 100),
        number("50 cm", "diameter_cm", 50.0, 130),
    ],
    colours: LACQUERS,
    sizes: &[],
    price_eur: (69, 160),
    weight_g: (400, 3200),
    uses: &["Hang it low over the table.", "One large lamp does more than three small ones."],
    extras: &[Extra::Number("cable_m", &[1.5, 2.0, 3.0]), Extra::Text("socket", &["E27"])],
};

const WALL_LAMP: ProductType = ProductType {
    code: "LW",
    noun: "wall lamp",
    picture: "walllamp",
    leaf: "Wall lamps",
    count: 23,
    brands: LIGHTMAKERS,
    materials: &[OPAL_GLASS, BRASS_METAL, COATED_STEEL, STONEWARE_POT],
    details: &[
        detail("Plug-in", "", "Needs a socket, not an electrician."),
        detail("Swing-arm", "", "The arm swings over the bed and back to the wall."),
        detail("Up-and-down", "", "Light goes up and down, and none goes sideways."),
        detail("", "with pull cord", "A linen cord switches it, with a small wooden bead at the end."),
    ],
    measures: &[number("14 cm", "width_cm", 14.0, 90), number("20 cm", "width_cm", 20.0, 105)],
    colours: METALS,
    sizes: &[],
    price_eur: (54, 118),
    weight_g: (500, 1800),
    uses: &["Leaves the bedside table to the book.", "For halls, stairs and both sides of a mirror."],
    extras: &[KELVIN, Extra::Flag("splash_proof", 35)],
};

const LANTERN: ProductType = ProductType {
    code: "LN",
    noun: "lantern",
    picture: "lantern",
    leaf: "Lanterns",
    count: 23,
    brands: LIGHTMAKERS,
    materials: &[COATED_STEEL, ALUMINIUM, BRASS_METAL],
    details: &[
        detail("Rechargeable", "", "Twelve hours on one charge, by USB-C."),
        detail("Solar", "", "Charges by day, comes on at dusk."),
        detail("", "for candles", "The door closes against wind, and the wax tray lifts out."),
        detail("Folding", "", "Folds to the height of a paperback."),
    ],
    measures: &[number("20 cm", "height_cm", 20.0, 85), number("32 cm", "height_cm", 32.0, 115)],
    colours: QUIET,
    sizes: &[],
    price_eur: (36, 79),
    weight_g: (350, 1500),
    uses: &["For the balcony table and the way to the shed.", "Light to take along."],
    extras: &[Extra::Flag("weatherproof", 80)],
};

const BULB: ProductType = ProductType {
    code: "LB",
    noun: "LED bulb",
    picture: "bulb",
    leaf: "Bulbs",
    count: 19,
    brands: LIGHTMAKERS,
    materials: &[GLASS, OPAL_GLASS],
    details: &[
        detail("Filament", "", "A visible filament, with a tenth of the power of the old ones."),
        detail("Globe", "", "Large enough to hang without a shade."),
        detail("Warm-dim", "", "Grows warmer as it is dimmed, as bulbs used to."),
        detail("High-colour", "", "Shows colours as daylight does (CRI 97)."),
    ],
    measures: &[
        number("4 W", "power_w", 4.0, 85),
        number("6 W", "power_w", 6.0, 100),
        number("8 W", "power_w", 8.0, 115),
    ],
    colours: &["Clear", "Amber", "White"],
    sizes: &[],
    price_eur: (7, 16),
    weight_g: (40, 120),
    uses: &["Fits the lamp you already have.", "The cheapest way to a better room."],
    extras: &[KELVIN, Extra::Text("socket", &["E14", "E27"]), Extra::Number("lifetime_h", &[15000.0, 25000.0])],
};
