//! The ERP's answers to orders, applied in sets.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use coheron_core::change::OrderAnswer;
use coheron_core::order::{OrderEvent, OrderStatus, PaymentEvent, PaymentStatus, TransitionRefused};
use sqlx::FromRow;
use uuid::Uuid;

use super::RELEASE_STOCK;
use super::read::parse_status;
use crate::database::PipelineTransaction;
use crate::error::StoreError;

/// What became of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErpOrderOutcome {
    /// The order holds it now.
    Applied,
    /// The order's last answer is as new or newer.
    Stale,
    /// The order holds what the ERP says, but its own status stays: it does not lead to the ERP's.
    StatusKept(TransitionRefused),
    /// The site has no order of this number.
    UnknownOrder,
}

const SELECT_LOCKED: &str = "SELECT o.site_id, o.id, o.number, o.status, o.payment_status, o.erp_version, o.erp_status,
        o.erp_document_number, o.erp_acknowledged_at, o.erp_note
    FROM website_orders o
    JOIN (SELECT DISTINCT site_id, number FROM UNNEST($1::uuid[], $2::bigint[]) AS a (site_id, number)) asked
        ON o.site_id = asked.site_id AND o.number = asked.number
    ORDER BY o.site_id, o.id FOR UPDATE OF o";
const UPDATE: &str = "UPDATE website_orders o SET status = n.status, payment_status = n.payment_status,
        erp_version = n.erp_version, erp_status = n.erp_status, erp_document_number = n.erp_document_number,
        erp_acknowledged_at = n.erp_acknowledged_at, erp_note = n.erp_note, version = o.version + 1, updated_at = now(),
        refund_at = CASE WHEN o.payment_status = 'paid' AND n.payment_status = 'refunding' THEN now() ELSE o.refund_at END
    FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::timestamptz[], $9::text[])
        AS n (site_id, id, status, payment_status, erp_version, erp_status, erp_document_number, erp_acknowledged_at, erp_note)
    WHERE o.site_id = n.site_id AND o.id = n.id";
// Before the stock is given back, so that the entry of the cancellation has the same time.
const ACKNOWLEDGE_STOCK: &str = "UPDATE website_stock_ledger l SET acknowledged_at = n.acknowledged_at
    FROM UNNEST($1::uuid[], $2::uuid[], $3::timestamptz[]) AS n (site_id, order_id, acknowledged_at)
    WHERE l.site_id = n.site_id AND l.order_id = n.order_id AND l.acknowledged_at IS NULL";

pub(super) const STATEMENTS: &[&str] = &[SELECT_LOCKED, UPDATE, ACKNOWLEDGE_STOCK];

/// Applies the answers in their order, each guarded by the ERP's version, and gives the outcome of each. What an answer
/// cancels is refunded and given back to stock; the ERP is not told, since it said so itself.
pub async fn apply_erp_change(
    transaction: &mut PipelineTransaction,
    answers: &[OrderAnswer],
) -> Result<Vec<ErpOrderOutcome>, StoreError> {
    let (site_ids, numbers): (Vec<Uuid>, Vec<i64>) =
        answers.iter().map(|answer| (answer.site_id.0, answer.facts.order_number)).unzip();
    let rows: Vec<AnsweredRow> =
        sqlx::query_as(SELECT_LOCKED).bind(site_ids).bind(numbers).fetch_all(&mut **transaction).await?;
    let mut orders: HashMap<(Uuid, i64), Answered> = HashMap::with_capacity(rows.len());
    for row in rows {
        orders.insert((row.site_id, row.number), row.into_answered()?);
    }
    let outcome_of = |answer: &OrderAnswer| match orders.get_mut(&(answer.site_id.0, answer.facts.order_number)) {
        Some(order) => order.take(answer),
        None => ErpOrderOutcome::UnknownOrder,
    };
    let outcomes: Vec<ErpOrderOutcome> = answers.iter().map(outcome_of).collect();
    let mut changed: Vec<&Answered> = orders.values().filter(|order| order.is_changed).collect();
    changed.sort_by_key(|order| (order.site_id, order.id));
    store(transaction, &changed).await?;
    Ok(outcomes)
}

async fn store(transaction: &mut PipelineTransaction, orders: &[&Answered]) -> Result<(), StoreError> {
    if orders.is_empty() {
        return Ok(());
    }
    let (site_ids, ids): (Vec<Uuid>, Vec<Uuid>) = orders.iter().map(|order| (order.site_id, order.id)).unzip();
    sqlx::query(UPDATE)
        .bind(&site_ids)
        .bind(&ids)
        .bind(orders.iter().map(|order| order.status.name()).collect::<Vec<_>>())
        .bind(orders.iter().map(|order| order.payment_status.name()).collect::<Vec<_>>())
        .bind(orders.iter().map(|order| order.erp_version).collect::<Vec<_>>())
        .bind(orders.iter().map(|order| order.erp_status.as_deref()).collect::<Vec<_>>())
        .bind(orders.iter().map(|order| order.document_number.as_deref()).collect::<Vec<_>>())
        .bind(orders.iter().map(|order| order.acknowledged_at).collect::<Vec<_>>())
        .bind(orders.iter().map(|order| order.note.as_deref()).collect::<Vec<_>>())
        .execute(&mut **transaction)
        .await?;
    sqlx::query(ACKNOWLEDGE_STOCK)
        .bind(&site_ids)
        .bind(&ids)
        .bind(orders.iter().map(|order| order.acknowledged_at).collect::<Vec<_>>())
        .execute(&mut **transaction)
        .await?;
    let cancelled = orders.iter().filter(|order| order.is_cancelled_now);
    let (site_ids, ids): (Vec<Uuid>, Vec<Uuid>) = cancelled.map(|order| (order.site_id, order.id)).unzip();
    if !ids.is_empty() {
        sqlx::query(RELEASE_STOCK).bind(site_ids).bind(ids).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// An order on its way through the answers.
struct Answered {
    site_id: Uuid,
    id: Uuid,
    status: OrderStatus,
    payment_status: PaymentStatus,
    erp_version: i64,
    erp_status: Option<String>,
    document_number: Option<String>,
    acknowledged_at: Option<DateTime<Utc>>,
    note: Option<String>,
    is_changed: bool,
    is_cancelled_now: bool,
}

impl Answered {
    fn take(&mut self, answer: &OrderAnswer) -> ErpOrderOutcome {
        if answer.as_of.entity_version <= self.erp_version {
            return ErpOrderOutcome::Stale;
        }
        let facts = &answer.facts;
        self.is_changed = true;
        self.erp_version = answer.as_of.entity_version;
        self.erp_status = Some(facts.status.name().to_owned());
        // What an answer leaves open stays as an earlier one said.
        self.document_number = facts.document_number.clone().or(self.document_number.take());
        self.note = facts.note.clone().or(self.note.take());
        // The first answer of any kind shows that the ERP knows the order, whether or not it says since when.
        self.acknowledged_at = self.acknowledged_at.or(facts.acknowledged_at).or(Some(answer.as_of.erp_time));
        match self.status.apply(OrderEvent::of_answer(facts.status)) {
            Ok(status) => {
                self.is_cancelled_now |= status == OrderStatus::Cancelled && self.status != status;
                if self.is_cancelled_now {
                    self.payment_status = self.payment_status.apply(PaymentEvent::CancelOrder);
                }
                self.status = status;
                ErpOrderOutcome::Applied
            }
            Err(refused) => ErpOrderOutcome::StatusKept(refused),
        }
    }
}

#[derive(FromRow)]
struct AnsweredRow {
    site_id: Uuid,
    id: Uuid,
    number: i64,
    status: String,
    payment_status: String,
    erp_version: i64,
    erp_status: Option<String>,
    erp_document_number: Option<String>,
    erp_acknowledged_at: Option<DateTime<Utc>>,
    erp_note: Option<String>,
}

impl AnsweredRow {
    fn into_answered(self) -> Result<Answered, StoreError> {
        let payment_status = PaymentStatus::parse(&self.payment_status)
            .ok_or_else(|| StoreError::unknown_value("website_orders.payment_status", &self.payment_status))?;
        Ok(Answered {
            site_id: self.site_id,
            id: self.id,
            status: parse_status(&self.status)?,
            payment_status,
            erp_version: self.erp_version,
            erp_status: self.erp_status,
            document_number: self.erp_document_number,
            acknowledged_at: self.erp_acknowledged_at,
            note: self.erp_note,
            is_changed: false,
            is_cancelled_now: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::as_of::AsOf;
    use coheron_core::change::{ErpOrderStatus, OrderStatusFacts};
    use coheron_core::ids::SiteId;

    use super::*;

    fn placed() -> Answered {
        Answered {
            site_id: Uuid::nil(),
            id: Uuid::nil(),
            status: OrderStatus::Placed,
            payment_status: PaymentStatus::Paid,
            erp_version: 0,
            erp_status: None,
            document_number: None,
            acknowledged_at: None,
            note: None,
            is_changed: false,
            is_cancelled_now: false,
        }
    }

    fn answer(version: i64, status: ErpOrderStatus, document_number: Option<&str>) -> OrderAnswer {
        let facts = OrderStatusFacts {
            order_number: 100_001,
            status,
            document_number: document_number.map(str::to_owned),
            acknowledged_at: None,
            note: None,
        };
        let erp_time = DateTime::from_timestamp(1_700_000_000 + version, 0).expect("a time");
        let as_of = AsOf { topic: "t".to_owned(), partition: 0, offset: version, erp_time, entity_version: version };
        OrderAnswer { site_id: SiteId(Uuid::nil()), facts, as_of }
    }

    #[test]
    fn answers_move_an_order_on_and_stale_ones_do_not() {
        let mut order = placed();
        assert_eq!(order.take(&answer(1, ErpOrderStatus::Accepted, Some("SO-1"))), ErpOrderOutcome::Applied);
        let acknowledged_at = order.acknowledged_at.expect("a time");
        assert_eq!(order.take(&answer(3, ErpOrderStatus::Shipped, None)), ErpOrderOutcome::Applied);
        assert_eq!(order.take(&answer(2, ErpOrderStatus::Processing, Some("SO-X"))), ErpOrderOutcome::Stale);
        assert_eq!((order.status, order.document_number.as_deref()), (OrderStatus::Shipped, Some("SO-1")));
        assert_eq!(order.acknowledged_at, Some(acknowledged_at), "the first answer counts");
        let kept = order.take(&answer(4, ErpOrderStatus::Cancelled, None));
        assert!(matches!(kept, ErpOrderOutcome::StatusKept(_)), "{kept:?}");
        assert_eq!((order.status, order.payment_status), (OrderStatus::Shipped, PaymentStatus::Paid));
        assert_eq!(order.erp_status.as_deref(), Some("cancelled"));
    }

    #[test]
    fn a_rejected_order_is_refunded_and_its_stock_given_back() {
        let mut order = placed();
        assert_eq!(order.take(&answer(1, ErpOrderStatus::Rejected, None)), ErpOrderOutcome::Applied);
        assert_eq!((order.status, order.payment_status), (OrderStatus::Cancelled, PaymentStatus::Refunding));
        assert!(order.is_cancelled_now);
    }

    #[test]
    fn the_erps_word_on_an_order_that_the_shopper_cancelled_changes_no_money() {
        let mut order =
            Answered { status: OrderStatus::Cancelled, payment_status: PaymentStatus::Refunded, ..placed() };
        assert_eq!(order.take(&answer(1, ErpOrderStatus::Cancelled, None)), ErpOrderOutcome::Applied);
        assert_eq!(order.payment_status, PaymentStatus::Refunded);
        assert!(!order.is_cancelled_now);
    }
}
