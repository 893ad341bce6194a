//! Plants: green things and the pots they live in.

use crate::demo_shop::brands::GROWERS;
use crate::demo_shop::colours::POTS;
use crate::demo_shop::materials::*;
use crate::demo_shop::product_type::{Department, Extra, Group, ProductType, detail, number};

const LIGHT: Extra = Extra::Text("light", &["Bright, no direct sun", "Half shade"]);
const WATER_DAYS: Extra = Extra::Number("water_every_days", &[5.0, 7.0, 10.0, 14.0]);

pub(super) const PLANTS: Department = Department {
    name: "Plants",
    groups: &[
        Group { name: "House plants", types: &[LEAFY, PALM, SUCCULENT, TRAILING] },
        Group { name: "Pots", types: &[POT, HANGING_POT] },
        Group { name: "Plant care", types: &[INDOOR_CAN] },
    ],
};

const LEAFY: ProductType = ProductType {
    code: "LE",
    noun: "pot",
    picture: "plant",
    leaf: "Leafy plants",
    count: 37,
    brands: GROWERS,
    materials: &[TERRACOTTA_CLAY, STONEWARE_POT, FIBRECLAY],
    details: &[
        detail("Swiss cheese plant in", "", "Monstera deliciosa: leaves split as they grow, and they grow."),
        detail("Rubber plant in", "", "Ficus elastica has thick, dark leaves that like a weekly wipe."),
        detail("Fiddle-leaf fig in", "", "Ficus lyrata wants a bright spot and then to be left there."),
        detail("Peace lily in", "", "Spathiphyllum droops when thirsty and stands up an hour after water."),
        detail("Prayer plant in", "", "Maranta folds its leaves at night and opens them at breakfast."),
        detail("Chinese money plant in", "", "Pilea makes children, so there is always one to give away."),
    ],
    measures: &[
        number("25 cm", "height_cm", 25.0, 75),
        number("45 cm", "height_cm", 45.0, 110),
        number("70 cm", "height_cm", 70.0, 170),
    ],
    colours: POTS,
    sizes: &[],
    price_eur: (19, 38),
    weight_g: (900, 5200),
    uses: &["Comes potted, watered and ready for its window.", "Arrives in a tall box with holes to breathe."],
    extras: &[LIGHT, WATER_DAYS, Extra::Flag("pet_safe", 40)],
};

const PALM: ProductType = ProductType {
    code: "PM",
    noun: "pot",
    picture: "palm",
    leaf: "Palms and ferns",
    count: 29,
    brands: GROWERS,
    materials: &[TERRACOTTA_CLAY, STONEWARE_POT, FIBRECLAY],
    details: &[
        detail("Kentia palm in", "", "Howea forsteriana puts up with dark corners and dry air."),
        detail("Parlour palm in", "", "Chamaedorea stays small and asks for little."),
        detail("Boston fern in", "", "Nephrolepis likes bathrooms and a daily mist."),
        detail("Areca palm in", "", "Dypsis lutescens makes a soft screen between two seats."),
        detail("Bird's nest fern in", "", "Asplenium unrolls one bright leaf after another."),
    ],
    measures: &[
        number("40 cm", "height_cm", 40.0, 80),
        number("80 cm", "height_cm", 80.0, 130),
        number("120 cm", "height_cm", 120.0, 210),
    ],
    colours: POTS,
    sizes: &[],
    price_eur: (24, 44),
    weight_g: (1400, 8200),
    uses: &["Brings a little weather into the room.", "Tall, soft, and kinder than a screen."],
    extras: &[LIGHT, WATER_DAYS, Extra::Flag("pet_safe", 80)],
};

const SUCCULENT: ProductType = ProductType {
    code: "SU",
    noun: "pot",
    picture: "succulent",
    leaf: "Succulents and cacti",
    count: 29,
    brands: GROWERS,
    materials: &[TERRACOTTA_CLAY, STONEWARE_POT, FIBRECLAY],
    details: &[
        detail("Aloe in", "", "Aloe vera stores water in its leaves and forgives a holiday."),
        detail("Jade plant in", "", "Crassula ovata thickens into a small tree over the years."),
        detail("Echeveria in", "", "Echeveria keeps its rosette tight in full sun."),
        detail("Bunny-ear cactus in", "", "Opuntia microdasys looks soft and is not."),
        detail("Snake plant in", "", "Sansevieria grows upright and almost without light."),
    ],
    measures: &[
        number("10 cm", "height_cm", 10.0, 70),
        number("18 cm", "height_cm", 18.0, 100),
        number("30 cm", "height_cm", 30.0, 145),
    ],
    colours: POTS,
    sizes: &[],
    price_eur: (11, 22),
    weight_g: (300, 2100),
    uses: &["For sunny sills and forgetful people.", "Water it when you remember; that is enough."],
    extras: &[WATER_DAYS, Extra::Flag("pet_safe", 30)],
};

const TRAILING: ProductType = ProductType {
    code: "TG",
    noun: "hanging pot",
    picture: "hangingplant",
    leaf: "Trailing plants",
    count: 23,
    brands: GROWERS,
    materials: &[TERRACOTTA_CLAY, STONEWARE_POT, FIBRECLAY],
    details: &[
        detail("Pothos in", "", "Epipremnum grows towards any light and roots in a glass of water."),
        detail("String of hearts in", "", "Ceropegia lets down thin strings of silver hearts."),
        detail("Spider plant in", "", "Chlorophytum throws out runners with small plants at the end."),
        detail("Heartleaf philodendron in", "", "Philodendron scandens climbs if you give it a nail."),
    ],
    measures: &[
        number("20 cm", "length_cm", 20.0, 80),
        number("40 cm", "length_cm", 40.0, 110),
        number("60 cm", "length_cm", 60.0, 140),
    ],
    colours: POTS,
    sizes: &[],
    price_eur: (17, 32),
    weight_g: (600, 2400),
    uses: &["For the top of the shelf.", "Let it hang; it knows what to do."],
    extras: &[LIGHT, WATER_DAYS],
};

const POT: ProductType = ProductType {
    code: "PT",
    noun: "plant pot",
    picture: "planter",
    leaf: "Plant pots",
    count: 37,
    brands: GROWERS,
    materials: &[TERRACOTTA_CLAY, STONEWARE_POT, FIBRECLAY, COATED_STEEL],
    details: &[
        detail("", "with saucer", "The saucer is glazed inside and keeps the sill dry."),
        detail("Ribbed", "", "Ribs from the potter's comb, one turn of the wheel."),
        detail("Footed", "", "Small feet let air in and water out."),
        detail("Self-watering", "", "A reserve in the base lasts two weeks."),
        detail("Tapered", "", "Tapers to a narrow base, so roots slide out whole."),
    ],
    measures: &[
        number("12 cm", "diameter_cm", 12.0, 65),
        number("18 cm", "diameter_cm", 18.0, 100),
        number("24 cm", "diameter_cm", 24.0, 145),
        number("32 cm", "diameter_cm", 32.0, 220),
    ],
    colours: POTS,
    sizes: &[],
    price_eur: (14, 28),
    weight_g: (400, 4200),
    uses: &["One size larger than the pot it came in.", "Gives the plant its place."],
    extras: &[Extra::Flag("drainage_hole", 80), Extra::Flag("outdoor", 60)],
};

const HANGING_POT: ProductType = ProductType {
    code: "HG",
    noun: "hanging planter",
    picture: "hangingpot",
    leaf: "Hanging planters",
    count: 18,
    brands: GROWERS,
    materials: &[STONEWARE_POT, TERRACOTTA_CLAY, BRASS_METAL],
    details: &[
        detail("", "with cotton cord", "The cord is braided and takes five kilos."),
        detail("", "with leather strap", "One strap, one rivet, one hook."),
        detail("Half-round", "", "Flat at the back, so it hangs against the wall."),
    ],
    measures: &[number("14 cm", "diameter_cm", 14.0, 85), number("20 cm", "diameter_cm", 20.0, 115)],
    colours: POTS,
    sizes: &[],
    price_eur: (22, 42),
    weight_g: (450, 1900),
    uses: &["For the corner with light and no table.", "Frees the sill for the cat."],
    extras: &[Extra::Flag("drainage_hole", 30)],
};

const INDOOR_CAN: ProductType = ProductType {
    code: "IC",
    noun: "indoor watering can",
    picture: "wateringcan",
    leaf: "Watering",
    count: 21,
    brands: GROWERS,
    materials: &[COATED_STEEL, BRASS_METAL, TOOL_STEEL],
    details: &[
        detail("", "with long spout", "The spout reaches under the leaves, to the back of the shelf."),
        detail("", "with rose", "The rose comes off when you want a stream."),
        detail("Slim", "", "Slim enough to stand on the sill between the pots."),
    ],
    measures: &[
        number("0.5 l", "capacity_ml", 500.0, 85),
        number("1 l", "capacity_ml", 1000.0, 100),
        number("1.8 l", "capacity_ml", 1800.0, 120),
    ],
    colours: &["Sage", "Chalk", "Charcoal", "Brass", "Terracotta", "Navy"],
    sizes: &[],
    price_eur: (22, 46),
    weight_g: (300, 900),
    uses: &["Pours where you point it.", "Good-looking enough to be left out."],
    extras: &[],
};
