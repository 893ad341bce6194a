//! Garden: tools, water and a seat outside.

use crate::demo_shop::brands::{FURNISHERS, GARDENERS};
use crate::demo_shop::colours::POTS;
use crate::demo_shop::materials::*;
use crate::demo_shop::product_type::{Department, Extra, Group, ProductType, detail, number, size};

const GRIPS: &[&str] = &["Oak", "Pine", "Brick", "Black"];

pub(super) const GARDEN: Department = Department {
    name: "Garden",
    groups: &[
        Group { name: "Hand tools", types: &[TROWEL, SECATEURS, SPADE, GLOVES] },
        Group { name: "Watering", types: &[WATERING_CAN] },
        Group { name: "Outdoor living", types: &[BENCH, TUB] },
    ],
};

const TROWEL: ProductType = ProductType {
    code: "TW",
    noun: "trowel",
    picture: "trowel",
    leaf: "Trowels and forks",
    count: 23,
    brands: GARDENERS,
    materials: &[TOOL_STEEL, CARBON_STEEL],
    details: &[
        detail("Planting", "", "A deep blade with marks every two centimetres."),
        detail("Narrow", "", "Narrow enough for bulbs and the gaps between slabs."),
        detail("Weeding", "", "A forked tip gets under dandelions."),
        detail("", "with ash grip", "The ash grip is long enough for a gloved hand."),
    ],
    measures: &[
        number("28 cm", "length_cm", 28.0, 90),
        number("32 cm", "length_cm", 32.0, 100),
        number("40 cm", "length_cm", 40.0, 118),
    ],
    colours: GRIPS,
    sizes: &[],
    price_eur: (16, 32),
    weight_g: (220, 420),
    uses: &["For beds, boxes and balconies.", "Goes into stony ground without bending."],
    extras: &[],
};

const SECATEURS: ProductType = ProductType {
    code: "SE",
    noun: "secateurs",
    picture: "secateurs",
    leaf: "Cutting tools",
    count: 21,
    brands: GARDENERS,
    materials: &[CARBON_STEEL, TOOL_STEEL],
    details: &[
        detail("Bypass", "", "The blades pass each other like scissors, kind to green wood."),
        detail("Anvil", "", "The blade meets a soft anvil and splits dry wood."),
        detail("Rotating-grip", "", "The lower grip turns with the hand and spares the wrist."),
        detail("Small", "", "For small hands and cut flowers."),
    ],
    measures: &[
        number("18 mm cut", "cut_mm", 18.0, 88),
        number("22 mm cut", "cut_mm", 22.0, 100),
        number("25 mm cut", "cut_mm", 25.0, 112),
    ],
    colours: GRIPS,
    sizes: &[],
    price_eur: (28, 58),
    weight_g: (180, 310),
    uses: &["For roses in March and apples in November.", "A clean cut heals; a torn one does not."],
    extras: &[Extra::Flag("left_handed", 25)],
};

const SPADE: ProductType = ProductType {
    code: "SP",
    noun: "spade",
    picture: "spade",
    leaf: "Spades and rakes",
    count: 16,
    brands: GARDENERS,
    materials: &[TOOL_STEEL, CARBON_STEEL],
    details: &[
        detail("Digging", "", "Treads on both shoulders save the soles of your boots."),
        detail("Border", "", "A narrow blade for narrow beds."),
        detail("Pointed", "", "The point finds its way between roots and stones."),
        detail("", "with D-grip", "The D-grip is riveted ash, wide enough for gloves."),
    ],
    measures: &[number("100 cm", "length_cm", 100.0, 97), number("115 cm", "length_cm", 115.0, 106)],
    colours: GRIPS,
    sizes: &[],
    price_eur: (42, 79),
    weight_g: (1500, 2300),
    uses: &["For the vegetable patch and the odd fence post.", "Heavy at the blade, light at the handle."],
    extras: &[],
};

const GLOVES: ProductType = ProductType {
    code: "GV",
    noun: "gardening gloves",
    picture: "gloves",
    leaf: "Gloves and clothing",
    count: 18,
    brands: GARDENERS,
    materials: &[LEATHER, COTTON, BAMBOO_FIBRE],
    details: &[
        detail("Rose", "", "Cuffs to the elbow, for roses and brambles."),
        detail("Light", "", "Thin enough to pick up a seed."),
        detail("Lined", "", "A soft lining for cold mornings."),
        detail("Grip", "", "A dotted palm that holds wet handles."),
        detail("Padded", "", "Gel at the palm, where the spade pushes."),
        detail("Long-cuffed", "", "The cuff tucks under the sleeve and keeps soil out."),
    ],
    measures: &[],
    colours: &["Olive", "Sand", "Slate", "Terracotta", "Pine"],
    sizes: &[size("S", "S", 100), size("M", "M", 100), size("L", "L", 100)],
    price_eur: (13, 32),
    weight_g: (60, 210),
    uses: &["Take the thorns, keep the feeling.", "Fit like gloves should."],
    extras: &[],
};

const WATERING_CAN: ProductType = ProductType {
    code: "WC",
    noun: "watering can",
    picture: "wateringcan",
    leaf: "Watering cans",
    count: 23,
    brands: GARDENERS,
    materials: &[COATED_STEEL, TOOL_STEEL, POLYCARBONATE],
    details: &[
        detail("", "with brass rose", "The brass rose turns up for seedlings and down for shrubs."),
        detail("Long-reach", "", "A long spout for the back of the bed."),
        detail("Balanced", "", "The handle runs from front to back, so full or empty it hangs level."),
    ],
    measures: &[
        number("5 l", "capacity_ml", 5000.0, 85),
        number("7 l", "capacity_ml", 7000.0, 100),
        number("10 l", "capacity_ml", 10000.0, 115),
    ],
    colours: &["Pine", "Steel", "Brick", "Navy", "Mustard", "Charcoal"],
    sizes: &[],
    price_eur: (26, 52),
    weight_g: (700, 1900),
    uses: &["Fills at the butt, empties where you want it.", "Two of these balance better than one."],
    extras: &[],
};

const BENCH: ProductType = ProductType {
    code: "BE",
    noun: "garden bench",
    picture: "bench",
    leaf: "Garden furniture",
    count: 19,
    brands: FURNISHERS,
    materials: &[OAK, ASH, COATED_STEEL],
    details: &[
        detail("", "with backrest", "The back leans at the angle of a second cup of tea."),
        detail("Backless", "", "Sits at a long table and slides under it."),
        detail("", "with storage", "Cushions live under the seat when it rains."),
        detail("Folding", "", "Folds flat and hangs on the shed wall."),
    ],
    measures: &[number("120 cm", "length_cm", 120.0, 88), number("150 cm", "length_cm", 150.0, 104)],
    colours: &["Oak", "Walnut", "Charcoal", "Sage"],
    sizes: &[],
    price_eur: (189, 390),
    weight_g: (9000, 24000),
    uses: &["For the wall that gets the evening sun.", "Two seats and a view."],
    extras: &[Extra::Flag("weatherproof", 90), Extra::Number("max_load_kg", &[200.0, 240.0, 300.0])],
};

const TUB: ProductType = ProductType {
    code: "TB",
    noun: "patio tub",
    picture: "planter",
    leaf: "Outdoor planters",
    count: 21,
    brands: GARDENERS,
    materials: &[FIBRECLAY, TERRACOTTA_CLAY, COATED_STEEL],
    details: &[
        detail("Tall", "", "Tall enough to lift a tomato to hand height."),
        detail("Square", "", "Stands in a corner without wasting it."),
        detail("Low", "", "Low and wide, for herbs and strawberries."),
        detail("", "with rope handles", "Rope handles for two people or one strong one."),
    ],
    measures: &[number("40 cm", "width_cm", 40.0, 90), number("55 cm", "width_cm", 55.0, 125)],
    colours: POTS,
    sizes: &[],
    price_eur: (48, 92),
    weight_g: (3200, 14000),
    uses: &["For the olive tree by the door.", "A bed where there is no ground."],
    extras: &[Extra::Number("volume_l", &[28.0, 45.0, 70.0])],
};
