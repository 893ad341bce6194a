use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, Request, StatusCode};
use coheron_core::commerce_ports::{Mail, Mailer, PaymentGateway};
use coheron_core::money::{Currency, Money};
use coheron_integrations::mail::{FolderMailer, Sender};
use coheron_integrations::test_gateway::{TestGateway, TestPaymentState};
use tower::ServiceExt;
use uuid::Uuid;

async fn answer(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    (status, headers, String::from_utf8(body.to_vec()).expect("text"))
}

async fn get(router: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
    answer(router, Request::get(path).body(Body::empty()).expect("a request")).await
}

async fn decide(router: &Router, path: &str, body: &'static str) -> (StatusCode, HeaderMap, String) {
    let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    answer(router, request.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn mails_are_shown_and_cannot_act() {
    let folder = tempfile::tempdir().expect("a folder");
    let mailer = FolderMailer::open(folder.path(), Sender::parse("shop@shop.example").expect("a sender")).expect("one");
    let router = super::router(Some(mailer.clone()), None);
    let (status, _, list) = get(&router, "/dev/mail").await;
    assert_eq!(status, StatusCode::OK);
    assert!(list.contains("No mail yet"), "{list}");
    let mail = Mail {
        to: "ada@example.com".to_owned(),
        subject: "Hello <script>".to_owned(),
        text: "Thank you <b>".to_owned(),
        html: "<p>Thank you<script>alert(1)</script></p>".to_owned(),
        message_id: "order-1@shop.example".to_owned(),
    };
    mailer.send(&mail).await.expect("kept");
    let (_, _, list) = get(&router, "/dev/mail").await;
    assert!(list.contains("/dev/mail/order-1%40shop.example") && !list.contains("<script>"), "{list}");
    let (_, headers, page) = get(&router, "/dev/mail/order-1%40shop.example").await;
    assert!(page.contains("Thank you &#60;b&#62;") && !page.contains("<script>"), "{page}");
    assert!(page.contains("Message-ID: &#60;order-1@shop.example&#62;"), "{page}");
    assert!(page.contains("sandbox="), "{page}");
    assert!(!headers[CONTENT_SECURITY_POLICY].to_str().expect("text").contains("unsafe"));
    let (_, headers, html) = get(&router, "/dev/mail/order-1@shop.example/html").await;
    assert_eq!(html, mail.html);
    let policy = headers[CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.starts_with("sandbox") && !policy.contains("script"), "{policy}");
    assert_eq!(get(&router, "/dev/mail/another").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&router, "/dev/payments/1").await.0, StatusCode::NOT_FOUND, "not configured");
}

#[tokio::test]
async fn the_shopper_decides_once_and_is_led_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = TestGateway::open(folder.path()).expect("a gateway");
    let router = super::router(None, Some(gateway.clone()));
    let amount = Money::new(1_999, Currency::parse("EUR").expect("a currency"));
    for (choice, state) in
        [("decision=confirm", TestPaymentState::Charged), ("decision=decline", TestPaymentState::Declined)]
    {
        let id = Uuid::now_v7();
        gateway.charge(id, amount, "tok_3ds").await.expect("an answer");
        let path = format!("/dev/payments/{id}");
        let (status, _, page) = get(&router, &path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("€19.99") && page.contains("method=\"post\""), "{page}");
        for _ in 0..2 {
            let (status, headers, _) = decide(&router, &path, choice).await;
            assert_eq!(status, StatusCode::SEE_OTHER);
            assert_eq!(headers[LOCATION], format!("/checkout/{id}/return"));
        }
        assert_eq!(gateway.payment(id).await.expect("the books").expect("a payment").state, state);
        let (_, _, page) = get(&router, &path).await;
        assert!(!page.contains("method=\"post\""), "{page}");
    }
    assert_eq!(get(&router, &format!("/dev/payments/{}", Uuid::now_v7())).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&router, "/dev/payments/not-an-id").await.0, StatusCode::NOT_FOUND);
    let nonsense = decide(&router, &format!("/dev/payments/{}", Uuid::now_v7()), "decision=perhaps").await;
    assert!(nonsense.0.is_client_error());
    assert_eq!(get(&router, "/dev/mail").await.0, StatusCode::NOT_FOUND, "not configured");
}
