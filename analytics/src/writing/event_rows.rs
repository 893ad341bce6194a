//! Events as rows of the table `web_events`.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, Int64Builder, ListBuilder, MapBuilder, RecordBatch, StringArray, StringBuilder,
    StructBuilder, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;
use coheron_core::web_event::{Device, WebEvent, WebEventItem};

use crate::columns::{WEB_EVENTS, event_item_fields};

/// One row per event, in the order given, which is to be that of their time.
pub fn event_rows(events: &[WebEvent]) -> Result<RecordBatch, ArrowError> {
    let texts =
        |text: fn(&WebEvent) -> Option<&str>| -> ArrayRef { Arc::new(StringArray::from_iter(events.iter().map(text))) };
    let times = |time: fn(&WebEvent) -> i64| -> ArrayRef {
        let values = TimestampMillisecondArray::from_iter_values(events.iter().map(time));
        Arc::new(values.with_timezone("+00:00"))
    };
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(events.iter().map(|event| event.event_id.to_string())));
    let referrer_hosts: ArrayRef =
        Arc::new(StringArray::from_iter(events.iter().map(|event| event.page.referrer.as_deref().and_then(host_of))));
    let mut values = Int64Builder::with_capacity(events.len());
    events.iter().for_each(|event| values.append_option(event.value_minor));
    let columns: Vec<ArrayRef> = vec![
        ids,
        texts(|event| Some(&event.name)),
        times(|event| event.occurred_at.timestamp_millis()),
        times(|event| event.received_at.timestamp_millis()),
        texts(|event| Some(&event.visitor_id)),
        texts(|event| event.session_id.as_deref()),
        texts(|event| event.page.url.as_deref()),
        texts(|event| event.page.path.as_deref()),
        texts(|event| event.page.title.as_deref()),
        texts(|event| event.page.referrer.as_deref()),
        referrer_hosts,
        texts(|event| Some(device_name(event.device))),
        texts(|event| event.search_term.as_deref()),
        texts(|event| event.order_number.as_deref()),
        Arc::new(values.finish()),
        texts(|event| event.currency.as_deref()),
        items(events),
        properties(events)?,
    ];
    RecordBatch::try_new(WEB_EVENTS.schema.clone(), columns)
}

fn items(events: &[WebEvent]) -> ArrayRef {
    let fields = event_item_fields();
    let builders: Vec<Box<dyn ArrayBuilder>> = vec![
        Box::new(StringBuilder::new()),
        Box::new(StringBuilder::new()),
        Box::new(Int64Builder::new()),
        Box::new(Int64Builder::new()),
        Box::new(StringBuilder::new()),
    ];
    let element = Field::new("item", DataType::Struct(fields.clone()), false);
    let mut list = ListBuilder::new(StructBuilder::new(fields, builders)).with_field(element);
    for event in events {
        for item in &event.items {
            append_item(list.values(), item);
        }
        list.append(true);
    }
    Arc::new(list.finish())
}

fn append_item(builder: &mut StructBuilder, item: &WebEventItem) {
    let texts = [(0, Some(item.sku.as_str())), (1, item.name.as_deref()), (4, item.currency.as_deref())];
    for (position, text) in texts {
        if let Some(column) = builder.field_builder::<StringBuilder>(position) {
            column.append_option(text);
        }
    }
    for (position, number) in [(2, item.quantity), (3, item.price_minor)] {
        if let Some(column) = builder.field_builder::<Int64Builder>(position) {
            column.append_option(number);
        }
    }
    builder.append(true);
}

fn properties(events: &[WebEvent]) -> Result<ArrayRef, ArrowError> {
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for event in events {
        for (name, value) in &event.params {
            map.keys().append_value(name);
            map.values().append_value(value);
        }
        map.append(true)?;
    }
    Ok(Arc::new(map.finish()))
}

fn device_name(device: Device) -> &'static str {
    match device {
        Device::Desktop => "desktop",
        Device::Mobile => "mobile",
        Device::Tablet => "tablet",
        Device::Bot => "bot",
        Device::Other => "other",
    }
}

/// `https://www.Example.com:8443/x` comes from `example.com`.
fn host_of(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    // The colons of an IPv6 address stand between brackets; a port follows after them.
    let host = match host.rfind(']') {
        Some(end) => host.get(..=end)?,
        None => host.split(':').next()?,
    };
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_referrer_is_its_name_alone() {
        let expected = [
            ("https://www.Example.com:8443/x?y#z", Some("example.com")),
            ("http://user:pass@shop.example/", Some("shop.example")),
            ("https://[2001:db8::1]:443/x", Some("[2001:db8::1]")),
            ("https://", None),
            ("about:blank", None),
        ];
        for (address, host) in expected {
            assert_eq!(host_of(address).as_deref(), host, "{address}");
        }
    }
}
