//! Bags: for the day, the weekend and the pocket.

use crate::demo_shop::brands::BAGMAKERS;
use crate::demo_shop::colours::{LEATHERS, TECHNICAL, TEXTILES};
use crate::demo_shop::materials::*;
use crate::demo_shop::product_type::{Department, Extra, Group, ProductType, detail, number, text};

pub(super) const BAGS: Department = Department {
    name: "Bags",
    groups: &[
        Group { name: "Backpacks and travel", types: &[BACKPACK, WEEKENDER] },
        Group { name: "Everyday bags", types: &[SHOULDER_BAG, TOTE] },
        Group { name: "Small goods", types: &[WALLET, POUCH] },
    ],
};

const BACKPACK: ProductType = ProductType {
    code: "BP",
    noun: "backpack",
    picture: "backpack",
    leaf: "Backpacks",
    count: 39,
    brands: BAGMAKERS,
    materials: &[RECYCLED_NYLON, CANVAS, WAXED_CANVAS, LEATHER],
    details: &[
        detail("Roll-top", "", "The top rolls down when it is empty and up when it is not."),
        detail("", "with laptop sleeve", "The sleeve hangs clear of the ground and takes 15 inches."),
        detail("City", "", "A hidden pocket against the back holds passport and phone."),
        detail("Folding", "", "Folds into its own pocket and weighs next to nothing."),
        detail("Hiking", "", "A mesh back that lets air through, and loops for poles."),
    ],
    measures: &[
        number("14 l", "volume_l", 14.0, 88),
        number("18 l", "volume_l", 18.0, 100),
        number("24 l", "volume_l", 24.0, 115),
        number("30 l", "volume_l", 30.0, 130),
    ],
    colours: TECHNICAL,
    sizes: &[],
    price_eur: (69, 130),
    weight_g: (420, 1300),
    uses: &["For the commute, and the Friday after it.", "Carries a laptop, lunch and a rain jacket."],
    extras: &[Extra::List(
        "features",
        &["Bottle pocket", "Chest strap", "Luggage strap", "Reflective loop", "Key clip"],
    )],
};

const WEEKENDER: ProductType = ProductType {
    code: "WE",
    noun: "weekender",
    picture: "weekender",
    leaf: "Travel bags",
    count: 29,
    brands: BAGMAKERS,
    materials: &[CANVAS, WAXED_CANVAS, LEATHER, RECYCLED_NYLON],
    details: &[
        detail("", "with shoe compartment", "Shoes travel in a compartment of their own."),
        detail("Wide-opening", "", "Opens like a doctor's bag, so you see what you packed."),
        detail("", "with shoulder strap", "The strap unclips for the overhead rack."),
        detail("Convertible", "", "Two straps at the back turn it into a backpack."),
    ],
    measures: &[
        number("28 l", "volume_l", 28.0, 90),
        number("36 l", "volume_l", 36.0, 100),
        number("48 l", "volume_l", 48.0, 118),
    ],
    colours: LEATHERS,
    sizes: &[],
    price_eur: (119, 220),
    weight_g: (800, 1900),
    uses: &["Two nights, or three if you are strict.", "Fits the rack, the boot and the cabin."],
    extras: &[Extra::Flag("cabin_size", 70)],
};

const SHOULDER_BAG: ProductType = ProductType {
    code: "SB",
    noun: "shoulder bag",
    picture: "bag",
    leaf: "Shoulder bags",
    count: 37,
    brands: BAGMAKERS,
    materials: &[LEATHER, CANVAS, RECYCLED_NYLON, FELT],
    details: &[
        detail("Crossbody", "", "Worn across, it leaves both hands free."),
        detail("Saddle", "", "A rounded flap over a single deep pocket."),
        detail("Messenger", "", "The flap closes by weight, the buckle is for the rain."),
        detail("", "with front pocket", "The front pocket is where the keys always are."),
        detail("Bucket", "", "A drawstring closes it, one strap carries it."),
    ],
    measures: &[text("small", "bag_size", 85), text("medium", "bag_size", 100), text("large", "bag_size", 120)],
    colours: LEATHERS,
    sizes: &[],
    price_eur: (69, 140),
    weight_g: (280, 980),
    uses: &["Wallet, book, umbrella, and still room for an apple.", "Quiet outside, tidy inside."],
    extras: &[Extra::Number("pockets", &[2.0, 3.0, 4.0, 5.0])],
};

const TOTE: ProductType = ProductType {
    code: "TO",
    noun: "tote",
    picture: "tote",
    leaf: "Totes and shoppers",
    count: 33,
    brands: BAGMAKERS,
    materials: &[CANVAS, COTTON, JUTE, LEATHER],
    details: &[
        detail("", "with long handles", "Handles long enough for a winter coat."),
        detail("", "with zip", "A zip for trains and playgrounds."),
        detail("Market", "", "Holds ten kilos of potatoes without complaint."),
        detail("Boat", "", "A double base that can stand in a puddle."),
    ],
    measures: &[
        number("10 l", "volume_l", 10.0, 88),
        number("16 l", "volume_l", 16.0, 100),
        number("22 l", "volume_l", 22.0, 115),
    ],
    colours: TEXTILES,
    sizes: &[],
    price_eur: (22, 48),
    weight_g: (160, 620),
    uses: &["For the market on Saturday and the office on Monday.", "The bag that carries the other bags."],
    extras: &[Extra::Number("max_load_kg", &[8.0, 10.0, 15.0])],
};

const WALLET: ProductType = ProductType {
    code: "WA",
    noun: "wallet",
    picture: "wallet",
    leaf: "Wallets",
    count: 23,
    brands: BAGMAKERS,
    materials: &[LEATHER, CANVAS, RECYCLED_NYLON],
    details: &[
        detail("Slim", "", "As thick as a pencil when it is full."),
        detail("Zip-around", "", "Nothing falls out, not even the small coins."),
        detail("Bifold", "", "Notes lie flat and the coin pocket opens wide."),
        detail("", "with coin pocket", "The coin pocket opens to a tray."),
    ],
    measures: &[text("4 cards", "cards", 85), text("8 cards", "cards", 100), text("12 cards", "cards", 112)],
    colours: LEATHERS,
    sizes: &[],
    price_eur: (29, 62),
    weight_g: (40, 130),
    uses: &["For the front pocket.", "Gets better looking as it gets older."],
    extras: &[Extra::Flag("rfid_blocking", 50)],
};

const POUCH: ProductType = ProductType {
    code: "PO",
    noun: "pouch",
    picture: "pouch",
    leaf: "Pouches",
    count: 25,
    brands: BAGMAKERS,
    materials: &[CANVAS, RECYCLED_NYLON, LEATHER, FELT],
    details: &[
        detail("Flat", "", "Lies flat in a bag and keeps cables in one place."),
        detail("Boxed", "", "Stands open on the basin."),
        detail("Clear-front", "", "One side is clear, so you see the charger you forgot."),
        detail("", "with wrist strap", "The strap makes a bag of it on the way to lunch."),
    ],
    measures: &[text("small", "bag_size", 85), text("medium", "bag_size", 100), text("large", "bag_size", 118)],
    colours: TECHNICAL,
    sizes: &[],
    price_eur: (16, 34),
    weight_g: (50, 180),
    uses: &["Order inside a larger bag.", "For pens, cables, or toothbrushes, but not all three."],
    extras: &[],
};
