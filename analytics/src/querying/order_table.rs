//! The table `orders`: read from Postgres while it is asked for, in the database role that sees one site.

use std::collections::HashMap;
use std::sync::Arc;

use coheron_core::ids::SiteId;
use coheron_store::analytics_orders::{self, AnalyticsOrder, AnalyticsOrderItem};
use coheron_store::{Database, StoreError};
use datafusion::arrow::array::{
    ArrayBuilder, ArrayRef, Int64Array, Int64Builder, ListBuilder, RecordBatch, StringArray, StringBuilder,
    StructBuilder, TimestampMillisecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::PartitionStream;
use tokio::runtime::Handle;
use tokio::sync::mpsc::Sender;
use uuid::Uuid;

use crate::columns::{ORDERS, order_item_fields};

const PAGE: i64 = 2_000;

/// `connections` is the runtime that the database's connections belong to.
pub fn order_table(database: Database, site_id: SiteId, connections: Handle) -> Result<StreamingTable> {
    let pages = OrderPages { database, site_id, connections };
    StreamingTable::try_new(ORDERS.schema.clone(), vec![Arc::new(pages)])
}

#[derive(Debug)]
struct OrderPages {
    database: Database,
    site_id: SiteId,
    connections: Handle,
}

impl PartitionStream for OrderPages {
    fn schema(&self) -> &SchemaRef {
        &ORDERS.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        // One page waits while one is worked on; the task ends with the stream.
        let mut stream = RecordBatchReceiverStream::builder(ORDERS.schema.clone(), 1);
        let pages = send_pages(self.database.clone(), self.site_id, stream.tx());
        stream.spawn_on(pages, &self.connections);
        stream.build()
    }
}

async fn send_pages(database: Database, site_id: SiteId, pages: Sender<Result<RecordBatch>>) -> Result<()> {
    let mut last_number = i64::MIN;
    loop {
        let (orders, items) = read_page(&database, site_id, last_number)
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        let Some(last) = orders.last() else { return Ok(()) };
        last_number = last.number;
        if pages.send(Ok(order_rows(&orders, items)?)).await.is_err() {
            // Nobody reads any more.
            return Ok(());
        }
    }
}

async fn read_page(
    database: &Database,
    site_id: SiteId,
    after_number: i64,
) -> Result<(Vec<AnalyticsOrder>, Vec<AnalyticsOrderItem>), StoreError> {
    let mut transaction = database.begin_site(site_id).await?;
    let orders = analytics_orders::page(&mut transaction, after_number, PAGE).await?;
    let ids: Vec<Uuid> = orders.iter().map(|order| order.id).collect();
    let items = if ids.is_empty() { Vec::new() } else { analytics_orders::items(&mut transaction, &ids).await? };
    transaction.commit().await?;
    Ok((orders, items))
}

fn order_rows(orders: &[AnalyticsOrder], items: Vec<AnalyticsOrderItem>) -> Result<RecordBatch, ArrowError> {
    let texts = |text: fn(&AnalyticsOrder) -> Option<&str>| -> ArrayRef {
        Arc::new(StringArray::from_iter(orders.iter().map(text)))
    };
    let amounts = |amount: fn(&AnalyticsOrder) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(orders.iter().map(amount)))
    };
    let times = |time: fn(&AnalyticsOrder) -> Option<i64>| -> ArrayRef {
        Arc::new(TimestampMillisecondArray::from_iter(orders.iter().map(time)).with_timezone("+00:00"))
    };
    let numbers: ArrayRef =
        Arc::new(StringArray::from_iter_values(orders.iter().map(|order| order.number.to_string())));
    let columns: Vec<ArrayRef> = vec![
        numbers,
        times(|order| Some(order.created_at.timestamp_millis())),
        texts(|order| Some(&order.status)),
        texts(|order| Some(&order.payment_status)),
        texts(|order| Some(&order.currency)),
        amounts(|order| order.subtotal_minor),
        amounts(|order| order.discount_minor),
        amounts(|order| order.shipping_minor),
        amounts(|order| order.tax_minor),
        amounts(|order| order.total_minor),
        texts(|order| Some(order.shipping_country.as_deref().unwrap_or_default())),
        item_lists(orders, items),
        texts(|order| order.erp_document_number.as_deref()),
        times(|order| order.erp_acknowledged_at.map(|time| time.timestamp_millis())),
    ];
    RecordBatch::try_new(ORDERS.schema.clone(), columns)
}

fn item_lists(orders: &[AnalyticsOrder], items: Vec<AnalyticsOrderItem>) -> ArrayRef {
    let mut by_order: HashMap<Uuid, Vec<AnalyticsOrderItem>> = HashMap::new();
    for item in items {
        by_order.entry(item.order_id).or_default().push(item);
    }
    let fields = order_item_fields();
    let builders: Vec<Box<dyn ArrayBuilder>> = vec![
        Box::new(StringBuilder::new()),
        Box::new(StringBuilder::new()),
        Box::new(Int64Builder::new()),
        Box::new(Int64Builder::new()),
        Box::new(Int64Builder::new()),
    ];
    let element = Field::new("item", DataType::Struct(fields.clone()), false);
    let mut list = ListBuilder::new(StructBuilder::new(fields, builders)).with_field(element);
    for order in orders {
        for item in by_order.remove(&order.id).unwrap_or_default() {
            append_item(list.values(), &item);
        }
        list.append(true);
    }
    Arc::new(list.finish())
}

fn append_item(builder: &mut StructBuilder, item: &AnalyticsOrderItem) {
    for (position, text) in [(0, &item.sku), (1, &item.name)] {
        if let Some(column) = builder.field_builder::<StringBuilder>(position) {
            column.append_value(text);
        }
    }
    let numbers = [(2, i64::from(item.quantity)), (3, item.unit_price_minor), (4, item.line_total_minor)];
    for (position, number) in numbers {
        if let Some(column) = builder.field_builder::<Int64Builder>(position) {
            column.append_value(number);
        }
    }
    builder.append(true);
}
