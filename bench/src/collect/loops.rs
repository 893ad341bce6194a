//! Two ways to send: as fast as answers come, and at a rate whatever the answers do.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::connection::Connection;
use super::event_body::product_view;
use crate::latencies::Latencies;
use crate::pace::Pace;

/// What all connections of a measurement have in common.
#[derive(Clone)]
pub struct Senders {
    address: SocketAddr,
    key: String,
}

pub struct Tally {
    /// Of the events that were accepted.
    pub latencies: Latencies,
    pub failed: u64,
}

impl Senders {
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self { address, key: key.to_owned() }
    }
}

impl Tally {
    fn new() -> anyhow::Result<Self> {
        Ok(Self { latencies: Latencies::new()?, failed: 0 })
    }

    fn add(&mut self, status: anyhow::Result<u16>, took: Duration) {
        match status {
            Ok(204) => self.latencies.record(took),
            _ => self.failed += 1,
        }
    }
}

/// So many connections, each sending again as soon as it has its answer.
pub async fn closed(senders: &Senders, connections: u64, duration: Duration) -> anyhow::Result<Tally> {
    let end = Instant::now() + duration;
    let mut running = JoinSet::new();
    for number in 0..connections {
        let senders = senders.clone();
        running.spawn(async move {
            let mut connection = Connection::open(senders.address, &senders.key).await?;
            let mut tally = Tally::new()?;
            let mut event = number;
            while Instant::now() < end {
                let body = product_view(event);
                let began = Instant::now();
                let status = connection.post(&body).await;
                if status.is_err() {
                    connection = Connection::open(senders.address, &senders.key).await?;
                }
                tally.add(status, began.elapsed());
                event += connections;
            }
            anyhow::Ok(tally)
        });
    }
    together(running).await
}

/// So many events per second, each sent when it is due or, where its connection still waits for an answer, as soon as
/// that is there; times count from when they were due.
pub async fn open(senders: &Senders, rate: f64, connections: u64, duration: Duration) -> anyhow::Result<Tally> {
    let pace = Pace::new(Instant::now() + Duration::from_millis(100), rate);
    let events = pace.events_within(duration);
    let mut running = JoinSet::new();
    for number in 0..connections {
        let senders = senders.clone();
        running.spawn(async move {
            let mut connection = Connection::open(senders.address, &senders.key).await?;
            let mut tally = Tally::new()?;
            let mut event = number;
            while event < events {
                let body = product_view(event);
                sleep_until(pace.due(event)).await;
                let status = connection.post(&body).await;
                if status.is_err() {
                    connection = Connection::open(senders.address, &senders.key).await?;
                }
                tally.add(status, pace.due(event).elapsed());
                event += connections;
            }
            anyhow::Ok(tally)
        });
    }
    together(running).await
}

async fn together(mut running: JoinSet<anyhow::Result<Tally>>) -> anyhow::Result<Tally> {
    let mut total = Tally::new()?;
    while let Some(tally) = running.join_next().await {
        let tally = tally??;
        total.latencies.add(&tally.latencies)?;
        total.failed += tally.failed;
    }
    Ok(total)
}
