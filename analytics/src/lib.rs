//! Events to Parquet, and SQL over them.
