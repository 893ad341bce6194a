//! The order state machine. Every change of an order's status goes through `OrderStatus::apply`, every change of its
//! payment through `PaymentStatus::apply`.

use serde::{Deserialize, Serialize};

use crate::change::ErpOrderStatus;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Paid and on its way to the ERP.
    Placed,
    /// The ERP has booked it under a document number.
    Acknowledged,
    Shipped,
    Completed,
    Cancelled,
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderEvent {
    Acknowledge,
    Ship,
    Complete,
    Cancel,
}

/// What became of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Paid,
    /// The order was cancelled and the gateway has not confirmed the refund yet.
    Refunding,
    Refunded,
}

/// What can happen to the money of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentEvent {
    /// The order is cancelled.
    CancelOrder,
    /// The gateway has given the money back.
    ConfirmRefund,
}

/// Where the goods are, as told to shoppers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentStatus {
    Open,
    Shipped,
    Delivered,
    Cancelled,
}

/// The event does not fit the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {status} cannot be {wanted}")]
pub struct TransitionRefused {
    pub status: &'static str,
    pub wanted: &'static str,
}

impl OrderStatus {
    pub const ALL: [Self; 5] = [Self::Placed, Self::Acknowledged, Self::Shipped, Self::Completed, Self::Cancelled];

    pub fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Acknowledged => "acknowledged",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The status after the event. An event that has happened already changes nothing, so that a repeated message is
    /// harmless; an earlier event after a later one changes nothing either, since messages of an ERP may be late.
    pub fn apply(self, event: OrderEvent) -> Result<Self, TransitionRefused> {
        let target = event.target();
        match (self, target) {
            (status, target) if status == target => Ok(status),
            (Self::Placed | Self::Acknowledged, Self::Cancelled) => Ok(Self::Cancelled),
            (_, Self::Cancelled) | (Self::Cancelled, _) => {
                Err(TransitionRefused { status: self.name(), wanted: target.name() })
            }
            (status, target) if target.progress() > status.progress() => Ok(target),
            (status, _) => Ok(status),
        }
    }

    pub fn fulfilment(self) -> FulfilmentStatus {
        match self {
            Self::Placed | Self::Acknowledged => FulfilmentStatus::Open,
            Self::Shipped => FulfilmentStatus::Shipped,
            Self::Completed => FulfilmentStatus::Delivered,
            Self::Cancelled => FulfilmentStatus::Cancelled,
        }
    }

    /// Nothing happens to such an order any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }

    fn progress(self) -> u8 {
        match self {
            Self::Placed => 0,
            Self::Acknowledged => 1,
            Self::Shipped => 2,
            Self::Completed => 3,
            Self::Cancelled => 4,
        }
    }
}

impl OrderEvent {
    pub const ALL: [Self; 4] = [Self::Acknowledge, Self::Ship, Self::Complete, Self::Cancel];

    /// What an answer of the ERP means to the order.
    pub fn of_answer(status: ErpOrderStatus) -> Self {
        match status {
            ErpOrderStatus::Accepted | ErpOrderStatus::Processing => Self::Acknowledge,
            ErpOrderStatus::Shipped => Self::Ship,
            ErpOrderStatus::Delivered => Self::Complete,
            ErpOrderStatus::Rejected | ErpOrderStatus::Cancelled => Self::Cancel,
        }
    }

    fn target(self) -> OrderStatus {
        match self {
            Self::Acknowledge => OrderStatus::Acknowledged,
            Self::Ship => OrderStatus::Shipped,
            Self::Complete => OrderStatus::Completed,
            Self::Cancel => OrderStatus::Cancelled,
        }
    }
}

impl PaymentStatus {
    pub const ALL: [Self; 3] = [Self::Paid, Self::Refunding, Self::Refunded];

    pub fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The status after the event. Money goes back once: an event that does not fit changes nothing.
    pub fn apply(self, event: PaymentEvent) -> Self {
        match (self, event) {
            (Self::Paid, PaymentEvent::CancelOrder) => Self::Refunding,
            (Self::Refunding, PaymentEvent::ConfirmRefund) => Self::Refunded,
            (status, _) => status,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_order_walks_forward_and_may_skip_steps() {
        assert_eq!(OrderStatus::Placed.apply(OrderEvent::Acknowledge), Ok(OrderStatus::Acknowledged));
        assert_eq!(OrderStatus::Placed.apply(OrderEvent::Ship), Ok(OrderStatus::Shipped));
        assert_eq!(OrderStatus::Shipped.apply(OrderEvent::Acknowledge), Ok(OrderStatus::Shipped), "a late message");
    }

    #[test]
    fn what_has_left_cannot_be_cancelled_and_what_is_cancelled_stays_so() {
        assert_eq!(OrderStatus::Placed.apply(OrderEvent::Cancel), Ok(OrderStatus::Cancelled));
        assert!(OrderStatus::Shipped.apply(OrderEvent::Cancel).is_err());
        let refused = OrderStatus::Cancelled.apply(OrderEvent::Ship).expect_err("refused");
        assert_eq!(refused.to_string(), "an order that is cancelled cannot be shipped");
    }

    #[test]
    fn money_goes_back_once_and_only_for_a_cancelled_order() {
        let after = |event| PaymentStatus::ALL.map(|status| status.apply(event));
        assert_eq!(
            after(PaymentEvent::CancelOrder),
            [PaymentStatus::Refunding, PaymentStatus::Refunding, PaymentStatus::Refunded]
        );
        assert_eq!(
            after(PaymentEvent::ConfirmRefund),
            [PaymentStatus::Paid, PaymentStatus::Refunded, PaymentStatus::Refunded]
        );
    }

    proptest! {
        #[test]
        fn no_sequence_of_events_goes_backwards_or_leaves_a_final_status(
            events in prop::collection::vec(prop::sample::select(OrderEvent::ALL.to_vec()), 0..12)
        ) {
            let mut status = OrderStatus::Placed;
            for event in events {
                let before = status;
                status = status.apply(event).unwrap_or(status);
                prop_assert!(status.progress() >= before.progress());
                if before.is_final() {
                    prop_assert_eq!(status, before);
                }
                // Repeating the event changes nothing.
                prop_assert_eq!(status.apply(event).unwrap_or(status), status);
            }
        }
    }
}
