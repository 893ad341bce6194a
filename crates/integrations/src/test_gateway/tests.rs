use std::collections::BTreeSet;

use coheron_core::money::Currency;

use super::*;

fn euros(amount_minor: i64) -> Money {
    Money::new(amount_minor, Currency::parse("EUR").expect("a currency"))
}

fn gateway() -> (TestGateway, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    (TestGateway::open(folder.path().join("payments")).expect("a gateway"), folder)
}

#[tokio::test]
async fn a_repeated_charge_is_the_same_payment() {
    let (gateway, _folder) = gateway();
    let id = Uuid::now_v7();
    let first = gateway.charge(id, euros(1999), "tok_ok").await.expect("an answer");
    assert!(matches!(&first, PaymentOutcome::Charged { reference } if !reference.is_empty()));
    assert_eq!(gateway.charge(id, euros(1999), "tok_ok").await.expect("an answer"), first);
    // The payment is decided; another token does not open it again.
    assert_eq!(gateway.charge(id, euros(1999), "tok_declined").await.expect("an answer"), first);
    assert_eq!(gateway.find(id).await.expect("an answer"), Some(first));
    assert_eq!(gateway.payments().await.expect("the books").len(), 1);
}

#[tokio::test]
async fn another_amount_is_refused() {
    let (gateway, _folder) = gateway();
    let id = Uuid::now_v7();
    gateway.charge(id, euros(1999), "tok_ok").await.expect("an answer");
    let error = gateway.charge(id, euros(2000), "tok_ok").await.expect_err("a refusal");
    assert_eq!(error.retry_class(), RetryClass::Poison);
    assert_eq!(gateway.payment(id).await.expect("the books").expect("a payment").amount, Some(euros(1999)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_charges_and_questions_at_once_agree() {
    let (gateway, folder) = gateway();
    for round in 0..20 {
        let id = Uuid::now_v7();
        // Every second task works through a handle of its own, as another process would.
        let other = TestGateway::open(folder.path().join("payments")).expect("a gateway");
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..16 {
            let gateway = if number % 2 == 0 { gateway.clone() } else { other.clone() };
            tasks.spawn(async move {
                if number == 7 && round % 2 == 0 {
                    return gateway.find(id).await.expect("an answer").map(|outcome| format!("{outcome:?}"));
                }
                match gateway.charge(id, euros(500), "tok_ok").await {
                    Ok(outcome) => Some(format!("{outcome:?}")),
                    Err(GatewayError::Refused { .. }) => None,
                    Err(error) => panic!("{error}"),
                }
            });
        }
        let answers: BTreeSet<Option<String>> = tasks.join_all().await.into_iter().collect();
        assert_eq!(answers.len(), 1, "all callers learn the same: {answers:?}");
    }
    assert_eq!(gateway.payments().await.expect("the books").len(), 20);
}

#[tokio::test]
async fn whoever_asks_about_an_unknown_payment_keeps_it_from_being_charged() {
    let (gateway, _folder) = gateway();
    let id = Uuid::now_v7();
    assert_eq!(gateway.find(id).await.expect("an answer"), None);
    let error = gateway.charge(id, euros(100), "tok_ok").await.expect_err("a refusal");
    assert_eq!(error.retry_class(), RetryClass::Poison);
    assert_eq!(gateway.find(id).await.expect("an answer"), None);
    let never_seen = Uuid::now_v7();
    gateway.void(never_seen).await.expect("nothing to give back");
    assert!(gateway.charge(never_seen, euros(100), "tok_ok").await.is_err(), "given back before it was charged");
}

#[tokio::test]
async fn a_lost_answer_is_found() {
    let (gateway, _folder) = gateway();
    let id = Uuid::now_v7();
    let error = gateway.charge(id, euros(100), "tok_timeout").await.expect_err("no answer");
    assert_eq!(error.retry_class(), RetryClass::Transient);
    assert!(matches!(gateway.find(id).await.expect("an answer"), Some(PaymentOutcome::Charged { .. })));
    assert!(matches!(
        gateway.charge(id, euros(100), "tok_timeout").await.expect("an answer"),
        PaymentOutcome::Charged { .. }
    ));
}

#[tokio::test]
async fn a_charge_is_given_back_once_and_for_all() {
    let (gateway, _folder) = gateway();
    let id = Uuid::now_v7();
    gateway.charge(id, euros(100), "tok_ok").await.expect("an answer");
    for _ in 0..2 {
        gateway.void(id).await.expect("given back");
        assert_eq!(gateway.find(id).await.expect("an answer"), Some(PaymentOutcome::Voided));
    }
    assert_eq!(gateway.charge(id, euros(100), "tok_ok").await.expect("an answer"), PaymentOutcome::Voided);
}

#[tokio::test]
async fn the_shopper_decides_about_a_confirmation() {
    let (gateway, _folder) = gateway();
    let gateway = gateway.with_base_url("https://shop.example/");
    let (confirmed, declined, voided) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    for id in [confirmed, declined, voided] {
        let asked = gateway.charge(id, euros(100), "tok_3ds").await.expect("an answer");
        assert_eq!(
            asked,
            PaymentOutcome::ConfirmationNeeded { url: format!("https://shop.example/dev/payments/{id}") }
        );
    }
    for _ in 0..2 {
        gateway.confirm(confirmed).await.expect("confirmed");
        gateway.decline(declined).await.expect("declined");
    }
    gateway.void(voided).await.expect("given up");
    assert!(matches!(gateway.find(confirmed).await.expect("an answer"), Some(PaymentOutcome::Charged { .. })));
    assert!(matches!(gateway.find(declined).await.expect("an answer"), Some(PaymentOutcome::Declined { .. })));
    assert!(gateway.decline(confirmed).await.is_err(), "a decision stands");
    assert!(gateway.confirm(voided).await.is_err(), "too late");
    assert!(gateway.confirm(Uuid::now_v7()).await.is_err(), "unknown");
    assert_eq!(gateway.find(voided).await.expect("an answer"), Some(PaymentOutcome::Voided));
}

#[tokio::test]
async fn unknown_tokens_are_declined() {
    let (gateway, _folder) = gateway();
    for token in ["tok_declined", "tok_unheard_of", ""] {
        let outcome = gateway.charge(Uuid::now_v7(), euros(100), token).await.expect("an answer");
        assert!(matches!(outcome, PaymentOutcome::Declined { .. }), "{token}");
    }
}

#[tokio::test]
async fn what_a_crash_left_before_the_entry_counts_for_nothing() {
    let (gateway, folder) = gateway();
    let id = Uuid::now_v7();
    let payment = TestPayment::new(id, Some(euros(100)), TestPaymentState::Charged);
    let left = folder.path().join("payments").join("0199.passing");
    std::fs::write(left, &serde_json::to_vec(&payment).expect("json")[..10]).expect("half a file");
    assert_eq!(gateway.payments().await.expect("the books"), []);
    assert_eq!(gateway.payment(id).await.expect("the books"), None);
    gateway.charge(id, euros(100), "tok_ok").await.expect("an answer");
    let reopened = TestGateway::open(folder.path().join("payments")).expect("a gateway");
    assert_eq!(reopened.payments().await.expect("the books").len(), 1);
}
