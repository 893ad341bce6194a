//! Row-level security: a handler that forgets the site filter sees nothing of another site.

use coheron_testkit::{TestShop, create_site, run};
use sqlx::{Connection, Row};

/// Tables that hold rows of sites but are machinery of the pipeline, out of reach for the role of requests.
const OUT_OF_REACH: [&str; 0] = [];

#[test]
fn a_query_without_a_site_filter_sees_one_site_only() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let other = create_site(&shop.database, "other", &["other.example"]).await?;
        for (site, sku) in [(&shop.site, "OURS"), (&other, "THEIRS")] {
            sqlx::query("INSERT INTO website_product_documents (site_id, sku, document, document_version) VALUES ($1, $2, '{}', 1)")
                .bind(site.id.0)
                .bind(sku)
                .execute(shop.database.pipeline())
                .await?;
        }
        let mut transaction = shop.database.begin_site(shop.site.id).await?;
        // What a careless handler would write: no site in the WHERE clause.
        let rows = sqlx::query("SELECT sku FROM website_product_documents").fetch_all(transaction.connection()).await?;
        let skus: Vec<String> = rows.iter().map(|row| row.get("sku")).collect();
        assert_eq!(skus, ["OURS"]);
        let domains = sqlx::query("SELECT domain FROM website_domains").fetch_all(transaction.connection()).await?;
        assert_eq!(domains.len(), 1);
        let sites = sqlx::query("SELECT id FROM website_sites").fetch_all(transaction.connection()).await?;
        assert_eq!(sites.len(), 1);
        Ok(())
    });
}

#[test]
fn a_snapshot_sees_one_state_of_one_site_and_does_not_write() {
    run(async {
        let shop = TestShop::without_processes().await?;
        create_site(&shop.database, "other", &["other.example"]).await?;
        let mut snapshot = shop.database.begin_site_snapshot(shop.site.id).await?;
        let count = "SELECT count(*) FROM website_domains";
        let before: i64 = sqlx::query_scalar(count).fetch_one(snapshot.connection()).await?;
        sqlx::query("INSERT INTO website_domains (domain, site_id) VALUES ('later.example', $1)")
            .bind(shop.site.id.0)
            .execute(shop.database.pipeline())
            .await?;
        let after: i64 = sqlx::query_scalar(count).fetch_one(snapshot.connection()).await?;
        assert_eq!((before, after), (1, 1));
        let write = sqlx::query("DELETE FROM website_carts").execute(snapshot.connection()).await;
        assert!(write.is_err(), "a snapshot is for reading");
        Ok(())
    });
}

#[test]
fn without_a_site_there_is_no_row_and_no_way_to_write() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let mut connection = sqlx::PgConnection::connect(&shop.database_url).await?;
        sqlx::query("SET ROLE coheron_site").execute(&mut connection).await?;
        let rows = sqlx::query("SELECT id FROM website_sites").fetch_all(&mut connection).await?;
        assert!(rows.is_empty());
        let write = sqlx::query("INSERT INTO website_prices (site_id, sku, version, erp_time, source_topic, source_partition, source_offset) VALUES ($1, 'A', 1, now(), 't', 0, 0)")
            .bind(shop.site.id.0)
            .execute(&mut connection)
            .await;
        assert!(write.is_err(), "the role of requests must not write the catalogue");
        let machinery = sqlx::query("SELECT * FROM outbox_messages").fetch_all(&mut connection).await;
        assert!(machinery.is_err(), "the role of requests must not read the outbox");
        Ok(())
    });
}

#[test]
fn every_table_with_a_site_is_behind_row_security() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let open: Vec<String> = sqlx::query_scalar(
            "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'site_id'
             JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity ORDER BY 1",
        )
        .fetch_all(shop.database.pipeline())
        .await?;
        assert_eq!(open, OUT_OF_REACH, "tables with a site_id but without row-level security");
        Ok(())
    });
}
