use apache_avro::writer::datum::GenericDatumWriter;
use coheron_core::attribute::{AttributeValue, Attributes};
use coheron_core::change::{Image, ProductFacts, VariantFacts};
use coheron_core::sku::Sku;
use indexmap::IndexMap;
use proptest::prelude::*;

use super::*;
use crate::records::{OrderAddress, OrderCustomer, OrderLine, OrderPayment, Stamp};

fn image(url: &str) -> Image {
    Image { url: url.to_owned(), alt: "Ä picture".to_owned() }
}

fn product() -> ProductChange {
    let attributes: Attributes = [
        ("organic", AttributeValue::Flag(true)),
        ("weight_g", AttributeValue::Number(220.5)),
        ("material", AttributeValue::Text("Cotton".to_owned())),
        ("care", AttributeValue::List(vec!["30°".to_owned(), "no bleach".to_owned()])),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    let options: IndexMap<String, String> =
        [("size".to_owned(), "M".to_owned()), ("colour".to_owned(), "Moss".to_owned())].into_iter().collect();
    let facts = ProductFacts {
        name: "Heavy T-shirt".to_owned(),
        description: "Wears in, not out.".to_owned(),
        brand: Some("Plain Weave".to_owned()),
        category_ids: vec!["tees".to_owned(), "new".to_owned()],
        attributes,
        images: vec![image("https://pictures.example/1.svg")],
        variants: vec![VariantFacts {
            sku: Sku::parse("TEE-M").expect("a SKU"),
            options,
            images: vec![image("/media/2.svg")],
        }],
        gtins: vec!["4006381333931".to_owned()],
        mpn: None,
        popularity: 3.25,
        released_at: chrono::DateTime::from_timestamp_millis(1_700_000_000_123),
    };
    ProductChange::new("demo", "TEE", &facts, stamp())
}

fn stamp() -> Stamp {
    Stamp {
        entity_version: 7,
        occurred_at: chrono::DateTime::from_timestamp_millis(1_750_000_000_456).expect("a time"),
        event_id: "e-1".to_owned(),
        source: "erp".to_owned(),
    }
}

fn order_event() -> OrderEvent {
    let address = OrderAddress {
        name: "Ada Example".to_owned(),
        company: None,
        line1: "Lindenstraße 1".to_owned(),
        line2: None,
        city: "Berlin".to_owned(),
        region: None,
        postal_code: "10969".to_owned(),
        country: "DE".to_owned(),
        phone: Some("+49 30 1234".to_owned()),
    };
    let line = OrderLine {
        line_number: 1,
        sku: "TEE-M".to_owned(),
        name: "Heavy T-shirt".to_owned(),
        quantity: 2,
        unit_price_minor: 2_900,
        line_total_minor: 5_800,
    };
    OrderEvent {
        event_id: "e".to_owned(),
        event_type: "placed".to_owned(),
        site: "demo".to_owned(),
        order_id: "o".to_owned(),
        order_number: "100001".to_owned(),
        occurred_at: 1,
        currency: "EUR".to_owned(),
        customer: OrderCustomer { email: "ada@example.com".to_owned() },
        shipping_address: address.clone(),
        billing_address: Some(OrderAddress { company: Some("Loft".to_owned()), ..address }),
        shipping_method: "standard".to_owned(),
        lines: vec![line.clone(), OrderLine { line_number: 2, ..line }],
        subtotal_minor: 11_600,
        discount_minor: 0,
        shipping_minor: 490,
        tax_minor: 1_930,
        total_minor: 12_090,
        tax_mode: "included".to_owned(),
        tax_rate_basis_points: 1_900,
        payment: OrderPayment { gateway: "test".to_owned(), reference: "p".to_owned(), amount_minor: 12_090 },
    }
}

fn current(kind: RecordKind) -> WriterSchema {
    WriterSchema::parse(kind.avsc()).expect("a schema")
}

fn assert_round_trip<Record: ContractRecord + PartialEq + std::fmt::Debug>(record: Record) {
    let bytes = encode(&record).expect("encodes");
    assert_eq!(decode::<Record>(&current(Record::KIND), &bytes).expect("decodes"), record);
    // The same bytes through schema resolution, as for a writer whose schema differs from ours: the added field
    // stands last and takes no bytes.
    let mut widened: serde_json::Value = serde_json::from_str(Record::KIND.avsc()).expect("JSON");
    widened["fields"].as_array_mut().expect("fields").push(serde_json::json!({"name": "unknown", "type": "null"}));
    let other = WriterSchema::parse(&widened.to_string()).expect("a schema");
    assert!(!other.has_the_bytes_of(Record::KIND));
    assert_eq!(decode::<Record>(&other, &bytes).expect("decodes"), record);
}

#[test]
fn every_record_survives_the_round_trip() {
    assert_round_trip(product());
    assert_round_trip(CategoryChange {
        site: "demo".to_owned(),
        category_id: "tees".to_owned(),
        entity_version: 1,
        occurred_at: 1,
        event_id: String::new(),
        source: "erp".to_owned(),
        name: "T-shirts".to_owned(),
        parent_id: Some("clothing".to_owned()),
        position: -3,
    });
    assert_round_trip(PriceChange {
        site: "demo".to_owned(),
        sku: "TEE".to_owned(),
        entity_version: i64::MAX,
        occurred_at: 1,
        event_id: "e".to_owned(),
        source: "erp".to_owned(),
        currency: "EUR".to_owned(),
        amount_minor: 1999,
        list_amount_minor: Some(2499),
    });
    assert_round_trip(StockChange {
        site: "demo".to_owned(),
        sku: "TEE".to_owned(),
        entity_version: 0,
        occurred_at: 1,
        event_id: "e".to_owned(),
        source: "erp".to_owned(),
        on_hand: -2,
        last_order_number: None,
    });
    assert_round_trip(OrderStatusChange {
        site: "demo".to_owned(),
        order_number: "1001".to_owned(),
        entity_version: 0,
        occurred_at: 1,
        event_id: "e".to_owned(),
        source: "erp".to_owned(),
        status: "accepted".to_owned(),
        document_number: Some("SO-1".to_owned()),
        acknowledged_at: Some(2),
        note: None,
    });
    assert_round_trip(order_event());
    assert_round_trip(OrderEvent { billing_address: None, ..order_event() });
}

#[test]
fn a_record_held_as_json_has_the_same_bytes() {
    let record = order_event();
    let json = serde_json::to_vec(&record).expect("JSON");
    let bytes = encode_json(RecordKind::OrderEvent, &json).expect("encodes");
    assert_eq!(bytes, encode(&record).expect("encodes"));

    let error = encode_json(RecordKind::OrderEvent, br#"{"event_id": 1}"#).expect_err("another record");
    assert_eq!(error.retry_class(), RetryClass::Poison);
}

#[test]
fn records_of_a_foreign_encoder_are_read() {
    // Written with the Python client by tests/python/publish_product.py.
    let bytes = hex::decode(concat!(
        "00000000010864656d6f0450590ee8ebd8afbc6706652d311c707974686f6e2d6578616d706c65064d75676841206d75672077697468",
        "206120737465656c20636f72652074686174207375727669766573206265696e672064726f707065642e0214506970202620536f6e73",
        "0008106d6174657269616c041e456e616d656c6c656420737465656c12766f6c756d655f6d6c020000000000e075401e646973687761",
        "736865725f736166650001086361726506041268616e642077617368186e6f206d6963726f776176650000024068747470733a2f2f70",
        "696374757265732e6578616d706c652f6d75672e7376670a41206d75670000021a343030363338313333333933310000000000000000",
        "f03f02e8ebd8afbc67",
    ));
    let bytes = bytes.expect("hexadecimal digits");
    let framed = crate::framing::unframe(&bytes).expect("framed");
    assert_eq!(framed.schema_id, 1);
    let record: ProductChange = decode(&current(RecordKind::Product), framed.body).expect("decodes");
    assert_eq!((record.site.as_str(), record.name.as_str(), record.entity_version), ("demo", "Mug", 7));
    assert_eq!(record.occurred_at, 1_777_629_600_500);
    assert_eq!(record.attributes[1].value, AttributeValue::Number(350.0));
    assert_eq!(record.attributes[2].value, AttributeValue::Flag(true));
    assert_eq!(encode(&record).expect("encodes"), framed.body, "both encoders write the same bytes");
}

#[test]
fn a_writer_may_leave_out_fields_with_defaults_and_add_its_own() {
    let writer = r#"{"type": "record", "name": "ProductChange", "namespace": "example", "fields": [
        {"name": "colour_count", "type": "int"},
        {"name": "sku", "type": "string"}, {"name": "site", "type": "string"},
        {"name": "entity_version", "type": "int"}, {"name": "occurred_at", "type": "long"},
        {"name": "event_id", "type": "string"}, {"name": "source", "type": "string"},
        {"name": "name", "type": "string"}]}"#;
    let schema = apache_avro::Schema::parse_str(writer).expect("a schema");
    let mut value = apache_avro::types::Record::new(&schema).expect("a record");
    value.put("colour_count", 3);
    value.put("entity_version", 5);
    value.put("occurred_at", 1_750_000_000_000_i64);
    for (field, text) in [("sku", "A"), ("site", "demo"), ("event_id", "e"), ("source", "erp"), ("name", "Mug")] {
        value.put(field, text);
    }
    let bytes = GenericDatumWriter::builder(&schema).build().expect("a writer").write_value_to_vec(value);
    let writer = WriterSchema::parse(writer).expect("a schema");
    let record: ProductChange = decode(&writer, &bytes.expect("bytes")).expect("decodes");
    assert_eq!((record.name.as_str(), record.entity_version, record.brand), ("Mug", 5, None));
    assert_eq!(record.attributes, vec![]);
    assert_eq!(record.released_at, None);
}

#[test]
fn a_schema_that_cannot_be_read_says_why() {
    let nameless = r#"{"type": "record", "name": "ProductChange", "fields": [
        {"name": "site", "type": "string"}, {"name": "sku", "type": "string"},
        {"name": "entity_version", "type": "long"}, {"name": "occurred_at", "type": "long"},
        {"name": "event_id", "type": "string"}, {"name": "source", "type": "string"}]}"#;
    let nameless = WriterSchema::parse(nameless).expect("a schema");
    let error = decode::<ProductChange>(&nameless, &[]).expect_err("no name");
    assert!(matches!(&error, CodecError::MissingField(field) if field == "name"), "{error}");

    let error = decode::<ProductChange>(&current(RecordKind::Price), &[]).expect_err("another record");
    assert!(matches!(error, CodecError::WrongRecord { .. }), "{error}");

    let text = RecordKind::Stock
        .avsc()
        .replace(r#""name": "on_hand", "type": "long""#, r#""name": "on_hand", "type": "string""#);
    let error = decode::<StockChange>(&WriterSchema::parse(&text).expect("a schema"), &[]).expect_err("another type");
    assert!(matches!(&error, CodecError::Incompatible { problem, .. } if problem.contains("on_hand")), "{error}");

    assert!(matches!(WriterSchema::parse("{}"), Err(CodecError::InvalidSchema(_))));
}

#[test]
fn a_body_that_is_cut_or_padded_anywhere_is_garbled() {
    let writer = current(RecordKind::Product);
    let bytes = encode(&product()).expect("encodes");
    for end in 0..bytes.len() {
        let result = decode::<ProductChange>(&writer, &bytes[..end]);
        assert!(matches!(result, Err(CodecError::Garbled(_))), "cut at {end}: {result:?}");
    }
    let padded = [&bytes[..], &[0]].concat();
    assert!(matches!(decode::<ProductChange>(&writer, &padded), Err(CodecError::Garbled(_))));
}

#[test]
fn a_length_beyond_reason_is_refused_before_it_is_allocated() {
    // A site name of 2^40 bytes.
    let body = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    let result = decode::<ProductChange>(&current(RecordKind::Product), &body);
    assert!(matches!(result, Err(CodecError::Garbled(_))), "{result:?}");
}

proptest! {
    #[test]
    fn random_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        for kind in RecordKind::ALL {
            let writer = current(kind);
            let error = match kind {
                RecordKind::Product => decode::<ProductChange>(&writer, &body).err(),
                RecordKind::Category => decode::<CategoryChange>(&writer, &body).err(),
                RecordKind::Price => decode::<PriceChange>(&writer, &body).err(),
                RecordKind::Stock => decode::<StockChange>(&writer, &body).err(),
                RecordKind::OrderStatus => decode::<OrderStatusChange>(&writer, &body).err(),
                RecordKind::OrderEvent => decode::<OrderEvent>(&writer, &body).err(),
            };
            if let Some(error) = error {
                prop_assert!(matches!(error, CodecError::Garbled(_)), "{error}");
            }
        }
    }

    #[test]
    fn a_flipped_byte_never_panics(position in 0_usize..400, flip in 1_u8..=255) {
        let mut body = encode(&product()).expect("encodes");
        let position = position % body.len();
        body[position] ^= flip;
        match decode::<ProductChange>(&current(RecordKind::Product), &body) {
            Ok(record) => prop_assert_ne!(record, product()),
            Err(error) => prop_assert!(matches!(error, CodecError::Garbled(_)), "{}", error),
        }
    }
}
