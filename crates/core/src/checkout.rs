//! The checkout state machine. Every change of a checkout's state goes through `CheckoutState::apply`.
//!
//! ```text
//!   open ──┬── Complete ──▶ completed    charged once; there is the order
//!          ├── Decline ───▶ declined     not charged; no order
//!          ├── Void ──────▶ voided       not charged, or not any more; no order
//!          │                  ▲
//!          │                 Void
//!          │                  │
//!          └── GiveUp ────▶ voiding      may be charged; no order, and there never will be
//! ```
//!
//! While it is open it may be charged and has no order. Open and voiding checkouts are looked after until they end.

/// Where an attempt to buy a cart stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckoutState {
    /// Stock is reserved; the charge is about to be made, was made, or waits for the shopper's confirmation.
    Open,
    /// What was or may yet be charged is being given back.
    Voiding,
    /// There is an order of the same id, charged once.
    Completed,
    /// No order, no charge: the gateway declined.
    Declined,
    /// No order, no charge.
    Voided,
}

/// What can happen to a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckoutEvent {
    /// The gateway has charged it, and its order is made.
    Complete,
    /// The gateway declines to charge it.
    Decline,
    /// No order will be made although the money may be taken: the shopper does not confirm, or the pieces are sold.
    GiveUp,
    /// The gateway never charged it and never will, or has given the money back.
    Void,
}

/// The event does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} does not fit a checkout that is {state:?}")]
pub struct TransitionRefused {
    pub state: CheckoutState,
    pub event: CheckoutEvent,
}

impl CheckoutState {
    pub const ALL: [Self; 5] = [Self::Open, Self::Voiding, Self::Completed, Self::Declined, Self::Voided];

    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Voiding => "voiding",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Voided => "voided",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The state after the event. Nothing happens twice and nothing opens again, so whoever compares a state with the
    /// one that was read knows whether anything has happened since.
    pub fn apply(self, event: CheckoutEvent) -> Result<Self, TransitionRefused> {
        match (self, event) {
            (Self::Open, CheckoutEvent::Complete) => Ok(Self::Completed),
            (Self::Open, CheckoutEvent::Decline) => Ok(Self::Declined),
            (Self::Open, CheckoutEvent::GiveUp) => Ok(Self::Voiding),
            (Self::Open | Self::Voiding, CheckoutEvent::Void) => Ok(Self::Voided),
            (state, event) => Err(TransitionRefused { state, event }),
        }
    }

    /// Nothing happens to such a checkout any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Declined | Self::Voided)
    }
}

impl CheckoutEvent {
    pub const ALL: [Self; 4] = [Self::Complete, Self::Decline, Self::GiveUp, Self::Void];
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn events_lead_where_the_diagram_shows_and_nowhere_else() {
        let shown = [
            (CheckoutState::Open, CheckoutEvent::Complete, CheckoutState::Completed),
            (CheckoutState::Open, CheckoutEvent::Decline, CheckoutState::Declined),
            (CheckoutState::Open, CheckoutEvent::GiveUp, CheckoutState::Voiding),
            (CheckoutState::Open, CheckoutEvent::Void, CheckoutState::Voided),
            (CheckoutState::Voiding, CheckoutEvent::Void, CheckoutState::Voided),
        ];
        for state in CheckoutState::ALL {
            for event in CheckoutEvent::ALL {
                let target = shown.iter().find(|(from, by, _)| (*from, *by) == (state, event)).map(|(_, _, to)| *to);
                assert_eq!(state.apply(event), target.ok_or(TransitionRefused { state, event }));
            }
        }
        let refused = CheckoutState::Voided.apply(CheckoutEvent::Complete).expect_err("refused");
        assert_eq!(refused.to_string(), "Complete does not fit a checkout that is Voided");
    }

    #[test]
    fn states_are_known_by_their_names() {
        for state in CheckoutState::ALL {
            assert_eq!(CheckoutState::parse(state.name()), Some(state));
        }
        assert_eq!(CheckoutState::parse("lost"), None);
    }

    proptest! {
        #[test]
        fn every_path_ends_with_one_order_or_without_a_charge(
            events in prop::collection::vec(prop::sample::select(CheckoutEvent::ALL.to_vec()), 0..12),
            is_charged in any::<bool>(),
        ) {
            let mut state = CheckoutState::Open;
            // A gateway that has charged does not say that it declined.
            for event in events.into_iter().filter(|event| !is_charged || *event != CheckoutEvent::Decline) {
                let before = state;
                state = state.apply(event).unwrap_or(state);
                if before.is_final() {
                    prop_assert_eq!(state, before);
                }
                if before != CheckoutState::Open {
                    prop_assert_ne!(state, CheckoutState::Open);
                }
                // What is being given back does not become an order.
                if before == CheckoutState::Voiding {
                    prop_assert!(matches!(state, CheckoutState::Voiding | CheckoutState::Voided));
                }
                // What has happened does not happen again.
                prop_assert!(state.apply(event).is_err());
            }
            if is_charged {
                prop_assert_ne!(state, CheckoutState::Declined, "charged, and neither ordered nor given back");
            }
            if !state.is_final() {
                prop_assert_eq!(state.apply(CheckoutEvent::Void), Ok(CheckoutState::Voided), "it can always be ended");
            }
        }
    }
}
