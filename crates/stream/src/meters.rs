//! What the loop counts, for the metrics endpoint.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use crate::stage::Batch;

pub(crate) fn batch_applied(stage: &'static str, batch: &Batch) {
    counter!("coheron_stream_batches_total", "stage" => stage).increment(1);
    histogram!("coheron_stream_batch_records", "stage" => stage).record(batch.records.len() as f64);
    // Neighbours mostly share their topic: count runs instead of single records.
    let records = batch.records.iter().chain(batch.dead_letters.iter().map(|letter| &letter.record));
    let mut run: Option<(&'static str, u64)> = None;
    for record in records {
        match &mut run {
            Some((topic, count)) if *topic == record.topic => *count += 1,
            _ => {
                count_records(stage, run);
                run = Some((record.topic, 1));
            }
        }
    }
    count_records(stage, run);
}

pub(crate) fn process_took(stage: &'static str, elapsed: Duration) {
    histogram!("coheron_stream_process_seconds", "stage" => stage).record(elapsed.as_secs_f64());
}

pub(crate) fn dead_letter(stage: &'static str, reason_code: &'static str) {
    counter!("coheron_stream_dead_letters_total", "stage" => stage, "reason" => reason_code).increment(1);
}

pub(crate) fn retried(stage: &'static str) {
    counter!("coheron_stream_retries_total", "stage" => stage).increment(1);
}

pub(crate) fn restarted(stage: &'static str) {
    counter!("coheron_stream_restarts_total", "stage" => stage).increment(1);
}

/// Records were removed from the log before this stage had seen them.
pub(crate) fn offsets_missed(stage: &'static str, topic: &'static str, offsets: u64) {
    counter!("coheron_stream_missed_offsets_total", "stage" => stage, "topic" => topic).increment(offsets);
}

/// A consumer or producer lost sight of every broker and is replaced.
pub(crate) fn client_stranded() {
    counter!("coheron_stream_stranded_clients_total").increment(1);
}

pub(crate) fn lag(stage: &'static str, records: i64) {
    gauge!("coheron_stream_lag_records", "stage" => stage).set(records as f64);
}

fn count_records(stage: &'static str, run: Option<(&'static str, u64)>) {
    if let Some((topic, count)) = run {
        counter!("coheron_stream_records_total", "stage" => stage, "topic" => topic).increment(count);
    }
}
