//! Wake-up calls through Postgres NOTIFY. They carry no facts: whoever misses one finds everything in the tables.

use sqlx::PgConnection;
use sqlx::postgres::PgListener;

use crate::database::Database;
use crate::error::StoreError;

/// Messages wait in the outbox.
pub const OUTBOX_CHANNEL: &str = "coheron_outbox";
/// Jobs wait in the queue.
pub const JOBS_CHANNEL: &str = "coheron_jobs";
/// The category tree of a site changed; the payload is the site's id.
pub const CATEGORIES_CHANNEL: &str = "coheron_categories";

const NOTIFY_CATEGORIES: &str = "SELECT pg_notify($1, site_id) FROM UNNEST($2::text[]) AS s (site_id)";

pub(crate) const STATEMENTS: &[&str] = &[NOTIFY_CATEGORIES];

/// Receives notifications of one channel; reconnects by itself.
pub struct Notifications {
    listener: PgListener,
}

impl Notifications {
    pub async fn listen(database: &Database, channel: &'static str) -> Result<Self, StoreError> {
        let mut listener = PgListener::connect_with(database.listeners()).await?;
        listener.listen(channel).await?;
        Ok(Self { listener })
    }

    /// The payload of the next notification, or none after the connection was lost and made anew: notifications may
    /// have been missed.
    pub async fn next(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.listener.try_recv().await?.map(|notification| notification.payload().to_owned()))
    }
}

/// Tells listeners, when the transaction commits, that these sites' category trees changed.
pub async fn notify_categories(connection: &mut PgConnection, site_ids: &[String]) -> Result<(), StoreError> {
    sqlx::query(NOTIFY_CATEGORIES).bind(CATEGORIES_CHANNEL).bind(site_ids).execute(connection).await?;
    Ok(())
}
