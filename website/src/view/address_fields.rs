//! The fields of an address: what was typed, what is wrong with it, and how a browser may help.

use coheron_core::address::Address;

use crate::shopper_form::Fields;

/// One input with its label and, where it is not accepted, the reason.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name in the form, equal to the field's name in problems.
    pub name: String,
    /// The name as an element id.
    pub id: String,
    pub label: &'static str,
    pub value: String,
    pub kind: &'static str,
    pub autocomplete: String,
    pub is_optional: bool,
    pub error: Option<String>,
}

/// Where something goes.
#[derive(Debug, Clone)]
pub struct AddressFields {
    pub name: Field,
    pub company: Field,
    pub line1: Field,
    pub line2: Field,
    pub postal_code: Field,
    pub city: Field,
    pub region: Field,
    pub country: Field,
    pub phone: Field,
}

impl Field {
    /// With what was typed into the field of this name.
    pub fn of(fields: &Fields, name: &str, label: &'static str, autocomplete: &str) -> Self {
        Self {
            name: name.to_owned(),
            id: name.replace('.', "-"),
            label,
            value: fields.text(name).to_owned(),
            kind: "text",
            autocomplete: autocomplete.to_owned(),
            is_optional: false,
            error: None,
        }
    }
}

impl AddressFields {
    pub fn of(fields: &Fields, group: &str) -> Self {
        let one = |part: &str, label: &'static str, hint: &str| {
            Field::of(fields, &format!("{group}_address.{part}"), label, &format!("{group} {hint}"))
        };
        let optional = |field: Field| Field { is_optional: true, ..field };
        Self {
            name: one("name", "Name", "name"),
            company: optional(one("company", "Company", "organization")),
            line1: one("line1", "Street and number", "address-line1"),
            line2: optional(one("line2", "Flat or floor", "address-line2")),
            postal_code: one("postal_code", "Postcode", "postal-code"),
            city: one("city", "City", "address-level2"),
            region: optional(one("region", "Region", "address-level1")),
            country: one("country", "Country", "country"),
            phone: optional(Field { kind: "tel", ..one("phone", "Phone", "tel") }),
        }
    }

    pub fn address(&self) -> Address {
        let text = |field: &Field| field.value.clone();
        let optional = |field: &Field| Some(field.value.clone()).filter(|text| !text.is_empty());
        Address {
            name: text(&self.name),
            company: optional(&self.company),
            line1: text(&self.line1),
            line2: optional(&self.line2),
            city: text(&self.city),
            region: optional(&self.region),
            postal_code: text(&self.postal_code),
            country: text(&self.country),
            phone: optional(&self.phone),
        }
    }

    pub fn fill(&mut self, address: &Address) {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        self.name.value.clone_from(&address.name);
        self.company.value = text(&address.company);
        self.line1.value.clone_from(&address.line1);
        self.line2.value = text(&address.line2);
        self.postal_code.value.clone_from(&address.postal_code);
        self.city.value.clone_from(&address.city);
        self.region.value = text(&address.region);
        self.country.value.clone_from(&address.country);
        self.phone.value = text(&address.phone);
    }

    /// In the order they stand in the form.
    pub fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        let Self { name, company, line1, line2, postal_code, city, region, country, phone } = self;
        [name, line1, line2, postal_code, city, country, region, company, phone].into_iter()
    }
}
