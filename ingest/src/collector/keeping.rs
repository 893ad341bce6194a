//! From what was reported to records that are stored.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound, Utc};
use coheron_core::analytics_ports::EventMessage;
use coheron_core::change::FieldProblem;
use coheron_core::ids::SiteId;
use coheron_core::web_event::{Device, MAX_EVENTS, WebEvent, WebEventItem, WebPage, time_of_event};
use coheron_platform::http::{ApiResult, Problem, current_traceparent, read_json};
use coheron_store::sites::Site;
use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::consent::may_be_kept;
use super::shapes::{Event, EventBatch, EventItem};
use super::state::CollectorState;
use super::visitor::Visitor;

/// The body of a request, read.
#[derive(Debug)]
pub enum Reported {
    One(Box<Event>),
    Batch(EventBatch),
}

/// When a client should send its events again.
const RETRY_AFTER_SECONDS: u32 = 2;

/// What all events of a request have in common.
struct Reception {
    site_id: SiteId,
    visitor_id: String,
    device: Device,
    received_at: DateTime<Utc>,
}

/// Only looks for the member that makes a body a batch.
#[derive(Deserialize)]
struct Probe {
    events: Option<IgnoredAny>,
}

pub fn read_events(body: &[u8]) -> ApiResult<Reported> {
    let is_batch = serde_json::from_slice::<Probe>(body).is_ok_and(|probe| probe.events.is_some());
    if is_batch { read_json(body).map(Reported::Batch) } else { read_json(body).map(Reported::One) }
}

/// Returns when every event that may be kept is stored for certain. Either all of them or none is accepted.
pub async fn keep(state: &CollectorState, site: &Site, visitor: &Visitor, reported: Reported) -> ApiResult<()> {
    let received_at = (state.clock)().trunc_subsecs(3);
    let day_key = state.day_keys.of_day(site.id, received_at.date_naive()).await?;
    let reception =
        Reception { site_id: site.id, visitor_id: visitor.id(&day_key), device: visitor.device(), received_at };
    let checked = match reported {
        Reported::One(event) => vec![check(site, &reception, *event, None).map_err(|faults| problem(&faults))?],
        Reported::Batch(batch) => check_batch(site, &reception, batch)?,
    };
    let all = checked.len();
    let trace = current_traceparent();
    let messages =
        checked.into_iter().flatten().map(|event| message(&event, trace.clone())).collect::<ApiResult<Vec<_>>>()?;
    count_events("without_consent", all - messages.len());
    if messages.is_empty() {
        return Ok(());
    }
    let stored = messages.len();
    if let Err(error) = state.sink.store(messages).await {
        count_events("not_stored", stored);
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        tracing::warn!(%error, cause, events = stored, "events were not accepted");
        let detail = "the events could not be stored; send them again with the same event_id";
        return Err(Problem::unavailable("events_not_stored", detail, RETRY_AFTER_SECONDS));
    }
    count_events("stored", stored);
    Ok(())
}

fn check_batch(site: &Site, reception: &Reception, batch: EventBatch) -> ApiResult<Vec<Option<WebEvent>>> {
    let count = batch.events.len();
    if count == 0 || count > MAX_EVENTS {
        return Err(problem(&[FieldProblem::new("events", format!("has {count}; 1 to {MAX_EVENTS} are accepted"))]));
    }
    let mut faults = Vec::new();
    let mut checked = Vec::with_capacity(count);
    for (at, event) in batch.events.into_iter().enumerate() {
        match check(site, reception, event, batch.sent_at) {
            Ok(event) => checked.push(event),
            Err(found) => faults.extend(
                found
                    .into_iter()
                    .map(|fault| FieldProblem::new(format!("events[{at}].{}", fault.field), fault.problem)),
            ),
        }
    }
    if faults.is_empty() { Ok(checked) } else { Err(problem(&faults)) }
}

/// The record of an event; none where the visitor did not agree to be counted.
fn check(
    site: &Site,
    reception: &Reception,
    event: Event,
    sent_at: Option<DateTime<Utc>>,
) -> Result<Option<WebEvent>, Vec<FieldProblem>> {
    let is_kept = may_be_kept(site, event.consent.as_ref());
    let time = time_of_event(event.occurred_at, event.sent_at.or(sent_at), reception.received_at);
    let (occurred_at, too_old) = match time {
        Ok(time) => (time.trunc_subsecs(3), None),
        Err(fault) => (reception.received_at, Some(fault)),
    };
    let page = event
        .page
        .map_or_else(WebPage::default, |page| WebPage::at(page.url.as_deref(), page.title, page.referrer.as_deref()));
    let params: BTreeMap<String, String> = event.params.into_iter().map(|(name, value)| (name, value.0)).collect();
    let record = WebEvent {
        event_id: event.event_id.unwrap_or_else(Uuid::now_v7),
        site_id: reception.site_id,
        name: event.name,
        occurred_at,
        received_at: reception.received_at,
        visitor_id: reception.visitor_id.clone(),
        session_id: event.session_id,
        page,
        items: event.items.into_iter().map(item).collect(),
        value_minor: event.value_minor,
        currency: event.currency,
        search_term: event.search_term,
        order_number: event.order_number,
        device: reception.device,
        params,
    };
    let mut faults = record.problems();
    faults.extend(too_old);
    if faults.is_empty() { Ok(is_kept.then_some(record)) } else { Err(faults) }
}

fn item(item: EventItem) -> WebEventItem {
    let EventItem { sku, name, quantity, price_minor, currency } = item;
    WebEventItem { sku, name, quantity, price_minor, currency }
}

fn message(event: &WebEvent, traceparent: Option<String>) -> ApiResult<EventMessage> {
    let payload = serde_json::to_vec(event).map_err(|error| {
        tracing::error!(%error, "an event could not be written as JSON");
        Problem::internal()
    })?;
    Ok(EventMessage { key: event.key().into_bytes(), payload, traceparent })
}

fn problem(faults: &[FieldProblem]) -> Problem {
    let detail = match faults {
        [one] => format!("{} {}", one.field, one.problem),
        many => format!("{} fields are not valid", many.len()),
    };
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_event", detail);
    faults
        .iter()
        .fold(problem, |problem, fault| problem.with_field(fault.field.clone(), "invalid", fault.problem.clone()))
}

fn count_events(outcome: &'static str, count: usize) {
    if count > 0 {
        metrics::counter!("coheron_collect_events_total", "outcome" => outcome).increment(count as u64);
    }
}
