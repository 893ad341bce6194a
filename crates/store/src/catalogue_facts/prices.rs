//! Sales prices.

use coheron_core::change::{Change, PriceFacts};
use sqlx::PgConnection;

use super::EntityKey;
use super::provenance::{Provenance, bind_provenance, delete_by_time, facts_of, split_by_guard};
use crate::error::StoreError;

const UPSERT: &str = "INSERT INTO website_prices
        (site_id, sku, version, erp_time, source_topic, source_partition, source_offset, currency, amount_minor, list_amount_minor, deleted_at)
    SELECT site_id, sku, version, erp_time, topic, part, off, currency, amount_minor, list_amount_minor, CASE WHEN deleted THEN now() END
    FROM UNNEST($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::integer[], $7::bigint[], $8::text[], $9::bigint[], $10::bigint[], $11::boolean[])
        AS n (site_id, sku, version, erp_time, topic, part, off, currency, amount_minor, list_amount_minor, deleted)
    ON CONFLICT (site_id, sku) DO UPDATE SET version = excluded.version, erp_time = excluded.erp_time,
        source_topic = excluded.source_topic, source_partition = excluded.source_partition,
        source_offset = excluded.source_offset, currency = excluded.currency, amount_minor = excluded.amount_minor, list_amount_minor = excluded.list_amount_minor, deleted_at = excluded.deleted_at
        WHERE website_prices.version < excluded.version
    RETURNING site_id, sku AS entity_id";
// What stands behind the tombstone in the same log came after it, whatever the clocks say.
const DELETE_BY_TIME: &str = "UPDATE website_prices f SET currency = NULL, amount_minor = NULL, list_amount_minor = NULL, deleted_at = now(), erp_time = n.erp_time,
        source_topic = n.topic, source_partition = n.part, source_offset = n.off
    FROM UNNEST($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::integer[], $7::bigint[])
        AS n (site_id, entity_id, version, erp_time, topic, part, off)
    WHERE f.site_id = n.site_id AND f.sku = n.entity_id AND f.deleted_at IS NULL AND f.erp_time <= n.erp_time
        AND NOT (f.source_topic = n.topic AND f.source_partition = n.part AND f.source_offset > n.off)
    RETURNING f.site_id, f.sku AS entity_id";

pub(super) const STATEMENTS: &[&str] = &[UPSERT, DELETE_BY_TIME];

/// Applies what is newer than what is stored and says which entities that were. At most one change per entity and guard (version or time).
pub async fn apply(
    connection: &mut PgConnection,
    changes: &[Change<PriceFacts>],
) -> Result<Vec<EntityKey>, StoreError> {
    let (by_version, by_time) = split_by_guard(changes);
    let mut applied: Vec<EntityKey> = Vec::new();
    if !by_version.is_empty() {
        let columns = Provenance::of(by_version.iter().copied());
        let rows: Vec<EntityKey> = bind_provenance!(sqlx::query_as(UPSERT), columns)
            .bind(
                by_version.iter().map(|change| facts_of(change).map(|facts| facts.currency.code())).collect::<Vec<_>>(),
            )
            .bind(by_version.iter().map(|change| facts_of(change).map(|facts| facts.amount_minor)).collect::<Vec<_>>())
            .bind(
                by_version
                    .iter()
                    .map(|change| facts_of(change).and_then(|facts| facts.list_amount_minor))
                    .collect::<Vec<_>>(),
            )
            .bind(by_version.iter().map(|change| facts_of(change).is_none()).collect::<Vec<_>>())
            .fetch_all(&mut *connection)
            .await?;
        applied.extend(rows);
    }
    applied.extend(delete_by_time(connection, DELETE_BY_TIME, &by_time).await?);
    Ok(applied)
}
