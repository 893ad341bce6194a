//! Ways to pay. The test gateway moves no money: each of its cards ends in its own way.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentChoice {
    pub gateway: &'static str,
    pub token: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
}

/// The first is chosen before the shopper chooses.
pub const PAYMENT_CHOICES: &[PaymentChoice] = &[
    PaymentChoice { gateway: "test", token: "tok_ok", label: "Test card", hint: "Is charged at once" },
    PaymentChoice {
        gateway: "test",
        token: "tok_3ds",
        label: "Test card with confirmation",
        hint: "Asks you at the bank first (3-D Secure)",
    },
    PaymentChoice { gateway: "test", token: "tok_declined", label: "Test card without funds", hint: "Is declined" },
    PaymentChoice {
        gateway: "test",
        token: "tok_timeout",
        label: "Test card with a bad line",
        hint: "Is charged, but the answer gets lost on its way",
    },
];

pub fn find(token: &str) -> Option<&'static PaymentChoice> {
    PAYMENT_CHOICES.iter().find(|choice| choice.token == token)
}
