//! The columns that analysts see, with a comment each: the schema of the event files and of the table `orders`.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

/// A table with what its columns mean.
pub struct TableDescription {
    pub name: &'static str,
    pub comment: &'static str,
    pub schema: SchemaRef,
    /// One for each field of the schema.
    pub column_comments: Vec<&'static str>,
}

pub static WEB_EVENTS: LazyLock<TableDescription> = LazyLock::new(web_events);
pub static ORDERS: LazyLock<TableDescription> = LazyLock::new(orders);

struct Column(&'static str, DataType, Presence, &'static str);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    Maybe,
}

use Presence::{Always, Maybe};

/// Milliseconds since 1970, UTC.
pub fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("+00:00".into()))
}

/// Fields of an element of `web_events.items`.
pub fn event_item_fields() -> Fields {
    Fields::from(vec![
        Field::new("sku", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, true),
        Field::new("quantity", DataType::Int64, true),
        Field::new("price_minor", DataType::Int64, true),
        Field::new("currency", DataType::Utf8, true),
    ])
}

/// Fields of an element of `orders.items`.
pub fn order_item_fields() -> Fields {
    Fields::from(vec![
        Field::new("sku", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, false),
        Field::new("quantity", DataType::Int64, false),
        Field::new("unit_price_minor", DataType::Int64, false),
        Field::new("line_total_minor", DataType::Int64, false),
    ])
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Struct(fields), false)))
}

fn text_map() -> DataType {
    let entry =
        Fields::from(vec![Field::new("keys", DataType::Utf8, false), Field::new("values", DataType::Utf8, true)]);
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entry), false)), false)
}

fn web_events() -> TableDescription {
    let text = || DataType::Utf8;
    describe(
        "web_events",
        "What visitors of the site did, one row per event. Events that came twice are here once.",
        vec![
            Column("event_id", text(), Always, "UUID that the sender chose; unique."),
            Column(
                "name",
                text(),
                Always,
                "What happened: page_view, view_item, view_item_list, search, add_to_cart, begin_checkout, purchase, or a name of the sender's own.",
            ),
            Column("occurred_at", timestamp(), Always, "When it happened, UTC, never later than received_at."),
            Column("received_at", timestamp(), Always, "When it was received, UTC."),
            Column(
                "visitor_id",
                text(),
                Always,
                "The same for one device on one day (UTC); it cannot be followed to the next day.",
            ),
            Column("session_id", text(), Maybe, "One open tab of a browser, as the script counts it."),
            Column("page_url", text(), Maybe, "Address of the page, without secrets."),
            Column("page_path", text(), Maybe, "Path of the page, for example /p/MUG/mug."),
            Column("page_title", text(), Maybe, "Title of the page."),
            Column("referrer", text(), Maybe, "Address of the page before, as the browser told it."),
            Column("referrer_host", text(), Maybe, "Host of the referrer in lower case, without www."),
            Column("device", text(), Always, "desktop, mobile, tablet, bot or other."),
            Column("search_term", text(), Maybe, "What was searched for."),
            Column("order_number", text(), Maybe, "Number of the order, for a purchase."),
            Column("value_minor", DataType::Int64, Maybe, "Value of the event in minor units (cents for EUR)."),
            Column("currency", text(), Maybe, "ISO 4217 code of value_minor."),
            Column(
                "items",
                list_of(event_item_fields()),
                Always,
                "Products that the event is about: sku, name, quantity, price_minor of one piece, currency. Empty for most events.",
            ),
            Column(
                "properties",
                text_map(),
                Always,
                "Further parameters of the sender by name, for example properties['method'].",
            ),
        ],
    )
}

fn orders() -> TableDescription {
    let text = || DataType::Utf8;
    let amount = || DataType::Int64;
    describe(
        "orders",
        "Orders of the site as they stand now, one row per order, without names, addresses and e-mail addresses.",
        vec![
            Column("number", text(), Always, "Order number, as shoppers and the ERP know it; unique."),
            Column("created_at", timestamp(), Always, "When it was placed, UTC."),
            Column("status", text(), Always, "Where the order stands, for example placed, shipped, cancelled."),
            Column("payment_status", text(), Always, "paid, refunding or refunded."),
            Column("currency", text(), Always, "ISO 4217 code of all amounts of the row."),
            Column("subtotal_minor", amount(), Always, "Sum of the lines in minor units (cents for EUR)."),
            Column("discount_minor", amount(), Always, "Discount in minor units."),
            Column("shipping_minor", amount(), Always, "Shipping in minor units."),
            Column("tax_minor", amount(), Always, "Tax in minor units, contained in the total."),
            Column("total_minor", amount(), Always, "What was paid, in minor units."),
            Column("shipping_country", text(), Always, "ISO 3166-1 alpha-2 code of the country it goes to."),
            Column(
                "items",
                list_of(order_item_fields()),
                Always,
                "Lines: sku, name, quantity, unit_price_minor, line_total_minor.",
            ),
            Column("erp_document_number", text(), Maybe, "The ERP's number of its own document, once it has answered."),
            Column("acknowledged_at", timestamp(), Maybe, "When the ERP took the order, UTC."),
        ],
    )
}

fn describe(name: &'static str, comment: &'static str, columns: Vec<Column>) -> TableDescription {
    let column_comments = columns.iter().map(|Column(_, _, _, comment)| *comment).collect();
    let fields: Vec<Field> = columns
        .into_iter()
        .map(|Column(name, data_type, presence, _)| Field::new(name, data_type, presence == Maybe))
        .collect();
    TableDescription { name, comment, schema: Arc::new(Schema::new(fields)), column_comments }
}
