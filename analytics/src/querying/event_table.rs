//! The table `web_events`: the files that the manifest names at the moment of the question, and no others.

use std::sync::Arc;

use async_trait::async_trait;
use coheron_store::web_event_files::EventFile;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ScalarValue, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use crate::columns::WEB_EVENTS;

#[derive(Debug)]
pub struct EventTable {
    files: Vec<EventFile>,
    folder: ObjectStoreUrl,
}

impl EventTable {
    /// `folder` is the store that holds the files under their names.
    pub fn new(files: Vec<EventFile>, folder: ObjectStoreUrl) -> Self {
        Self { files, folder }
    }

    fn partitioned_file(&self, file: &EventFile) -> PartitionedFile {
        let size = u64::try_from(file.bytes).unwrap_or(0);
        let mut partitioned = PartitionedFile::new(file.name.clone(), size);
        // Lets the engine pass over files of another time without opening them.
        let mut statistics = Statistics::new_unknown(&WEB_EVENTS.schema);
        statistics.num_rows = Precision::Exact(rows_of(file));
        let moment = |milliseconds| ScalarValue::TimestampMillisecond(Some(milliseconds), Some("+00:00".into()));
        if let Ok(position) = WEB_EVENTS.schema.index_of("occurred_at")
            && let Some(column) = statistics.column_statistics.get_mut(position)
        {
            column.min_value = Precision::Exact(moment(file.min_occurred_at.timestamp_millis()));
            column.max_value = Precision::Exact(moment(file.max_occurred_at.timestamp_millis()));
            column.null_count = Precision::Exact(0);
        }
        partitioned.statistics = Some(Arc::new(statistics));
        partitioned
    }
}

#[async_trait]
impl TableProvider for EventTable {
    fn schema(&self) -> SchemaRef {
        WEB_EVENTS.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if self.files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema().project(columns)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let files: Vec<PartitionedFile> = self.files.iter().map(|file| self.partitioned_file(file)).collect();
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let mut statistics = Statistics::new_unknown(&WEB_EVENTS.schema);
        statistics.num_rows = Precision::Exact(self.files.iter().map(rows_of).sum());
        let source = ParquetSource::new(self.schema())
            .with_table_parquet_options(state.table_options().parquet.clone())
            .with_pushdown_filters(true);
        let scan = FileScanConfigBuilder::new(self.folder.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(scan))
    }
}

fn rows_of(file: &EventFile) -> usize {
    usize::try_from(file.rows).unwrap_or(0)
}
