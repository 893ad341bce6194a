//! The tables of the demo shop, one file per department.

mod bags;
mod clothing;
mod desk;
mod garden;
mod kitchen;
mod lighting;
mod living;
mod plants;
mod sound;

use super::product_type::Department;

/// Every department, in the order of the shop's navigation.
pub(super) const ALL: &[Department] = &[
    kitchen::KITCHEN,
    living::LIVING,
    lighting::LIGHTING,
    clothing::CLOTHING,
    bags::BAGS,
    sound::SOUND,
    plants::PLANTS,
    garden::GARDEN,
    desk::DESK,
];
